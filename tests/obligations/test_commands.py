"""``manage.py due`` and ``manage.py sweep`` as operators and scripts use them."""

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from gongkai.core.vocabulary import EventKind, Evidence, RuleKind, Unit
from gongkai.events.actions import announce
from gongkai.events.models import Event
from gongkai.obligations import queries
from gongkai.obligations.models import CalendarYear, Silence
from tests.make import make_item, make_rule
from tests.overrule import triggers_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendars")]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def answers(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("due", *arguments, "--json").splitlines()]


def test_one_json_object_a_line_for_each_date() -> None:
    make_rule()
    first, second = answers("R-TEST-20WD", "2022-09-30", "2018-07-13")
    assert first["due_on"] == "2022-11-02"
    assert second == {
        "start": "2018-07-13",
        "due_on": "2018-08-10",
        "provisional": False,
        "reason": "",
        "rule": "R-TEST-20WD",
        "version": "2008-05-01#1",
        "clause": "《测试条例》第26条",
        "calendar": queries.calendar().version,
        "days": [d.isoformat() for d in queries.calendar().days_counted(date(2018, 7, 13), 20)],
        "evidence": "primary_text",
        "kind": "deadline_after",
        "due_at": None,
        "earliest_on": "2018-07-13",
        "publish_by": "2018-08-10",
        "keep_until": None,
        "ends_on": None,
    }


def test_a_provisional_date_and_an_absent_one_say_why() -> None:
    make_rule()
    provisional, absent = answers("R-TEST-20WD", "2026-12-10", "2027-12-20")
    assert (provisional["due_on"], provisional["provisional"]) == ("2027-01-08", True)
    assert "2027" in provisional["reason"]
    assert (absent["due_on"], absent["provisional"], absent["days"]) == (None, True, [])
    assert absent["reason"]


def test_the_version_of_each_date_answers_for_it() -> None:
    make_rule(valid_from=date(2008, 5, 1), valid_to=date(2019, 5, 14), value=15)
    make_rule(valid_from=date(2019, 5, 15), value=20)
    old, new, none = answers("R-TEST-20WD", "2019-05-14", "2019-05-15", "2001-01-01")
    assert (old["version"], len(old["days"])) == ("2008-05-01#1", 15)
    assert (new["version"], new["due_on"]) == ("2019-05-15#1", "2019-06-13")
    assert (none["version"], none["due_on"], none["clause"], none["days"]) == (None, None, None, [])
    assert "没有有效版本" in none["reason"]


def test_hours_take_a_moment_in_county_time_unless_it_says_otherwise() -> None:
    make_rule("R-HOURS", value=12, unit=Unit.HOUR)
    plain, zoned, day = answers("R-HOURS", "2026-03-02T20:00", "2026-03-02T12:00+00:00", "2026-03-02")
    assert plain["due_at"] == zoned["due_at"] == "2026-03-03T08:00:00+08:00"
    assert plain["due_on"] == "2026-03-03"
    assert day["due_on"] is None


def test_a_price_and_an_extension_are_taken_into_account() -> None:
    tiers = [
        {"price_from": 1_000_000, "price_to": 10_000_000, "value": 10},
        {"price_from": 10_000_000, "value": 20},
    ]
    make_rule("R-TIER", kind=RuleKind.MIN_DURATION, value=10, tiers=tiers)
    make_rule("R-REPLY", kind=RuleKind.RESPOND_WITHIN, value=20, extension_value=20)
    assert len(answers("R-TIER", "2026-03-02", "--price", "10000000")[0]["days"]) == 20
    assert len(answers("R-REPLY", "2026-03-02", "--extended")[0]["days"]) == 40


def test_without_json_a_table_with_clause_grade_and_the_count() -> None:
    make_rule(evidence=Evidence.UNVERIFIED)
    page = run("due", "R-TEST-20WD", "2018-07-13", "2001-01-01", "2026-12-10")
    for said in (
        "R-TEST-20WD  测试时限",
        "2018-07-13(周五)",
        "2018-08-10(周五)",
        "依据:《测试条例》第26条",
        "证据:待核实",
        "第 20 个工作日",
        "没有有效版本",
        "暂定",
        f"日历:{queries.calendar().version}",
    ):
        assert said in page


def test_a_rule_without_a_clause_says_so() -> None:
    make_rule(clause="")
    assert "依据:(未载明)" in run("due", "R-TEST-20WD", "2018-07-13")


@pytest.mark.parametrize("written", ["2026-02-30", "yesterday", "2026-13-01T10:00", ""])
def test_a_date_that_does_not_exist_is_refused_before_anything_is_printed(written: str) -> None:
    make_rule()
    out = StringIO()
    with pytest.raises(CommandError, match="不是有效的日期") as refusal:
        call_command("due", "R-TEST-20WD", "2026-03-02", written, stdout=out)
    assert refusal.value.returncode == 1
    assert out.getvalue() == ""


def test_an_unknown_rule_is_refused_with_what_is_near() -> None:
    with pytest.raises(CommandError, match=r"R-DEFAULT-7WD.*load_profile"):
        run("due", "R-DEFAULT-7WD", "2026-03-02")
    make_rule("R-DEFAULT-20WD")
    with pytest.raises(CommandError, match="相近的有:R-DEFAULT-20WD") as refusal:
        run("due", "R-DEFAULT-7WD", "2026-03-02")
    assert refusal.value.returncode == 1


def test_a_question_that_does_not_fit_the_rule_is_refused() -> None:
    make_rule()
    with pytest.raises(CommandError, match="延长"):
        run("due", "R-TEST-20WD", "2026-03-02", "--extended")


def test_without_a_calendar_both_commands_say_what_to_do() -> None:
    make_rule()
    with triggers_off():
        CalendarYear.objects.all().delete()
    for command in (("due", "R-TEST-20WD", "2026-03-02"), ("sweep",)):
        with pytest.raises(CommandError, match="load_profile"):
            run(*command)


def test_a_sweep_says_what_it_found() -> None:
    make_item(rules=[make_rule().rule])
    today = timezone.localdate()
    assert run("sweep", "--as-of", str(today)) == (
        f"截至 {today}:新开立时限 0 项,新逾期 0 项,新沉默事项 1 个,恢复公开 0 个。\n"
    )
    assert "新沉默事项 0 个" in run("sweep")


def test_a_sweep_for_no_day_is_refused() -> None:
    with pytest.raises(CommandError, match="不是有效的日期") as refusal:
        run("sweep", "--as-of", "2026-02-30")
    assert refusal.value.returncode == 1


def test_a_sweep_is_refused_for_days_to_come_and_days_before_the_last_round_and_writes_nothing() -> None:
    make_item(rules=[make_rule().rule])
    today = timezone.localdate()
    run("sweep")
    before = (Event.objects.count(), Silence.objects.count())
    with pytest.raises(CommandError, match=r"还没有到.*没有写入"):
        run("sweep", "--as-of", "2099-01-01")
    for day in ("1999-01-01", str(today - timedelta(days=1))):
        with pytest.raises(CommandError, match=r"早于上一次清查.*没有写入"):
            run("sweep", "--as-of", day)
    assert (Event.objects.count(), Silence.objects.count()) == before
    assert f"截至 {today}" in run("sweep", "--as-of", str(today))


def test_without_a_round_a_sweep_goes_back_to_where_the_installation_began() -> None:
    today, now = timezone.localdate(), timezone.now()
    with transaction.atomic():
        announce(EventKind.PROFILE_LOADED, subject="county:test", at=now - timedelta(days=5))
    assert run("sweep", "--as-of", str(today - timedelta(days=5)))
    note = today - timedelta(days=6)
    with pytest.raises(CommandError, match="早于"):
        run("sweep", "--as-of", str(note))


@pytest.mark.parametrize("written", ["2200-01-01", "9999-12-31", "9999-12-31T23:00+00:00"])
def test_a_date_too_far_ahead_is_refused_in_words(written: str) -> None:
    make_rule(kind=RuleKind.MIN_BEFORE)
    with pytest.raises(CommandError, match=r"不合常理|不是有效的日期"):
        run("due", "R-TEST-20WD", written)


@pytest.mark.parametrize("written", ["0001-01-01", "0001-01-01T00:00", "1949-09-30"])
def test_before_a_rule_existed_there_is_no_version_and_no_date(written: str) -> None:
    make_rule(kind=RuleKind.MIN_BEFORE)
    [answer] = answers("R-TEST-20WD", written)
    assert (answer["version"], answer["due_on"]) == (None, None)
    assert "没有有效版本" in answer["reason"]
