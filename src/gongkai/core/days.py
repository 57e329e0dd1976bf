"""Which days can be days of this work at all. A mistyped year is told before anything computes with it."""

from datetime import date, datetime

from gongkai.core.said import Said

EARLIEST, LATEST = date(1949, 10, 1), date(2199, 12, 31)


def unlikely(day: date) -> str:
    """Why ``day`` (of a moment: its own day) cannot be meant, with what to do; empty for a day that may be."""
    day = day.date() if isinstance(day, datetime) else day
    if EARLIEST <= day <= LATEST:
        return ""
    return Said(
        "日期 %(day)s 不合常理(应在 %(first)s 至 %(last)s 之间)。请核对年份。",
        day=day,
        first=EARLIEST,
        last=LATEST,
    )
