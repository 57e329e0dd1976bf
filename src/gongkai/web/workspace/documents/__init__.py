"""Files at the officers' desk: upload in pieces, before and after masking, what needs a look, waiting lists."""

from gongkai.web.workspace.documents import uploading

routes = [*uploading.routes]
