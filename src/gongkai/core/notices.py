"""A holiday notice somebody typed: whether it can be what 国务院办公厅 issues for a year."""

from datetime import date

from gongkai.core.said import Said, marked
from gongkai.core.workdays import YearCalendar

# The seven holidays of the national rules, and the days (month, day) of which each takes at least one off.
# The lunar ones move: 春节 1-20 to 2-28, 端午 5-25 to 6-28; 中秋 in September, or in an October week of eight.
_HOLIDAYS = (
    (marked("元旦"), ((1, 1), (1, 1))),
    (marked("春节"), ((1, 20), (2, 28))),
    (marked("清明节"), ((4, 3), (4, 6))),
    (marked("劳动节"), ((5, 1), (5, 1))),
    (marked("端午节"), ((5, 25), (6, 28))),
    (marked("中秋节"), ((9, 7), (9, 30))),
    (marked("国庆节"), ((10, 1), (10, 1))),
)
_EIGHTH = (10, 8)
SATURDAY = 5


def weekday_makeup(notice: YearCalendar) -> Said | None:
    """Why the 调休上班 days cannot be right: one of them is no weekend day; ``None`` when all are."""
    wrong = [day for day in sorted(notice.workdays) if day.weekday() < SATURDAY]
    if not wrong:
        return None
    return Said("%(day)s 不是周六、周日,本来就上班,不会是调休上班的日子。请核对通知原文。", day=wrong[0])


def missing_holidays(notice: YearCalendar) -> list[Said]:
    """The statutory holidays the notice gives no day off for, by name."""
    off = {(day.month, day.day) for day in notice.days_off if day.year == notice.year}
    found = []
    for name, (first, last) in _HOLIDAYS:
        given = any(first <= day <= last for day in off) or (name == "中秋节" and _EIGHTH in off)
        if not given and not _on_weekend(notice.year, first, last):
            found.append(Said(name))
    return found


def _on_weekend(year: int, first: tuple[int, int], last: tuple[int, int]) -> bool:
    """A holiday of one fixed day may fall on a weekend, and a notice need not name it."""
    return first == last and date(year, *first).weekday() >= SATURDAY
