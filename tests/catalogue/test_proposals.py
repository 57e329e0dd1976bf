"""A finer item: proposed by an agency for its field, decided by the office, once."""

from typing import Any

import pytest
from django.db import IntegrityError

from gongkai.agencies.models import Agency, Officer
from gongkai.catalogue import queries
from gongkai.catalogue.actions import (
    ProposalConflictError,
    ProposalError,
    decide_proposal,
    proposals,
    propose_item,
    publish_catalogue,
)
from gongkai.catalogue.models import Domain, Item, ItemProposal, Rule
from gongkai.core.authority import NotAllowedError
from gongkai.core.vocabulary import Evidence, Role
from gongkai.events.models import Event
from tests.cast import officer
from tests.profiles.folders import NOW, YUNLING, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang() -> Officer:
    """The head of the finance bureau of the invented county, loaded."""
    load(YUNLING)
    return officer("wang", "王测试", (Role.HEAD, Agency.objects.get(code="finance")))


@pytest.fixture
def su(wang: Officer) -> Officer:
    """The office."""
    return officer("su", "苏测试", (Role.OFFICE, Agency.objects.get(code="open_office")))


def propose(by: Officer, **said: Any) -> ItemProposal:
    """A proposal of the finance bureau; whatever is not said is in order."""
    facts = {
        "domain": Domain.objects.get(code="GP"),
        "agency": Agency.objects.get(code="finance"),
        "name": " 校服采购结果 ",
        "elements": [{"name": "学校"}, {"name": "单价", "type": "money"}, {"name": "备注", "required": False}],
        "rule": Rule.objects.get(code="R-YL-GENERAL"),
        "stage": "result",
        "reason": "家长关心",
    }
    return propose_item(**{**facts, **said}, by=by, at=NOW)


def test_a_proposal_waits_for_the_office(wang: Officer) -> None:
    proposal = propose(wang)
    assert (proposal.name, proposal.state, proposal.item) == ("校服采购结果", "proposed", None)
    assert not Item.objects.filter(name="校服采购结果").exists()
    event = Event.objects.latest("position")
    assert (event.kind, event.agency_id) == ("item.proposed", proposal.agency_id)


def test_an_accepted_proposal_becomes_an_item_with_everything_it_needs(wang: Officer, su: Officer) -> None:
    publish_catalogue(by=su, at=NOW)
    decided = decide_proposal(propose(wang), accept=True, note="", by=su, at=NOW)
    assert decided.state == "accepted"
    item = queries.item("GP-L01")
    assert item == decided.item
    assert [(e.name, e.type, e.required) for e in item.elements.all()] == [
        ("学校", "text", True),
        ("单价", "money", True),
        ("备注", "text", False),
    ]
    assert [c.code for c in item.channels.all()] == ["yl_portal"]
    assert (item.proposed_by, item.evidence, item.levels) == (decided.agency, Evidence.CONFIRMED, ["county"])
    published = publish_catalogue(by=su, at=NOW)
    assert [row["code"] for row in published.rows][:2] == ["GP-01", "GP-L01"]


def test_codes_of_accepted_items_run_on_and_a_reload_leaves_them_alone(wang: Officer, su: Officer) -> None:
    decide_proposal(propose(wang), accept=True, note="", by=su, at=NOW)
    town = officer("zhen", "镇测试", (Role.DRAFTER, Agency.objects.get(code="yunshang")))
    second = propose(town, name="镇级采购", agency=Agency.objects.get(code="yunshang"))
    item = decide_proposal(second, accept=True, note="", by=su, at=NOW).item
    assert item
    assert (item.code, item.levels) == ("GP-L02", ["town"])
    load(YUNLING)
    assert set(Item.objects.filter(retired_on=None, domain__code="GP").values_list("code", flat=True)) == {
        "GP-01",
        "GP-L01",
        "GP-L02",
    }


def test_a_refusal_needs_grounds_and_is_told(wang: Officer, su: Officer) -> None:
    proposal = propose(wang)
    with pytest.raises(ProposalError, match="理由"):
        decide_proposal(proposal, accept=False, note=" ", by=su, at=NOW)
    decided = decide_proposal(proposal, accept=False, note="已有事项可用", by=su, at=NOW)
    assert (decided.state, decided.decision_note, decided.item) == ("refused", "已有事项可用", None)
    assert Event.objects.latest("position").facts["state"] == "refused"


def test_an_opinion_nobody_can_read_is_refused_and_the_proposal_waits_on(wang: Officer, su: Officer) -> None:
    proposal = propose(wang)
    with pytest.raises(ProposalError, match="办理意见第 3 个字符"):
        decide_proposal(proposal, accept=True, note="同意\u202e采纳", by=su, at=NOW)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("proposed", None)


def test_a_proposal_is_decided_once(wang: Officer, su: Officer) -> None:
    proposal = propose(wang)
    decide_proposal(proposal, accept=True, note="", by=su, at=NOW)
    with pytest.raises(ProposalConflictError, match="办理过"):
        decide_proposal(proposal, accept=False, note="再想想", by=su, at=NOW)


def test_two_acceptances_that_meet_are_told_apart(
    wang: Officer, su: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(proposal: ItemProposal) -> Item:
        raise IntegrityError("code")

    monkeypatch.setattr(proposals, "_adopt", lost)
    with pytest.raises(ProposalConflictError, match="再办理一次"):
        decide_proposal(propose(wang), accept=True, note="", by=su, at=NOW)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": " "}, "名称"),
        ({"name": "甲" * 121}, "120字"),
        ({"name": "采购结果"}, "同名"),
        ({"reason": ""}, "为什么"),
        ({"elements": []}, "要素"),
        ({"elements": [{"name": ""}]}, "要素"),
        ({"elements": [{"name": "甲"}, {"name": "甲"}]}, "重复"),
        ({"elements": [{"name": "甲", "type": "colour"}]}, "类型"),
        ({"stage": "later"}, "环节"),
    ],
)
def test_a_proposal_that_says_too_little_is_refused(wang: Officer, said: dict[str, Any], why: str) -> None:
    with pytest.raises(ProposalError, match=why):
        propose(wang, **said)
    assert not ItemProposal.objects.exists()


def test_an_agency_proposes_only_for_itself_and_does_not_decide(wang: Officer) -> None:
    with pytest.raises(NotAllowedError):
        propose(wang, agency=Agency.objects.get(code="energy"))
    with pytest.raises(NotAllowedError):
        decide_proposal(propose(wang), accept=True, note="", by=wang, at=NOW)
