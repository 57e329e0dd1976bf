"""Write ``docs/rules.md``: every dated rule of a county's profile with its clause, grade, an example and its test.

Usage: python tools/write_rules.py [profiles/anxi]
"""

import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from gongkai.catalogue.wording import clause_of, deadline_of
from gongkai.core.deadlines import PriceTier, RuleTerms, compute
from gongkai.core.vocabulary import Evidence, RuleKind, Unit
from gongkai.core.workdays import Calendar
from gongkai.obligations.calendar_source import read_calendar_dir

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "rules.md"
EXAMPLES = (date(2026, 3, 2), date(2024, 9, 12), date(2021, 7, 1), date(2018, 9, 20), date(2017, 8, 1))
BEIJING = timezone(timedelta(hours=8))
GRADES = {
    Evidence.PRIMARY_TEXT: "已读原文",
    Evidence.SECONDARY: "二手",
    Evidence.UNVERIFIED: "待核实",
    Evidence.CONFIRMED: "县政务公开办已核实",
}
GENERAL = "R-DEFAULT-20WD"
TEST = "tests/obligations/test_every_rule.py"

HEAD = """# 时限规则 / Rules

Every rule this installation computes, from `profiles/{county}/rules.yaml`: {rules} rules in {versions} dated
versions. Written by `python tools/write_rules.py`; a test fails when it no longer says what the profile says.

- *evidence* is how well the number is known: 已读原文 read in the original, 二手 secondary, 待核实 from memory and
  to be confirmed by the office. A number that is 待核实 is usable and is shown as such wherever it appears.
- *example* is a fact (or, for 提前, an event) on the day named, and the day the clock runs out: the last day to
  publish, or for 公示 and 公告期 the last day it stays.
- Each row is covered by `{test}`, which computes the rule a second time, day by day, with
  another calendar library: `pytest {test} -k <rule>`. How each kind is computed is told in
  [algorithms/deadlines.md](algorithms/deadlines.md).

| rule | version | asks | counted from / towards | basis | evidence | example |
|---|---|---|---|---|---|---|
"""
BLANK: dict[str, Any] = {
    "value": None, "max_value": None, "unit": "", "month_day": "", "period": "", "tiers": [], "basis": [],
    "day_count_override": "",
}  # fmt: skip


def read(county: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The profile's rules, and its instruments by code."""
    rules = yaml.safe_load((county / "rules.yaml").read_text(encoding="utf-8"))
    instruments = yaml.safe_load((county / "instruments.yaml").read_text(encoding="utf-8"))
    return rules, {i["code"]: {"doc_no": "", **i} for i in instruments}


def covers(version: dict[str, Any], day: date) -> bool:
    """Whether ``version`` was in force on ``day``."""
    return version["valid_from"] <= day and (version.get("valid_to") is None or day <= version["valid_to"])


def terms(rule: dict[str, Any], version: dict[str, Any], rules: list[dict[str, Any]], day: date) -> RuleTerms:
    """The version as arithmetic reads it on ``day``."""
    fallback = None
    if version["kind"] in {RuleKind.PROMPTLY, RuleKind.CONTINUOUS}:
        limit = next(r for r in rules if r["code"] == rule.get("fallback", GENERAL))
        governing = next((v for v in limit["versions"] if covers(v, day)), None)
        fallback = terms(limit, governing, rules, day) if governing else None
    return RuleTerms(
        kind=RuleKind(version["kind"]),
        value=version.get("value"),
        unit=Unit(version["unit"]) if version.get("unit") else None,
        max_value=version.get("max_value"),
        month_day=version.get("month_day", ""),
        period=version.get("period", ""),
        day_count_override=version.get("day_count_override", ""),
        extension_value=version.get("extension_value"),
        tiers=tuple(PriceTier(t["price_from"], t["price_to"], t["value"]) for t in version.get("tiers", [])),
        needs_local_value=rule.get("needs_local_value", False),
        default_publish=version.get("default_publish", True),
        fallback=fallback,
    )


def example(rule: dict[str, Any], version: dict[str, Any], rules: list[dict[str, Any]], calendar: Calendar) -> str:
    """One worked date: ``2026-03-02 → 2026-03-30``."""
    day = next((d for d in EXAMPLES if covers(version, d)), version["valid_from"])
    hours = version.get("unit") == Unit.HOUR and version.get("value")
    start = datetime(day.year, day.month, day.day, 9, tzinfo=BEIJING) if hours else day
    due = compute(terms(rule, version, rules, day), start=start, calendar=calendar)
    result = f"{due.due_at:%Y-%m-%d %H:%M}" if due.due_at else str(due.due_on or "无日期")
    return f"{day}{' 09:00' if hours else ''} → {result}"


def page(county: Path) -> str:
    """The whole document."""
    rules, instruments = read(county)
    calendar = Calendar(read_calendar_dir(county / "calendars"))
    rows = []
    for rule in rules:
        for version in rule["versions"]:
            filled = {**BLANK, **version}
            cells = (
                f"`{rule['code']}` {rule['name']}",
                f"{version['valid_from']} → {version.get('valid_to') or '今'}",
                deadline_of(SimpleNamespace(**filled)) + ("(发布日计入)" if filled["day_count_override"] else ""),
                version["trigger"],
                clause_of(filled, instruments),
                GRADES[Evidence(version["evidence"])],
                example(rule, version, rules, calendar),
            )
            rows.append("| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |")
    head = HEAD.format(county=county.name, rules=len(rules), versions=len(rows), test=TEST)
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "profiles" / "anxi"
    TARGET.write_text(page(folder.resolve()), encoding="utf-8")
    print(TARGET.relative_to(ROOT))
