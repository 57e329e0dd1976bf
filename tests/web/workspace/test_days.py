"""A day of another age, typed at any door: a page that says so in words, and nothing kept."""

from collections.abc import Callable
from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gongkai.catalogue.models import Item, RuleVersion
from gongkai.core.days import unlikely
from gongkai.core.vocabulary import RuleKind, Unit
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure
from gongkai.obligations.models import Closure, Obligation
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

OTHER_AGES = ["0001-01-01", "1949-09-30", "2200-01-01", "9999-12-31"]
SAID = "应在 1949-10-01 至 2199-12-31 之间"


@pytest.fixture
def version(cast: Cast) -> RuleVersion:
    """An event to come, in hours: both the day and the moment are asked."""
    return make.make_rule("R-EVENT", kind=RuleKind.DEADLINE_AFTER, value=12, unit=Unit.HOUR, trigger="开标之时")


@pytest.fixture
def timed(cast: Cast, version: RuleVersion) -> Item:
    return make.make_item("GP-02", agencies=[cast.finance], rules=[version.rule], has_notice_period=True)


def _fact(item: Item, day: str) -> dict[str, str]:
    return {"agency": "finance", "item": item.code, "label": "测试", "fact_on": day, "fact_time": "00:00"}


def _draft(client: Client, item: Item, cast: Cast, **said: str) -> HttpResponse:
    revision = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=timezone.now(), title="测试")
    typed = {
        "title": "测试公告", "formed_on": str(timezone.localdate()), "doc_no": "", "summary": "", "body": "正文",
        "element-0": "甲", "element-1": "1元", "element-2": "", "openness": "proactive", "edits": "0",
        "sitting": "", "press": "save", **said,
    }  # fmt: skip
    return client.post(reverse("workspace:draft", args=[revision.disclosure.public_id]), typed)


def _rule(client: Client, version: RuleVersion, **said: str) -> HttpResponse:
    typed = {
        "valid_from": str(version.valid_from), "kind": version.kind, "value": "13", "unit": version.unit,
        "trigger": version.trigger, "clause": version.clause, "source_note": "测试依据", **said,
    }  # fmt: skip
    return client.post(reverse("workspace:rule_change", args=[version.rule.code, version.pk]), typed)


def _closure(client: Client, first: str, last: str) -> HttpResponse:
    typed = {"from_on": first, "to_on": last, "reason": "测试停工", "source": "测试通知", "enabled": "on"}
    return client.post(reverse("workspace:closure_new"), typed)


def _notice(client: Client, day: str) -> HttpResponse:
    typed = {"year": "2027", "title": "测试通知", "issued_on": day, "days_off": "2027-01-01", "incomplete": "on"}
    return client.post(reverse("workspace:calendar_new"), typed)


Doors = dict[str, Callable[[str], HttpResponse]]


@pytest.fixture
def doors(cast: Cast, timed: Item, version: RuleVersion, enter: Enter) -> Doors:
    """Every form with a day in it, each asked with that day alone being wrong."""
    lin, su, today = enter(cast.lin), enter(cast.su), str(timezone.localdate())
    return {
        "fact": lambda day: lin.post(reverse("workspace:fact"), _fact(timed, day)),
        "formed": lambda day: _draft(lin, timed, cast, formed_on=day),
        "ends": lambda day: _draft(lin, timed, cast, ends_on=day),
        "clock": lambda day: _draft(lin, timed, cast, fact_on=day, fact_time="00:00"),
        "from": lambda day: _rule(su, version, valid_from=day),
        "to": lambda day: _rule(su, version, valid_to=day),
        "closure": lambda day: _closure(su, day, today),
        "reopened": lambda day: _closure(su, today, day),
        "notice": lambda day: _notice(su, day),
    }


@pytest.mark.parametrize("day", OTHER_AGES)
@pytest.mark.parametrize(
    "door", ["fact", "formed", "ends", "clock", "from", "to", "closure", "reopened", "notice"]
)
def test_each_door_says_which_years_a_day_may_be_of(doors: Doors, door: str, day: str) -> None:
    answer = doors[door](day)
    assert answer.status_code == 422
    assert SAID in answer.content.decode()
    assert (Obligation.objects.count(), Closure.objects.count()) == (0, 0)
    assert RuleVersion.objects.count() == 1
    assert not Disclosure.objects.exclude(fact_on=None).exists()


@pytest.mark.parametrize("day", OTHER_AGES)
def test_the_log_is_not_narrowed_by_a_day_of_another_age(cast: Cast, item: Item, enter: Enter, day: str) -> None:
    actions.start_draft(item, agency=cast.finance, by=cast.lin, at=timezone.now(), title="测试")
    whole = enter(cast.xu).get(reverse("workspace:log"), {"from": day, "to": day})
    assert whole.status_code == 200
    assert f"disclosure:{Disclosure.objects.get().pk}" in whole.content.decode()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(date.min, "fact")
@example(date.max, "clock")
@given(st.dates(), st.sampled_from(["fact", "clock"]))
def test_any_day_there_is_gets_a_page(cast: Cast, event: Item, lin: Client, day: date, door: str) -> None:
    known = Obligation.objects.count()
    if door == "fact":
        answer = lin.post(reverse("workspace:fact"), _fact(event, day.isoformat()))
    else:
        answer = _draft(lin, event, cast, fact_on=day.isoformat(), press="submit")
    assert answer.status_code in {302, 422}
    if unlikely(day):
        assert Obligation.objects.count() == known


@pytest.fixture
def event(cast: Cast) -> Item:
    """An event that may lie ahead, so that no day of our time is refused."""
    rule = make.make_rule("R-BEFORE", kind=RuleKind.MIN_BEFORE, unit=Unit.CALENDAR_DAY, trigger="挂牌起始日").rule
    return make.make_item("LT-02", agencies=[cast.finance], rules=[rule])


@pytest.fixture
def lin(cast: Cast, enter: Enter) -> Client:
    return enter(cast.lin)
