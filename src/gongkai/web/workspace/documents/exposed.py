"""What is public and should perhaps not be: the office's list after a rescan, an agency's own part of it."""

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.privacy import Certainty
from gongkai.disclosures.exposures import Exposure, exposures
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.documents.models import StoredFile
from gongkai.documents.rules import check_version
from gongkai.web.disclosers import for_officers
from gongkai.web.tables import Column, Table
from gongkai.web.words import FINDING_KINDS
from gongkai.web.workspace.doors import actor, door
from gongkai.web.workspace.pages import download, page, wants_download
from gongkai.web.workspace.reach import WORKING, within_reach

READ = Permission.DISCLOSURE_READ
SHOWN = 200


@door(READ)
@require_safe
def exposed(request: HttpRequest) -> HttpResponseBase:
    """Public files and texts with certain findings (``?all=1``: likely ones too), the gravest first."""
    everything = request.GET.get("all") == "1"
    certainties = [Certainty.CERTAIN, *([Certainty.LIKELY] if everything else [])]
    found = exposures(within_reach(request, READ), certainties=certainties)
    if suffix := wants_download(request):
        return download(_table(found), suffix)
    shown = found[:SHOWN]
    corrected = _being_corrected([one.disclosure.pk for one in shown])
    rows = [
        (
            one,
            in_words(one),
            one.disclosure.pk in corrected,
            _may(request, one, Permission.DISCLOSURE_WITHDRAW),
            _may(request, one, Permission.VERSION_WITHHOLD),
        )
        for one in shown
    ]
    context = {
        "rows": rows,
        "count": len(found),
        "everything": everything,
        "stale": StoredFile.objects.exclude(detector_version=check_version()).count(),
        "kept": "all=1" if everything else "",
    }
    return page(request, "documents/exposed.html", context)


def in_words(exposure: Exposure) -> str:
    """The kinds with their numbers: 公民身份号码 12 处、手机号码 3 处."""
    said = [
        _("%(kind)s %(n)d 处") % {"kind": FINDING_KINDS[kind], "n": n} for kind, n in exposure.kinds.most_common()
    ]
    return "、".join(said)


def _may(request: HttpRequest, exposure: Exposure, permission: Permission) -> bool:
    return authority.may(actor(request), permission, agency_id=exposure.disclosure.agency_id)


def _being_corrected(ids: list[int]) -> set[int]:
    working = Revision.objects.filter(WORKING, disclosure=OuterRef("pk"))
    return set(Disclosure.objects.filter(Q(pk__in=ids), Exists(working)).values_list("pk", flat=True))


def _next(one: Exposure) -> str:
    if not one.certain_count:
        return _("逐处核对")
    return _("收回旧版") if one.is_superseded else _("先撤回,或更正并收回原版")


def _table(found: list[Exposure]) -> Table:
    return Table(
        "findings",
        _("已公开内容的检查发现"),
        [
            Column("title", _("标题"), width=48),
            Column("material", _("文件"), width=32),
            Column("version", _("版次")),
            Column("agency", _("单位"), width=24),
            Column("index_number", _("索引号"), width=26),
            Column("kinds", _("发现"), width=40),
            Column("certain", _("确定的处数")),
            Column("since", _("发现时间"), width=20),
            Column("next", _("下一步"), width=40),
        ],
        (
            (
                one.disclosure.title,
                one.name or _("正文"),
                one.revision.number,
                for_officers(one.disclosure, one.revision),
                one.disclosure.index_number,
                in_words(one),
                one.certain_count,
                one.since,
                _next(one),
            )
            for one in found
        ),
    )


routes = [path("findings/", exposed, name="findings")]
