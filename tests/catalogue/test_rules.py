"""待核实: confirming and changing, with a source, as a new revision; who may; who was first."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError

from gongkai.agencies.models import Agency, AgencyName, Officer
from gongkai.catalogue import queries
from gongkai.catalogue.actions import (
    RuleConflictError,
    RuleValueError,
    change_rule,
    confirm_fact,
    confirm_rule,
    rules,
)
from gongkai.catalogue.models import Item, Rule, RuleVersion
from gongkai.core.authority import NotAllowedError
from gongkai.core.vocabulary import Evidence, Role
from gongkai.events.models import Event
from gongkai.ledger.models import Leaf
from tests.cast import officer
from tests.profiles.folders import NOW, YUNLING, load

pytestmark = pytest.mark.django_db
SOURCE = "县法制部门书面答复,虚构"


@pytest.fixture
def su(settings: Any) -> Officer:
    """An officer of the 县政务公开办 of the invented county, loaded."""
    settings.PROFILE_DIR = YUNLING
    load(YUNLING)
    return officer("su", "苏测试", (Role.OFFICE, Agency.objects.get(code="open_office")))


def version_of(code: str) -> RuleVersion:
    """The newest revision of the newest period."""
    return queries.standing_versions(Rule.objects.get(code=code).versions.all())[-1]


def test_confirming_makes_a_new_revision_with_the_same_numbers(su: Officer) -> None:
    old = version_of("R-YL-MONTH")
    new = confirm_rule(old, source_note=f" {SOURCE} ", by=su, at=NOW)
    assert (new.revision, new.value, new.evidence) == (2, old.value, Evidence.CONFIRMED)
    assert (new.recorded_by, new.source_note) == (su, SOURCE)
    old.refresh_from_db()
    assert old.evidence == Evidence.SECONDARY
    assert queries.version_on(new.rule.versions.all(), date(2026, 1, 1)) == new


def test_a_confirmation_leaves_a_leaf_and_an_event(su: Officer) -> None:
    confirm_rule(version_of("R-YL-MONTH"), source_note=SOURCE, by=su, at=NOW)
    leaf = Leaf.objects.latest("position")
    assert (leaf.kind, leaf.subject) == ("rules", "rule:R-YL-MONTH")
    assert SOURCE.encode() not in bytes(leaf.record)
    event = Event.objects.latest("position")
    assert (event.kind, event.by_id) == ("rule.confirmed", su.pk)
    assert event.facts == {"from": "2019-05-15#1", "to": ["2019-05-15#2"], "leaf": leaf.position}


@pytest.mark.parametrize("note", ["", "  "])
def test_nothing_is_confirmed_without_a_source(su: Officer, note: str) -> None:
    with pytest.raises(RuleValueError, match="依据"):
        confirm_rule(version_of("R-YL-MONTH"), source_note=note, by=su, at=NOW)
    assert RuleVersion.objects.filter(revision=2).count() == 0


def test_a_number_nobody_gave_cannot_be_confirmed_but_given(su: Officer) -> None:
    empty = version_of("R-YL-ENERGY-NOTICE")
    with pytest.raises(RuleValueError, match="还没有数字"):
        confirm_rule(empty, source_note=SOURCE, by=su, at=NOW)
    given = change_rule(empty, values={"value": 7}, source_note=SOURCE, by=su, at=NOW)
    assert (given.value, given.unit, given.evidence) == (7, "working_day", Evidence.CONFIRMED)
    assert confirm_rule(given, source_note=SOURCE, by=su, at=NOW).revision == 3


def test_two_officers_cannot_both_decide_the_same_version(su: Officer) -> None:
    seen_by_both = version_of("R-YL-MONTH")
    confirm_rule(seen_by_both, source_note=SOURCE, by=su, at=NOW)
    with pytest.raises(RuleConflictError, match="刷新"):
        change_rule(seen_by_both, values={"value": 5}, source_note=SOURCE, by=su, at=NOW)
    assert RuleVersion.objects.filter(rule__code="R-YL-MONTH").count() == 2


def test_a_race_lost_in_the_database_is_told_as_a_conflict(su: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(self: RuleVersion, *args: object, **kwargs: object) -> None:
        raise IntegrityError("rule_version_once")

    monkeypatch.setattr(RuleVersion, "save", lost)
    with pytest.raises(RuleConflictError):
        confirm_rule(version_of("R-YL-MONTH"), source_note=SOURCE, by=su, at=NOW)
    assert Leaf.objects.count() == 1  # only the load's


def test_a_change_from_a_later_day_opens_a_period_and_ends_the_old_one(su: Officer) -> None:
    old = version_of("R-YL-GENERAL")
    new = change_rule(old, values={"value": 10, "valid_from": date(2027, 1, 1)}, source_note=SOURCE, by=su, at=NOW)
    assert (new.valid_from, new.value, new.revision) == (date(2027, 1, 1), 10, 2)
    versions = list(Rule.objects.get(code="R-YL-GENERAL").versions.all())
    decide = {
        day: queries.version_on(versions, day) for day in (date(2018, 6, 1), date(2026, 12, 31), date(2027, 1, 1))
    }
    assert [v.value for v in decide.values() if v] == [20, 15, 10]
    ended = decide[date(2026, 12, 31)]
    assert ended
    assert (ended.valid_to, ended.evidence, ended.revision) == (date(2026, 12, 31), Evidence.PRIMARY_TEXT, 2)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"value": 0}, "大于 0"),
        ({"value": None}, "缺少数字"),
        ({"kind": "sometimes"}, "种类"),
        ({"kind": "promptly"}, "没有数字"),
        ({"valid_to": date(2019, 5, 14)}, "早于"),
        ({"valid_from": date(2019, 5, 1)}, "有效期内"),
        ({"evidence": "primary_text"}, "不能修改"),
        ({"value": 15}, "没有改动"),
        ({}, "没有改动"),
    ],
)
def test_values_that_cannot_be_a_rule_are_refused(su: Officer, values: dict[str, object], said: str) -> None:
    with pytest.raises(RuleValueError, match=said):
        change_rule(version_of("R-YL-GENERAL"), values=values, source_note=SOURCE, by=su, at=NOW)
    assert not Event.objects.filter(kind="rule.changed").exists()


def test_a_change_cannot_start_after_its_version_ended(su: Officer) -> None:
    first = queries.standing_versions(Rule.objects.get(code="R-YL-GENERAL").versions.all())[0]
    with pytest.raises(RuleValueError, match="有效期内"):
        change_rule(first, values={"valid_from": date(2020, 1, 1)}, source_note=SOURCE, by=su, at=NOW)


def test_only_the_office_decides_about_rules(su: Officer) -> None:
    lin = officer("lin", "林测试", (Role.HEAD, Agency.objects.get(code="finance")))
    with pytest.raises(NotAllowedError):
        confirm_rule(version_of("R-YL-MONTH"), source_note=SOURCE, by=lin, at=NOW)
    with pytest.raises(NotAllowedError):
        change_rule(version_of("R-YL-MONTH"), values={"value": 5}, source_note=SOURCE, by=lin, at=NOW)
    with pytest.raises(NotAllowedError):
        confirm_fact("items", "EU-01", source_note=SOURCE, by=lin, at=NOW)


def test_every_fact_of_the_list_can_be_confirmed_where_it_carries_a_code(su: Officer) -> None:
    facts = [fact for fact in queries.unverified() if fact.kind not in {"rules", "county"}]
    assert {fact.kind for fact in facts} == {
        "agencies",
        "agency_names",
        "channels",
        "instruments",
        "items",
        "unit_codes",
    }
    for fact in facts:
        confirm_fact(fact.kind, fact.code, source_note=SOURCE, by=su, at=NOW)
    assert {fact.kind for fact in queries.unverified()} == {"rules"}
    assert Item.objects.get(code="EU-01").evidence == Evidence.CONFIRMED
    assert AgencyName.objects.filter(evidence=Evidence.CONFIRMED).count() == 1
    event = Event.objects.filter(kind="fact.confirmed").latest("position")
    assert event.facts["source_note"] == SOURCE


def test_a_fact_is_confirmed_once_and_with_a_source(su: Officer) -> None:
    with pytest.raises(RuleValueError, match="依据"):
        confirm_fact("items", "EU-01", source_note=" ", by=su, at=NOW)
    confirm_fact("items", "EU-01", source_note=SOURCE, by=su, at=NOW)
    with pytest.raises(RuleConflictError, match="核实过"):
        confirm_fact("items", "EU-01", source_note=SOURCE, by=su, at=NOW)


def test_a_fact_of_the_county_file_is_confirmed_in_the_file(su: Officer) -> None:
    with pytest.raises(RuleValueError, match="县配置"):
        confirm_fact("county", "", source_note=SOURCE, by=su, at=NOW)
    assert "valid_from" in rules.CHANGEABLE
    assert "evidence" not in rules.CHANGEABLE
