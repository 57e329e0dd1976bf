"""Loading a county: only what changed, nothing the office did undone, nothing at all when anything is wrong."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.agencies.actions.county import OtherCountyError
from gongkai.agencies.models import Agency, AgencyName, County, ProfileEntry, SupervisionChannel
from gongkai.agencies.queries import county
from gongkai.catalogue.models import (
    Domain,
    Element,
    Instrument,
    Item,
    ItemAgency,
    ItemRule,
    PublicationChannel,
    Rule,
    RuleVersion,
)
from gongkai.catalogue.profile import ProfileError, read_profile
from gongkai.core.vocabulary import Evidence
from gongkai.events.models import Event
from gongkai.ledger.models import Leaf
from tests.profiles.folders import NOW, YUNLING, bend, copy_of, entry, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the invented county, loaded."""
    copied = copy_of(YUNLING, tmp_path)
    load(copied)
    return copied


def snapshot() -> dict[str, list[object]]:
    """Every row a profile decides, without keys and moments."""
    return {
        model.__name__: sorted(map(repr, model._default_manager.values_list(*fields)))
        for model, fields in {
            Agency: ("code", "name", "unit_code", "parent__code", "closed_on", "warn_days", "order"),
            AgencyName: ("agency__code", "name", "valid_from", "valid_to", "evidence"),
            Domain: ("code", "name", "lead_agency__code", "order", "retired_on"),
            Instrument: ("code", "title", "replaced_by__code", "effective_from"),
            Rule: ("code", "name", "fallback__code", "needs_local_value", "retired_on"),
            RuleVersion: ("rule__code", "valid_from", "valid_to", "revision", "value", "clause", "evidence"),
            Item: ("code", "name", "domain__code", "evidence", "silent_days", "order", "retired_on"),
            Element: ("item__code", "name", "type", "required", "order"),
            ItemRule: ("item__code", "rule__code", "order"),
            ItemAgency: ("item__code", "agency__code", "order"),
        }.items()
    }


def test_a_first_load_brings_everything_and_says_so(tmp_path: Path) -> None:
    report = load(YUNLING)
    assert report.changed
    assert report.kinds["items"].added == ["GP-01", "EU-01", "EU-02", "EU-03"]
    assert report.kinds["county"].added == ["yunling"]
    assert Item.objects.get(code="EU-01").agencies.order_by("item_agencies__order").first().code == "energy"  # type: ignore[union-attr]  # it has one
    assert Item.objects.get(code="EU-01").channels.count() == 3
    assert Rule.objects.get(code="R-YL-PROMPT").fallback == Rule.objects.get(code="R-YL-GENERAL")
    assert Agency.objects.get(code="lingxia").parent == Agency.objects.get(code="towns")
    assert [c.order for c in PublicationChannel.objects.all()] == [0, 1, 2]


def test_a_first_load_leaves_one_leaf_for_the_rules_and_one_event(tmp_path: Path) -> None:
    report = load(YUNLING)
    leaf = Leaf.objects.get()
    assert (leaf.kind, leaf.subject, leaf.position) == ("rules", "rules:yunling", report.leaf_position)
    assert b'"rules_changed":6' in bytes(leaf.record)
    event = Event.objects.get()
    assert (event.kind, event.subject) == ("profile.loaded", "county:yunling")
    assert event.facts["kinds"]["items"] == {"added": 4, "changed": 0, "retired": 0, "kept": 0}
    assert event.facts["leaf"] == leaf.position


def test_a_second_load_changes_and_announces_nothing(folder: Path) -> None:
    before, loaded_at = snapshot(), County.objects.get().loaded_at
    report = load(folder, at=NOW + timedelta(days=1))
    assert not report.changed
    assert report.kinds == {}
    assert snapshot() == before
    assert (Event.objects.count(), Leaf.objects.count()) == (1, 1)
    assert County.objects.get().loaded_at == loaded_at


def test_the_county_is_read_from_the_database_and_follows_a_reload(folder: Path) -> None:
    first = county()
    assert (first.name, first.review_steps, first.review_names) == ("云岭县", 3, ("初审", "复审", "终审"))
    bend(folder, "county.yaml", lambda c: c["review"].update(steps=["审查"]))
    report = load(folder)
    assert report.kinds["county"].changed == ["yunling"]
    assert report.leaf_position is None
    assert county().review_steps == 1


def test_a_changed_entry_is_changed_and_only_that(folder: Path) -> None:
    untouched = Item.objects.get(code="EU-02").elements.values_list("pk", flat=True)
    keys = list(untouched)

    def change(items: list[dict[str, object]]) -> None:
        entry(items, "GP-01")["elements"] = ["项目名称", "供应商"]

    bend(folder, "items.yaml", change)
    report = load(folder)
    assert {kind: (c.added, c.changed) for kind, c in report.kinds.items()} == {"items": ([], ["GP-01"])}
    assert [e.name for e in Item.objects.get(code="GP-01").elements.all()] == ["项目名称", "供应商"]
    assert list(untouched.all()) == keys


def test_an_item_gone_from_the_profile_is_retired_and_can_return(folder: Path) -> None:
    kept: list[dict[str, object]] = []

    def drop(items: list[dict[str, object]]) -> list[dict[str, object]]:
        kept.extend(items)
        return [one for one in items if one["code"] != "EU-02"]

    bend(folder, "items.yaml", drop)
    report = load(folder)
    assert report.kinds["items"].retired == ["EU-02"]
    assert Item.objects.get(code="EU-02").retired_on == date(2026, 11, 23)
    assert not load(folder).changed
    bend(folder, "items.yaml", lambda _: kept)
    report = load(folder, at=NOW + timedelta(days=9))
    assert report.kinds["items"].changed == ["EU-02"]
    assert Item.objects.get(code="EU-02").retired_on is None


def test_other_things_gone_from_the_profile_are_retired_too(folder: Path) -> None:
    bend(folder, "items.yaml", lambda items: [one for one in items if one["code"] in {"GP-01", "EU-03"}])
    bend(folder, "domains.yaml", lambda ds: ds)
    bend(folder, "rules.yaml", lambda rules: [r for r in rules if r["code"] != "R-YL-MONTH"])
    bend(folder, "channels.yaml", lambda cs: [c for c in cs if c["code"] == "yl_portal"])
    bend(folder, "agencies.yaml", lambda ags: [a for a in ags if a["code"] != "lingxia"])
    report = load(folder)
    assert report.kinds["rules"].retired == ["R-YL-MONTH"]
    assert report.kinds["channels"].retired == ["yl_energy", "yl_board"]
    assert report.kinds["agencies"].retired == ["lingxia"]
    assert Agency.objects.get(code="lingxia").closed_on == date(2026, 11, 23)
    assert RuleVersion.objects.filter(rule__code="R-YL-MONTH").count() == 1
    assert "versions" not in report.kinds


def test_a_rule_that_returns_unchanged_gets_no_new_revision(folder: Path) -> None:
    rules: list[dict[str, object]] = []
    bend(folder, "rules.yaml", rules.extend)
    bend(folder, "items.yaml", lambda items: [one for one in items if one["code"] != "EU-02"])
    bend(folder, "rules.yaml", lambda rs: [r for r in rs if r["code"] != "R-YL-MONTH"])
    load(folder)
    bend(folder, "rules.yaml", lambda _: rules)
    report = load(folder)
    assert report.kinds["rules"].changed == ["R-YL-MONTH"]
    assert "versions" not in report.kinds
    assert RuleVersion.objects.filter(rule__code="R-YL-MONTH").count() == 1


def test_moving_entries_is_reported_as_a_new_order(folder: Path) -> None:
    bend(folder, "channels.yaml", lambda cs: cs[::-1])
    report = load(folder)
    assert report.kinds["channels"].reordered
    assert report.kinds["channels"].changed == []
    assert [c.code for c in PublicationChannel.objects.all()] == ["yl_board", "yl_energy", "yl_portal"]


def test_a_changed_number_is_a_new_revision_and_the_old_one_stays(folder: Path) -> None:
    def change(rules: list[dict[str, list[dict[str, object]]]]) -> None:
        entry(rules, "R-YL-GENERAL")["versions"][1]["value"] = 10

    bend(folder, "rules.yaml", change)
    report = load(folder)
    assert report.kinds["versions"].changed == ["R-YL-GENERAL@2019-05-15"]
    assert report.leaf_position == 1
    versions = RuleVersion.objects.filter(rule__code="R-YL-GENERAL", valid_from="2019-05-15")
    assert list(versions.values_list("revision", "value")) == [(1, 15), (2, 10)]
    assert not load(folder).changed


def test_a_new_period_of_a_rule_outranks_what_it_overlaps(folder: Path) -> None:
    def change(rules: list[dict[str, list[dict[str, object]]]]) -> None:
        versions = entry(rules, "R-YL-GENERAL")["versions"]
        versions.append({**versions[1], "valid_from": "2027-01-01", "value": 7})
        versions[1]["valid_to"] = "2026-12-31"

    bend(folder, "rules.yaml", change)
    report = load(folder)
    assert report.kinds["versions"].added == ["R-YL-GENERAL@2027-01-01"]
    assert report.kinds["versions"].changed == ["R-YL-GENERAL@2019-05-15"]
    newest = RuleVersion.objects.get(rule__code="R-YL-GENERAL", valid_from="2027-01-01")
    assert newest.revision == 2


def test_a_version_of_a_rule_cannot_leave_the_profile(folder: Path) -> None:
    before = snapshot()
    bend(folder, "county.yaml", lambda c: c.update(name="云岭新县"))
    bend(folder, "rules.yaml", lambda rules: entry(rules, "R-YL-GENERAL")["versions"].pop(0) and None)
    with pytest.raises(ProfileError, match="valid_to"):
        load(folder)
    assert snapshot() == before
    assert county().name == "云岭县"


def test_a_revision_the_office_made_is_kept_whatever_the_profile_says(
    folder: Path, django_user_model: type
) -> None:
    officer = django_user_model.objects.create(username="su", display_name="苏测试")  # type: ignore[attr-defined]  # a manager
    rule = Rule.objects.get(code="R-YL-ENERGY-NOTICE")
    own = rule.versions.get()
    own.pk, own.revision, own.value, own.recorded_by = None, 2, 12, officer
    own.evidence = Evidence.CONFIRMED
    own.save()

    def change(rules: list[dict[str, list[dict[str, object]]]]) -> None:
        entry(rules, "R-YL-ENERGY-NOTICE")["versions"][0]["value"] = 30

    bend(folder, "rules.yaml", change)
    report = load(folder)
    assert report.kinds["versions"].kept == ["R-YL-ENERGY-NOTICE@2020-01-01"]
    assert report.leaf_position is None
    assert list(rule.versions.values_list("revision", "value")) == [(1, None), (2, 12)]
    assert not load(folder).changed


def test_what_the_office_changed_stays_until_the_profile_speaks_about_something_else(folder: Path) -> None:
    Agency.objects.filter(code="finance").update(warn_days=9, contact={"phone": "0000-0000000"})
    bend(folder, "agencies.yaml", lambda ags: entry(ags, "finance").update(name_en="Treasury of Yunling"))
    report = load(folder)
    assert report.kinds["agencies"].changed == ["finance"]
    finance = Agency.objects.get(code="finance")
    assert (finance.name_en, finance.warn_days) == ("Treasury of Yunling", 9)
    assert finance.contact == {"phone": "0000-0000000"}


def test_where_both_changed_the_same_fact_the_office_stands(folder: Path) -> None:
    Agency.objects.filter(code="finance").update(warn_days=9)
    bend(folder, "agencies.yaml", lambda ags: entry(ags, "finance").update(warn_days=1, name_en="Treasury"))
    report = load(folder)
    assert report.kinds["agencies"].kept == ["finance"]
    assert Agency.objects.get(code="finance").warn_days == 9


def test_what_the_office_confirmed_is_no_longer_the_profiles(folder: Path) -> None:
    Item.objects.filter(code="EU-01").update(evidence=Evidence.CONFIRMED)
    bend(folder, "items.yaml", lambda items: entry(items, "EU-01").update(elements=["用能单位"]))
    report = load(folder)
    assert report.kinds["items"].kept == ["EU-01"]
    assert Item.objects.get(code="EU-01").elements.count() == 2


def test_dated_names_follow_the_profile_and_leave_the_offices_own(folder: Path) -> None:
    energy = Agency.objects.get(code="energy")
    AgencyName.objects.create(agency=energy, name="云岭县能源办", evidence=Evidence.CONFIRMED)

    def change(agencies: list[dict[str, list[dict[str, object]]]]) -> None:
        entry(agencies, "energy")["names"][0]["name"] = "云岭县节能中心"

    bend(folder, "agencies.yaml", change)
    load(folder)
    assert set(energy.names.values_list("name", flat=True)) == {"云岭县节能中心", "云岭县能源局", "云岭县能源办"}


def test_rows_that_were_there_before_the_first_load_are_taken_over(tmp_path: Path) -> None:
    SupervisionChannel.objects.create(code="yl_office", name="旧名", detail="旧", evidence=Evidence.SECONDARY)
    report = load(YUNLING)
    assert report.kinds["supervision"].changed == ["yl_office"]
    assert SupervisionChannel.objects.get().name == "公开监督"


def test_another_county_cannot_be_loaded_over_this_one(folder: Path) -> None:
    bend(folder, "county.yaml", lambda c: c.update(code="lingyun"))
    with pytest.raises(OtherCountyError, match="云岭县"):
        load(folder)
    assert County.objects.get().code == "yunling"


MUTATIONS = {
    "items.yaml": ["name", "name_en", "silent_days", "standing", "note"],
    "agencies.yaml": ["name", "name_en", "short_name", "warn_days"],
    "channels.yaml": ["name", "role"],
    "instruments.yaml": ["title", "doc_no"],
    "rules.yaml": ["name", "needs_local_value"],
    "domains.yaml": ["name", "name_en"],
}
VALUES = {"silent_days": st.integers(1, 900), "warn_days": st.integers(0, 60), "standing": st.booleans()}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_change_of_the_profile_is_taken_over_and_then_loads_as_nothing_new(
    folder: Path, data: st.DataObject
) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        file = data.draw(st.sampled_from(sorted(MUTATIONS)))
        key = data.draw(st.sampled_from(MUTATIONS[file]))
        value = data.draw(VALUES.get(key, st.text("甲乙丙丁ABC", min_size=1, max_size=8)))
        if key == "needs_local_value":
            value = True

        def change(entries: list[dict[str, object]], key: str = key, value: object = value) -> None:
            data.draw(st.sampled_from(entries))[key] = value

        bend(folder, file, change)
    load(folder)
    wanted = read_profile(folder)
    for code, item in wanted.items.items():
        row = Item.objects.get(code=code)
        assert (row.name, row.silent_days, row.standing) == (item["name"], item["silent_days"], item["standing"])
    for code, agency in wanted.agencies.items():
        assert Agency.objects.get(code=code).name == agency["name"]
    before = snapshot()
    assert not load(folder).changed
    assert snapshot() == before
    assert ProfileEntry.objects.filter(kind="items").count() == len(wanted.items)
