"""Files at the officers' desk: upload in pieces, before and after masking, what needs a look, waiting lists."""

from gongkai.web.workspace.documents import applicants, exposed, repair, uploading

routes = [*uploading.routes, *exposed.routes, *applicants.routes, *repair.routes]
