"""公开清单: what they must publish, in the national form; each row opens its clock history."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongkai.agencies.models import Agency
from gongkai.agencies.queries import agencies_in_force
from gongkai.catalogue.exports import COLUMNS, LEGEND, to_csv, to_json, to_xlsx
from gongkai.catalogue.models import CatalogueVersion, Domain, Item
from gongkai.catalogue.queries import checklist_rows, difference, item, rules_of
from gongkai.disclosures.queries import ListFilters, listed, with_public_labels
from gongkai.obligations.queries import history_of
from gongkai.web.portal.frame import ColumnTags, answer, fresh
from gongkai.web.tables import MEDIA_TYPES, disposition
from gongkai.web.templatetags.gongkai import named

HISTORY_ROWS = 100
NEWEST = 10


def _chosen(request: HttpRequest) -> tuple[Agency | None, Domain | None, list[str]]:
    """The agency and domain of the address, and notes about what is neither."""
    codes = {name: request.GET.get(name, "").strip().replace("\x00", "")[:60] for name in ("agency", "domain")}
    agency = Agency.objects.filter(code=codes["agency"]).first()
    domain = Domain.objects.filter(code=codes["domain"]).first()
    unknown = [name for name, found in (("agency", agency), ("domain", domain)) if codes[name] and not found]
    notes = [
        _("筛选条件“%(name)s=%(value)s”无法识别,已忽略。") % {"name": name, "value": codes[name]}
        for name in unknown
    ]
    return agency, domain, notes


def _version(request: HttpRequest, name: str) -> CatalogueVersion | None:
    """The published version a parameter names; None for none or nonsense."""
    number = request.GET.get(name, "")
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        return None
    return CatalogueVersion.objects.filter(number=int(number)).first()


@require_safe
@fresh
def checklist(request: HttpRequest) -> HttpResponseBase:
    """The list in force."""
    agency, domain, notes = _chosen(request)
    rows = checklist_rows(on=timezone.localdate(), agency=agency, domain=domain)
    versions = list(CatalogueVersion.objects.defer("rows"))
    context = {
        "rows": rows,
        "notes": notes,
        "agency": agency,
        "domain": domain,
        "agencies": [a for a in agencies_in_force() if a.kind != Agency.Kind.TOWNSHIP],
        "domains": list(Domain.objects.filter(retired_on=None)),
        "versions": versions,
        "unverified_count": sum(row.unverified for row in rows),
        "query": request.GET.urlencode(),
    }
    column = ColumnTags(
        _("公开清单"), _("公共资源配置领域政府信息公开事项清单"), _("公开清单,公开事项,公开时限"), _("政务公开")
    )
    return answer(request, "checklist.html", context, column=column, trail=[(_("公开清单"), "")])


@require_safe
@fresh
def checklist_file(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """The list in force (or ``?version=``) as a file, with the same filters."""
    agency, domain, notes = _chosen(request)
    version = _version(request, "version")
    if request.GET.get("version") and version is None:
        notes.append(_("没有这一版清单。"))
    if notes:
        return HttpResponse("\n".join(notes), status=400, content_type="text/plain; charset=utf-8")
    title, number = _("公共资源配置领域政府信息公开清单"), None
    if version:
        rows, title, number = version.rows, version.title, version.number
    else:
        found = checklist_rows(on=timezone.localdate(), agency=agency, domain=domain)
        rows = [row.as_columns() for row in found]
    makers = {
        "csv": lambda: to_csv(rows),
        "xlsx": lambda: to_xlsx(rows, title=title),
        "json": lambda: to_json(rows, title=title, number=number),
    }
    response = HttpResponse(makers[suffix](), content_type=MEDIA_TYPES[suffix])
    response["Content-Disposition"] = disposition(f"checklist.{suffix}", inline=suffix == "json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@fresh
def changes(request: HttpRequest) -> HttpResponseBase:
    """What changed between two published versions."""
    versions = list(CatalogueVersion.objects.defer("rows"))
    new = _version(request, "to") or (CatalogueVersion.objects.first() if versions else None)
    old = _version(request, "from")
    if old is None and new is not None:
        old = CatalogueVersion.objects.filter(number__lt=new.number).first()
    notes = [
        _("没有第 %(number)s 版清单,已按最近的两版比较。") % {"number": asked[:20]}
        for name in ("from", "to")
        if (asked := request.GET.get(name, "")) and _version(request, name) is None
    ]
    found = difference(old.rows, new.rows) if old and new else []
    titles = {column: title for column, (title, _width) in COLUMNS.items()}
    context = {
        "versions": versions,
        "old": old,
        "new": new,
        "notes": notes,
        "changes": [(change, [(titles.get(f.column, f.column), f) for f in change.fields]) for change in found],
    }
    trail = [(_("公开清单"), reverse("portal:checklist")), (_("版本对照"), "")]
    return answer(request, "checklist_changes.html", context, trail=trail)


@require_safe
@fresh
def one_item(request: HttpRequest, code: str) -> HttpResponseBase:
    """One item: what it asks, by which rules, what was published, every clock that ran."""
    try:
        found = item(code)
    except Item.DoesNotExist:
        raise Http404(_("清单里没有这个事项。")) from None
    history = (
        with_public_labels(history_of(found))
        .select_related("item", "agency", "rule_version__rule")
        .prefetch_related("disclosures")
    )
    context: dict[str, Any] = {
        "item": found,
        "elements": list(found.elements.all()),
        "rules": rules_of(found, on=timezone.localdate()),
        "history": list(history[:HISTORY_ROWS]),
        "newest": list(listed(ListFilters(item=code))[:NEWEST]),
        "legend": LEGEND,
    }
    column = ColumnTags(named(found), named(found), f"{named(found)},{named(found.domain)}", _("政务公开"))
    trail = [
        (_("公开清单"), reverse("portal:checklist")),
        (named(found.domain), reverse("portal:domain", args=[found.domain.code])),
        (named(found), ""),
    ]
    return answer(request, "item.html", context, column=column, trail=trail)
