"""Two versions of a disclosure, line by line: facts, elements, paragraphs, files."""

from django.utils.translation import gettext as _

from gongkai.disclosures.models import Revision
from gongkai.web.difference import Pair, fields, paragraphs, passages
from gongkai.web.templatetags.gongkai import day


def compared(old: Revision, new: Revision) -> list[Pair]:
    """The comparison of two versions. Uses prefetched attachments with their files when there are any."""
    return [
        *fields(_short(old), _short(new)),
        *fields(dict(old.elements), dict(new.elements)),
        *passages(_("正文"), paragraphs(old.body), paragraphs(new.body)),
        *passages(_("附件"), _files(old), _files(new)),
    ]


def _short(revision: Revision) -> dict[str, str]:
    return {
        _("标题"): revision.title,
        _("文号"): revision.doc_no,
        _("发布单位"): revision.discloser_name or "",
        _("统一社会信用代码"): revision.discloser_uscc or "",
        _("形成日期"): day(revision.formed_on),
        _("概述"): revision.summary,
        _("公示截止日"): day(revision.ends_on),
    }


def _files(revision: Revision) -> list[str]:
    return [f"{a.name} · SHA-256 {a.file.sha256[:16]}…" for a in revision.attachments.all()]
