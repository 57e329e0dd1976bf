"""``manage.py due RULE DATE…``: what a rule makes of a date, with its clause and the working."""

import json
import unicodedata
from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gongkai.catalogue.models import Rule, RuleVersion
from gongkai.core.deadline_words import named
from gongkai.core.deadlines import Due, compute
from gongkai.core.rule_terms import TermsError
from gongkai.core.vocabulary import Evidence
from gongkai.core.workdays import Calendar, CalendarDataError
from gongkai.obligations.queries import RuleBook, calendar, rule_book

EVIDENCE_WORDS = {
    Evidence.PRIMARY_TEXT: "已读原文",
    Evidence.SECONDARY: "二手",
    Evidence.UNVERIFIED: "待核实",
    Evidence.CONFIRMED: "县政务公开办已核实",
}


class Command(BaseCommand):
    """计算到期日."""

    help = "按规则计算到期日:due 规则编号 日期…(YYYY-MM-DD;以小时计的规则写 YYYY-MM-DDTHH:MM)"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """RULE DATE… [--json] [--price YUAN] [--extended]."""
        parser.add_argument("rule", metavar="RULE", help="规则编号,例如 R-DEFAULT-20WD")
        parser.add_argument("dates", metavar="DATE", nargs="+", help="事项发生的日期或时刻")
        parser.add_argument("--json", action="store_true", help="每个日期输出一行 JSON")
        parser.add_argument("--price", type=int, help="底价(元),用于分档的规则")
        parser.add_argument("--extended", action="store_true", help="经批准延长(只用于答复期限)")

    def handle(self, *_: Any, **options: Any) -> None:
        """Check everything first, then print; exit 1 with a clear message when anything cannot be read."""
        starts = [_start(written) for written in options["dates"]]
        try:
            rule = Rule.objects.get(code=options["rule"])
        except Rule.DoesNotExist:
            raise CommandError(f"没有编号为 {options['rule']} 的规则。{_advice(options['rule'])}") from None
        try:
            book, known = rule_book(), calendar()
            answers = [_Answer(rule, start, book, known, options) for start in starts]
        except (CalendarDataError, TermsError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            for answer in answers:
                self.stdout.write(json.dumps(answer.facts(), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_page(rule, answers)))


class _Answer:
    """One date, the version that governs it, and the clock."""

    def __init__(
        self, rule: Rule, start: date | datetime, book: RuleBook, known: Calendar, options: dict[str, Any]
    ) -> None:
        self.rule, self.start = rule, start
        self.day = start.date() if isinstance(start, datetime) else start
        self.known = known
        self.version: RuleVersion | None = book.in_force(rule.pk, self.day)
        self.due: Due | None = None
        if self.version is not None:
            self.due = compute(
                book.terms(self.version, on=self.day),
                start=start,
                calendar=known,
                price=options["price"],
                extended=options["extended"],
            )

    @property
    def reason(self) -> str:
        return self.due.reason if self.due else f"{self.day} 时规则 {self.rule.code} 没有有效版本。"

    def facts(self) -> dict[str, Any]:
        due, version = self.due, self.version
        return {
            "start": self.start.isoformat(),
            "due_on": _iso(due.due_on) if due else None,
            "provisional": bool(due and due.provisional),
            "reason": self.reason,
            "rule": self.rule.code,
            "version": version.label if version else None,
            "clause": version.clause if version else None,
            "calendar": self.known.version,
            "days": [day.isoformat() for day in due.days] if due else [],
            "evidence": version.evidence if version else None,
            "kind": version.kind if version else None,
            "due_at": _iso(due.due_at) if due else None,
            "earliest_on": _iso(due.earliest_on) if due else None,
            "publish_by": _iso(due.publish_by) if due else None,
            "keep_until": _iso(due.keep_until) if due else None,
            "ends_on": _iso(due.ends_on) if due else None,
        }


def _iso(value: date | datetime | None) -> str | None:
    return value.isoformat() if value else None


def _start(written: str) -> date | datetime:
    try:
        if "T" in written:
            moment = datetime.fromisoformat(written)
            return timezone.make_aware(moment) if timezone.is_naive(moment) else timezone.localtime(moment)
        return datetime.strptime(written, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except (ValueError, OverflowError):  # another zone's 9999-12-31 may be no day here
        raise CommandError(
            f"“{written}”不是有效的日期。请写成 2026-03-02,或带时刻写成 2026-03-02T09:30。"
        ) from None


def _advice(code: str) -> str:
    near = list(
        Rule.objects.filter(code__icontains=code.removeprefix("R-").split("-")[0]).values_list("code", flat=True)[
            :5
        ]
    )
    if near:
        return f"相近的有:{'、'.join(near)}。"
    return "规则编号见公开清单页面,或先运行 manage.py load_profile。"


def _page(rule: Rule, answers: list[_Answer]) -> list[str]:
    """A table of the dates, then for each version its clause and grade, then how each date was counted."""
    lines = [f"{rule.code}  {rule.name}", ""]
    rows = [("日期", "期限届满", "暂定", "版本", "说明")]
    for answer in answers:
        due = answer.due
        rows.append(
            (
                named(answer.day),
                named(due.due_on) if due and due.due_on else "——",
                "暂定" if due and due.provisional else "",
                answer.version.label if answer.version else "——",
                answer.reason,
            )
        )
    widths = [max(_width(row[column]) for row in rows) for column in range(4)]
    lines += ["  ".join([*map(_padded, row[:4], widths), row[4]]).rstrip() for row in rows]
    for version in {answer.version.pk: answer.version for answer in answers if answer.version}.values():
        lines += ["", f"版本 {version.label}", f"  依据:{version.clause or '(未载明)'}"]
        lines.append(f"  证据:{EVIDENCE_WORDS[Evidence(version.evidence)]}")
    for answer in answers:
        if answer.due:
            lines += ["", named(answer.day), *(f"  {step}" for step in answer.due.steps)]
    return [*lines, "", f"日历:{answers[0].known.version}"]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
