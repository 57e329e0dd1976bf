"""The filters of the public list: read from the address, applied to the rows, counted as words.

A value nobody could have meant is left out and said so on the page; it is never an error.
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Domain, Item
from gongkai.disclosures.models import Disclosure
from gongkai.disclosures.queries import PUBLIC, ListFilters, listed
from gongkai.web import words
from gongkai.web.portal.frame import Feed
from gongkai.web.portal.moved import last_public_event
from gongkai.web.portal.positions import position, token
from gongkai.web.templatetags.gongkai import named, short

KEPT_SECONDS = 600
PAGE_ROWS = 30
LIST = "portal:disclosures"
_LONGEST = 60


@dataclass(frozen=True)
class Choice:
    """One value of a filter, as a word with its count."""

    value: str
    word: str
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True)
class Facet:
    """One filter with its values; ``name`` is the parameter in the address."""

    name: str
    title: str
    choices: list[Choice]
    chosen: str
    clear_url: str

    @property
    def chosen_word(self) -> str:
        """The word of the chosen value."""
        return next((c.word for c in self.choices if c.chosen), self.chosen)


# The parameters in the order of the page; ``type`` is the exchange type.
NAMES = ("domain", "stage", "type", "agency", "township", "year", "item", "status")


@dataclass(frozen=True)
class Filters:
    """What the address asks for. ``notes`` tells the reader what was not understood."""

    values: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # the same as ``name=value``

    def terms(self, *, without: str = "") -> ListFilters:
        """All filters, or all but one (for counting that one's values), as the disclosures app asks them."""
        kept = {name: value for name, value in self.values.items() if name != without}
        return ListFilters(
            domain=kept.get("domain"),
            item=kept.get("item"),
            stage=kept.get("stage"),
            agency=kept.get("agency"),
            township=kept.get("township"),
            exchange_type=kept.get("type"),
            year=int(kept["year"]) if "year" in kept else None,
            status=kept.get("status"),
        )

    def but(self, name: str, value: str) -> "Filters":
        """These filters with one changed; an empty value removes it."""
        kept = {k: v for k, v in self.values.items() if k != name}
        return Filters(kept | {name: value} if value else kept)

    def rows(self) -> QuerySet[Disclosure]:
        """The public disclosures these filters keep, newest first, with what a row shows."""
        return listed(self.terms())

    @property
    def key(self) -> str:
        """The filters as one text, for caches and file names."""
        return "&".join(f"{name}={self.values[name]}" for name in NAMES if name in self.values)


def _known(name: str, value: str) -> bool:
    """Whether ``value`` can be a value of the filter at all."""
    if name == "year":
        return value.isascii() and value.isdigit() and len(value) == 4 and 1990 <= int(value) <= 9000
    if name == "stage":
        return value in words.STAGES
    if name == "type":
        return value in words.EXCHANGE_TYPES
    if name == "status":
        return value in PUBLIC
    if name == "domain":
        return Domain.objects.filter(code=value).exists()
    if name == "item":
        return Item.objects.filter(code=value).exists()
    return Agency.objects.filter(code=value).exists()


def read(query: QueryDict) -> Filters:
    """The filters in a query string. Unknown values are dropped, each with a note for the page."""
    values: dict[str, str] = {}
    notes: list[str] = []
    unknown: list[str] = []
    for name in NAMES:
        value = query.get(name, "").strip()
        if not value:
            continue
        if len(value) <= _LONGEST and "\x00" not in value and _known(name, value):
            values[name] = value
        else:
            shown = value[:_LONGEST].replace("\x00", "")
            unknown.append(f"{name}={shown}")
            notes.append(_("筛选条件“%(name)s=%(value)s”无法识别,已忽略。") % {"name": name, "value": shown})
    return Filters(values=values, notes=notes, unknown=unknown)


def _count(filters: Filters, name: str, column: str) -> dict[str, int]:
    rows = listed(filters.terms(without=name)).exclude(**{f"{column}": None})
    return dict(rows.order_by().values_list(column).annotate(n=Count("pk")).values_list(column, "n"))


def _years(filters: Filters) -> dict[str, int]:
    rows = listed(filters.terms(without="year")).order_by()
    span = rows.aggregate(first=Min("published_at"), last=Max("published_at"))
    if span["first"] is None:
        return {}
    first, last = (timezone.localtime(span[k]).year for k in ("first", "last"))
    years = [str(year) for year in range(last, max(first, last - 30) - 1, -1)]
    counts = rows.aggregate(**{f"y{year}": Count("pk", filter=Q(published_at__year=int(year))) for year in years})
    return {year: counts[f"y{year}"] for year in years if counts[f"y{year}"]}


def _choices(filters: Filters, name: str, counts: dict[str, int], names: dict[str, str]) -> list[Choice]:
    chosen = filters.values.get(name, "")
    listed = [value for value in names if counts.get(value) or value == chosen]
    return [
        Choice(v, names[v], counts.get(v, 0), chosen=v == chosen, url=address(filters.but(name, v), LIST))
        for v in listed
    ]


def _key(what: str, rest: str) -> str:
    return f"{what}:{last_public_event()}:{rest}".replace(" ", "_")


def facets(filters: Filters) -> list[Facet]:
    """Every filter of the list with its words and counts, each counted under all the other filters.

    The answer is kept until anything public happens (the position of that event is part of its key): at hundreds
    of thousands of rows the counts are the dear part.
    """
    key = _key("facets", f"{get_language()}:{filters.key}")
    kept: list[Facet] | None = cache.get(key)
    if kept is None:
        kept = _facets(filters)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _facets(filters: Filters) -> list[Facet]:
    agencies = list(Agency.objects.all())
    names: dict[str, tuple[str, dict[str, int], dict[str, str]]] = {
        "domain": (
            _("领域"),
            _count(filters, "domain", "item__domain__code"),
            {d.code: named(d) for d in Domain.objects.all()},
        ),
        "stage": (
            _("环节"),
            _count(filters, "stage", "item__stage"),
            {code: str(label) for code, label in words.STAGES.items()},
        ),
        "type": (
            _("交易类型"),
            _count(filters, "type", "item__exchange_type"),
            {code: str(label) for code, label in words.EXCHANGE_TYPES.items()},
        ),
        "agency": (_("发布机构"), _count(filters, "agency", "agency__code"), {a.code: named(a) for a in agencies}),
        "township": (
            _("乡镇"),
            _count(filters, "township", "township__code"),
            {a.code: short(a) for a in agencies if a.kind == Agency.Kind.TOWNSHIP},
        ),
    }
    years = _years(filters)
    names["year"] = (_("年份"), years, {year: year for year in years})
    return [
        Facet(
            name,
            title,
            _choices(filters, name, counts, words_),
            filters.values.get(name, ""),
            address(filters.but(name, ""), LIST),
        )
        for name, (title, counts, words_) in names.items()
    ]


@dataclass(frozen=True)
class Page:
    """One page of the list and the addresses of its neighbours (empty where there is none)."""

    rows: list[Disclosure]
    older_url: str
    newer_url: str


def page(filters: Filters, request: HttpRequest) -> Page:
    """The page at ``after`` or ``before`` of the address; the newest page for none or a broken position."""
    rows = filters.rows()
    after, before = (position(request.GET.get(name, "")) for name in ("after", "before"))
    if before:
        moment, key = before
        newer = rows.filter(Q(published_at__gt=moment) | Q(published_at=moment, pk__gt=key))
        found = list(newer.order_by("published_at", "pk")[: PAGE_ROWS + 1])
        more, shown = len(found) > PAGE_ROWS, found[:PAGE_ROWS][::-1]
        return _page(filters, shown, older=bool(shown), newer=more)
    if after:
        moment, key = after
        rows = rows.filter(Q(published_at__lt=moment) | Q(published_at=moment, pk__lt=key))
    found = list(rows[: PAGE_ROWS + 1])
    more, shown = len(found) > PAGE_ROWS, found[:PAGE_ROWS]
    return _page(filters, shown, older=more, newer=bool(after and shown))


def _page(filters: Filters, shown: list[Disclosure], *, older: bool, newer: bool) -> Page:
    def beside(name: str, row: Disclosure) -> str:
        url = address(filters, LIST)
        return f"{url}{'&' if '?' in url else '?'}{name}={token(row.published_at, row.pk)}"

    return Page(
        shown,
        older_url=beside("after", shown[-1]) if older else "",
        newer_url=beside("before", shown[0]) if newer else "",
    )


# --- addresses -------------------------------------------------------------------------------------------


def address(filters: Filters, view: str, **where: str) -> str:
    """The address of ``view`` with these filters."""
    path = reverse(view, kwargs=where or None)
    kept = [(name, filters.values[name]) for name in NAMES if name in filters.values]
    return f"{path}?{urlencode(kept)}" if kept else path


def feeds(filters: Filters) -> list[Feed]:
    """The two feeds of exactly this list."""
    return [
        Feed("application/atom+xml", _("订阅(Atom)"), address(filters, "portal:atom")),
        Feed("application/feed+json", _("订阅(JSON Feed)"), address(filters, "portal:json_feed")),
    ]


def total(filters: Filters) -> int:
    """How many rows the filters keep; kept like the counts beside it."""
    key = _key("total", filters.key)
    kept: int | None = cache.get(key)
    if kept is None:
        kept = filters.rows().count()
        cache.set(key, kept, KEPT_SECONDS)
    return kept
