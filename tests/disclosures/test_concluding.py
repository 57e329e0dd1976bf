"""审查认定不主动公开: a text that is withheld or given on request ends, and nothing is published."""

from datetime import timedelta

import pytest

from gongkai.core.authority import NotAllowedError
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.vocabulary import (
    DisclosureStatus,
    EventKind,
    Evidence,
    ObligationState,
    Openness,
    RevisionStage,
    Role,
)
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.events.models import Event
from gongkai.ledger import queries as log
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import CalendarYear, Obligation
from gongkai.obligations.queries import month_strip
from tests.cast import agency, officer
from tests.make import NOW, make_approved, make_county, make_exclusion, make_hands, make_item, make_rule

pytestmark = pytest.mark.django_db


def approved(openness: Openness = Openness.WITHHELD) -> tuple[Revision, Obligation]:
    make_county()
    CalendarYear.objects.create(year=2026, title="测试放假安排", evidence=Evidence.PRIMARY_TEXT)
    item = make_item(rules=[make_rule().rule])
    hands = make_hands(item.agencies.get())
    clock = clocks.open_obligation(
        item, agency=item.agencies.get(), fact_on=NOW.date(), label="测试", by=hands[0], at=NOW
    )
    Obligation.objects.filter(pk=clock.pk).update(due_on=NOW.date(), due_at=NOW + timedelta(hours=8))
    revision, _ = make_approved(item, hands=hands, obligations=[clock])
    ground = make_exclusion() if openness is Openness.WITHHELD else None
    Disclosure.objects.update(openness=openness, withholding_ground=ground, withholding_reason="测试理由")
    return revision, clock


@pytest.mark.parametrize("openness", [Openness.WITHHELD, Openness.ON_REQUEST])
def test_it_ends_with_its_clock_counted_apart_and_no_leaf(openness: Openness) -> None:
    revision, clock = approved(openness)
    leaves = log.state().size
    done = actions.conclude(revision, by=revision.created_by, at=NOW)
    revision.refresh_from_db()
    clock.refresh_from_db()
    assert (revision.stage, done.status) == (RevisionStage.CONCLUDED, DisclosureStatus.UNPUBLISHED)
    assert (clock.state, clock.concluded_at, clock.met_at) == (ObligationState.CONCLUDED, NOW, None)
    assert log.state().size == leaves
    strip = month_strip(NOW.date(), now=NOW)
    assert (strip.due, strip.open, strip.concluded) == (0, 0, 1)
    event = Event.objects.get(kind=EventKind.DISCLOSURE_CONCLUDED)
    assert event.facts["openness"] == openness
    assert Event.objects.filter(kind=EventKind.OBLIGATION_CONCLUDED).count() == 1
    with pytest.raises(LifecycleError, match="已认定不主动公开"):
        actions.conclude(revision, by=revision.created_by, at=NOW)
    with pytest.raises(clocks.ObligationAlreadyClosedError, match="经审查不主动公开"):
        clocks.meet(clock, at=NOW)


def test_a_waived_clock_stays_waived() -> None:
    revision, clock = approved()
    Obligation.objects.filter(pk=clock.pk).update(
        state=ObligationState.WAIVED, waived_at=NOW, waived_by=revision.created_by, waiver_ground="测试"
    )
    actions.conclude(revision, by=revision.created_by, at=NOW)
    clock.refresh_from_db()
    assert clock.state == ObligationState.WAIVED


def test_what_is_for_publication_cannot_be_ended_so() -> None:
    revision, _clock = approved(Openness.PROACTIVE)
    with pytest.raises(LifecycleError, match="主动公开"):
        actions.conclude(revision, by=revision.created_by, at=NOW)
    Disclosure.objects.update(openness=Openness.ON_REQUEST)
    Revision.objects.update(stage=RevisionStage.SUBMITTED)
    with pytest.raises(LifecycleError, match="待审查"):
        actions.conclude(revision, by=revision.created_by, at=NOW)


def test_it_takes_who_may_publish() -> None:
    revision, _clock = approved()
    stranger = officer("fremd", "测试", (Role.DRAFTER, agency("other", "别的单位")))
    with pytest.raises(NotAllowedError):
        actions.conclude(revision, by=stranger, at=NOW)
