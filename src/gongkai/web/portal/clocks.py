"""Figures of timeliness as the public pages draw them, and the rows behind each figure."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from gongkai.core.periods import add_months
from gongkai.core.vocabulary import ObligationState as State
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import Figures

NAMES = tuple(field.name for field in fields(Figures))


def conditions(now: datetime) -> dict[str, Q]:
    """Figure → the clocks it counts, as ``obligations.queries`` counts them; ``behind`` is every lateness."""
    overdue = Q(state=State.OVERDUE) | Q(state=State.OPEN, provisional=False, due_at__lte=now)
    return {
        "due": ~Q(state__in=[State.WAIVED, State.CONCLUDED]),
        "on_time": Q(state=State.MET),
        "late": Q(state=State.MET_LATE),
        "overdue": overdue,
        "early": Q(state=State.TOO_EARLY),
        "open": Q(state=State.OPEN) & ~overdue,
        "behind": Q(state=State.MET_LATE) | overdue,
        "concluded": Q(state=State.CONCLUDED),
        "waived": Q(state=State.WAIVED),
    }


def month_start(month: str) -> date:
    """The first day of ``2026-11``. Raises ``ValueError``."""
    return date.fromisoformat(f"{month}-01")


def next_month(first: date) -> date:
    """The first day of the month after. Raises ``ValueError`` at the end of the calendar."""
    return add_months(first, 1)


def months_back(today: date, count: int) -> list[date]:
    """The first days of the last ``count`` months, oldest first, this month last."""
    this = today.replace(day=1)
    return [add_months(this, -n) for n in range(count - 1, -1, -1)]


def summed(figures: Iterable[Figures]) -> Figures:
    """All of them added up."""
    rows = list(figures)
    return Figures(**{name: sum(getattr(row, name) for row in rows) for name in NAMES})


def behind(figures: Figures) -> int:
    """Everything that is or was late: published late, and not yet published."""
    return figures.late + figures.overdue


def rate(figures: Figures) -> str:
    """Share done in time of what is settled, in whole per cent; empty when nothing is."""
    settled = figures.on_time + figures.late + figures.overdue + figures.early
    return f"{100 * figures.on_time / settled:.0f}%" if settled else ""


def by_item(item_ids: list[int], *, now: datetime) -> dict[int, tuple[int, Obligation | None]]:
    """Per item: how many clocks are overdue now, and the open clock that ends first; two queries."""
    overdue = dict(
        Obligation.objects.filter(conditions(now)["overdue"], item_id__in=item_ids)
        .order_by()
        .values_list("item_id")
        .annotate(n=Count("pk"))
        .values_list("item_id", "n")
    )
    upcoming: dict[int, Obligation] = {}
    waiting = Obligation.objects.filter(conditions(now)["open"], item_id__in=item_ids, due_at__isnull=False)
    for clock in waiting.select_related("agency").order_by("-due_at", "-pk"):
        upcoming[clock.item_id] = clock
    return {item_id: (overdue.get(item_id, 0), upcoming.get(item_id)) for item_id in item_ids}


def words() -> dict[str, tuple[str, str]]:
    """The names of the figures and what each counts, in the order of the board."""
    return {
        "due": (_("应公开"), _("最后一日在这个月的公开义务,不含经批准免除的")),
        "on_time": (_("按时公开"), ""),
        "late": (_("逾期公开"), _("公开了,但晚于期限")),
        "early": (_("提前公开"), _("早于可以公开的时刻,也是差错")),
        "overdue": (_("逾期未公开"), _("期限已过,还没有公开")),
        "open": (_("未到期"), ""),
        "behind": (_("逾期"), _("逾期公开和逾期未公开")),
        "concluded": (_("不主动公开"), _("经保密审查认定不予公开或依申请公开,不计入应公开")),
        "waived": (_("免除"), _("经批准免除")),
    }
