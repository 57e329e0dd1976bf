"""The tables of the two lives."""

import itertools

import pytest

from gongkai.core import lifecycle
from gongkai.core.lifecycle import (
    DISCLOSURE_LIFE,
    REVISION_LIFE,
    STAGE_WORDS,
    STATUS_WORDS,
    DisclosureMove,
    LifecycleError,
    RevisionMove,
)
from gongkai.core.vocabulary import DisclosureStatus, RevisionStage


@pytest.mark.parametrize(("stage", "move"), list(itertools.product(RevisionStage, RevisionMove)))
def test_a_revision_moves_only_where_the_table_says(stage: RevisionStage, move: RevisionMove) -> None:
    if (stage, move) in REVISION_LIFE:
        assert lifecycle.stage_after(stage, move) is REVISION_LIFE[stage, move]
    else:
        with pytest.raises(LifecycleError, match=STAGE_WORDS[stage]):
            lifecycle.stage_after(stage, move)


@pytest.mark.parametrize(("status", "move"), list(itertools.product(DisclosureStatus, DisclosureMove)))
def test_the_public_status_moves_only_where_the_table_says(status: DisclosureStatus, move: DisclosureMove) -> None:
    if (status, move) in DISCLOSURE_LIFE:
        assert lifecycle.status_after(status, move) is DISCLOSURE_LIFE[status, move]
    else:
        with pytest.raises(LifecycleError, match=STATUS_WORDS[status]):
            lifecycle.status_after(status, move)


def test_nothing_becomes_public_that_was_not_approved() -> None:
    assert lifecycle.stages_that_may(RevisionMove.PUBLISH) == {RevisionStage.APPROVED}


def test_what_is_published_withdrawn_or_discarded_is_never_edited_again() -> None:
    ends = {RevisionStage.PUBLISHED, RevisionStage.DISCARDED, RevisionStage.CONCLUDED}
    assert not any(stage in ends for stage, _ in REVISION_LIFE)
    assert not any(status is DisclosureStatus.WITHDRAWN for status, _ in DISCLOSURE_LIFE)


def test_no_text_reaches_the_public_without_passing_review() -> None:
    """Walk every path from a draft: publication always comes after an approval."""
    seen: set[RevisionStage] = set()
    todo = [RevisionStage.DRAFT]
    while todo:
        stage = todo.pop()
        if stage in seen:
            continue
        seen.add(stage)
        todo += [
            after
            for (before, move), after in REVISION_LIFE.items()
            if before is stage and move is not RevisionMove.APPROVE
        ]
    assert RevisionStage.PUBLISHED not in seen
