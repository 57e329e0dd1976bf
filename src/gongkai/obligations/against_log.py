"""Holiday calendars, held against the leaves that state them day by day."""

from collections.abc import Iterator

from gongkai.core.vocabulary import LeafKind
from gongkai.ledger import queries as ledger
from gongkai.ledger.queries import Mismatch
from gongkai.obligations.actions.calendars import record_of
from gongkai.obligations.models import CalendarYear
from gongkai.obligations.queries.calendars import year_of


def calendars_unlike_the_log() -> Iterator[Mismatch]:
    """Every revision of a year against its leaf: days off, make-up days, number and date of the notice, grade."""
    held = {
        f"calendar:{row}": record_of(year_of(row)) for row in CalendarYear.objects.order_by("year", "revision")
    }
    for leaf in ledger.stated_by(LeafKind.CALENDAR):
        shown = held.pop(leaf.facts["subject"], {})
        different = [name for name, value in shown.items() if leaf.facts.get(name) != value]
        if different or not shown:
            yield Mismatch(
                leaf.facts["subject"],
                f"节假日日历 {leaf.facts['subject']} 与公开日志第 {leaf.position} 条不同"
                f"({'、'.join(different) or '找不到了'}):被改动。",
            )
    for name in held:
        yield Mismatch(name, f"节假日日历 {name},公开日志没有它的记录。")
