"""``manage.py load_profile DIR [--json]``: load a county from its folder, or say what is wrong with it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from gongkai.agencies.actions.county import OtherCountyError, require_same_county
from gongkai.agencies.actions.profile_rows import Changes
from gongkai.catalogue.actions import LoadReport, load_profile
from gongkai.catalogue.profile import Problem, Profile, ProfileError, read_profile
from gongkai.core.workdays import CalendarDataError, YearCalendar
from gongkai.obligations.actions import load_calendar_years
from gongkai.obligations.actions.calendars import LoadReport as CalendarReport
from gongkai.obligations.calendar_source import read_calendar_dir

KINDS = {
    "county": "县",
    "agencies": "责任主体",
    "supervision": "监督渠道",
    "domains": "领域",
    "channels": "渠道",
    "sources": "资料来源",
    "instruments": "法律依据",
    "exclusions": "不予公开理由",
    "rules": "时限规则",
    "versions": "规则版本",
    "items": "公开事项",
    "english": "英文名称",
}
_SHOWN = 12  # codes named for each kind; the rest are counted


class Command(BaseCommand):
    """Validates everything first; one transaction; a second run changes nothing."""

    help = "载入县配置目录(profiles/县名):先全部检查,再一次载入;重复载入不会改变任何内容。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder, and whether to answer in JSON."""
        parser.add_argument("folder", type=Path, help="县配置目录,例如 profiles/anxi")
        parser.add_argument("--json", action="store_true", dest="as_json", help="以 JSON 输出结果")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, report; a fault of the profile ends with status 1 and nothing loaded."""
        try:
            report, calendars = load(options["folder"])
        except (ProfileError, OtherCountyError) as error:
            if options["as_json"]:
                self.stdout.write(json.dumps(_refusal(error), ensure_ascii=False))
                raise SystemExit(1) from None
            raise CommandError(str(error)) from None
        if options["as_json"]:
            self.stdout.write(json.dumps(_as_data(report, calendars), ensure_ascii=False))
            return
        for line in _as_lines(report, calendars):
            self.stdout.write(line)


def load(folder: Path) -> tuple[LoadReport, CalendarReport]:
    """Check the folder, then load calendars and profile in one transaction.

    Lock order: the county, then the log, then the events. Calendars therefore come first: they append to the log
    before the profile announces anything. Raises ``ProfileError``, ``OtherCountyError``.
    """
    profile, years = _checked(folder)
    at = timezone.now()
    with transaction.atomic():
        require_same_county(profile.county["code"])
        calendars = load_calendar_years(years, at=at, by=None)
        report = load_profile(profile, by=None, at=at)
    return report, calendars


def _checked(folder: Path) -> tuple[Profile, list[YearCalendar]]:
    problems: list[Problem] = []
    years: list[YearCalendar] = []
    if not folder.is_dir():
        raise ProfileError([Problem(str(folder), "", "", "没有这个目录。请检查路径。")])
    try:
        years = read_calendar_dir(folder / "calendars")
    except CalendarDataError as error:
        problems.append(Problem("calendars/", "", "", str(error)))
    try:
        profile = read_profile(folder)
    except ProfileError as error:
        raise ProfileError([*error.problems, *problems]) from None
    if problems:
        raise ProfileError(problems)
    return profile, years


def _refusal(error: ProfileError | OtherCountyError) -> dict[str, Any]:
    found = error.problems if isinstance(error, ProfileError) else [Problem("", "", "", str(error))]
    return {
        "loaded": False,
        "problems": [{"file": p.file, "entry": p.entry, "key": p.key, "message": p.message} for p in found],
    }


def _as_data(report: LoadReport, calendars: CalendarReport) -> dict[str, Any]:
    return {
        "loaded": True,
        "county": report.county,
        "digest": report.digest,
        "changed": report.changed or bool(calendars.added),
        "leaf": report.leaf_position,
        "kinds": {kind: vars(changes) for kind, changes in report.kinds.items()},
        "calendars": {"added": list(calendars.added), "unchanged": calendars.unchanged},
    }


def _as_lines(report: LoadReport, calendars: CalendarReport) -> list[str]:
    if not report.changed and not calendars.added:
        return ["没有变化。"]
    lines = [line for kind, changes in report.kinds.items() for line in _kind_lines(KINDS[kind], changes)]
    if calendars.added:
        lines.append(f"日历:新增 {_codes(list(calendars.added))}")
    return [f"已载入 {report.county}。", *lines]


def _kind_lines(name: str, changes: Changes) -> list[str]:
    words = {
        "新增": changes.added,
        "修改": changes.changed,
        "停用": changes.retired,
        "县里已核实或修改,未采用配置的改动": changes.kept,
    }
    lines = [f"{name}:{word} {_codes(codes)}" for word, codes in words.items() if codes]
    return [*lines, f"{name}:顺序有调整"] if changes.reordered else lines


def _codes(codes: list[str]) -> str:
    more = f" 等{len(codes)}项" if len(codes) > _SHOWN else f"({len(codes)}项)"
    return "、".join(codes[:_SHOWN]) + more
