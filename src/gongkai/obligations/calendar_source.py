"""Calendars as files: ``profiles/<county>/calendars/*.yaml``, one notice a file.

A file says which ``year`` and ``revision`` it is, the notice (``title``, ``doc_no``, ``issued_on``, ``url``), the
``evidence`` grade, and ``holidays``: each a name, its ``days_off`` (one day, ``a..b`` or a list of these) and the
make-up ``workdays``. ``provisional: true`` marks a year nobody has announced.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from gongkai.core.vocabulary import Evidence
from gongkai.core.workdays import CalendarDataError, YearCalendar

_KEYS = {
    "year", "revision", "title", "doc_no", "issued_on", "url", "evidence", "note", "provisional", "holidays",
}  # fmt: skip


def read_calendar_dir(path: Path) -> list[YearCalendar]:
    """Every calendar file of a folder, ordered by year and revision, provisional ones first within a year.

    Raises ``CalendarDataError`` naming the file and what is wrong with it; an empty or absent folder is an error.
    """
    files = sorted(path.glob("*.yaml"))
    if not files:
        raise CalendarDataError(f"{path.name} 目录中没有日历文件(*.yaml)。请检查县配置目录。")
    found = [read_calendar_file(file) for file in files]
    seen: set[tuple[int, int, bool]] = set()
    for year in found:
        key = (year.year, year.revision, year.provisional)
        if key in seen:
            raise CalendarDataError(f"{year.year} 年第 {year.revision} 版有两个文件。请只留一个,或改版次。")
        seen.add(key)
    return sorted(found, key=lambda y: (y.year, not y.provisional, y.revision))


def read_calendar_file(file: Path) -> YearCalendar:
    """One notice. Raises ``CalendarDataError`` naming the file."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that does not exist, bytes that are no text
        raise CalendarDataError(f"{file.name} 不是有效的 YAML,或有不存在的日期:{error}") from error
    if not isinstance(data, dict):
        raise CalendarDataError(f"{file.name} 应为一组字段,开头是 year:。")
    if unknown := set(data) - _KEYS:
        raise CalendarDataError(f"{file.name} 有不认识的字段 {'、'.join(map(str, unknown))}。请删去或改名。")
    try:
        return _calendar(data)
    except CalendarDataError as error:
        raise CalendarDataError(f"{file.name}:{error}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CalendarDataError(f"{file.name} 缺少字段或格式不对:{error}") from error


def _calendar(data: dict[str, Any]) -> YearCalendar:
    issued = data.get("issued_on")
    return YearCalendar(
        year=int(data["year"]),
        revision=int(data.get("revision", 1)),
        days_off=frozenset(day for holiday in data["holidays"] for day in _days(holiday["days_off"])),
        workdays=frozenset(day for holiday in data["holidays"] for day in _days(holiday.get("workdays", []))),
        issued_on=None if issued is None else _day(issued),
        provisional=bool(data.get("provisional", False)),
        title=str(data["title"]),
        doc_no=str(data.get("doc_no", "")),
        url=str(data.get("url", "")),
        evidence=Evidence(data["evidence"]).value,
        note=str(data.get("note", "")),
    )


def _days(written: object) -> list[date]:
    """Days from one day, ``a..b``, or a list of these."""
    if isinstance(written, list):
        return [day for part in written for day in _days(part)]
    if isinstance(written, str) and ".." in written:
        first, last = (_day(part) for part in written.split("..", 1))
        if last < first:
            raise CalendarDataError(f"{written} 起止颠倒。")
        return [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [_day(written)]


def _day(written: object) -> date:
    if isinstance(written, date):
        return written
    return date.fromisoformat(str(written).strip())
