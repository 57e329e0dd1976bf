"""Lives as tables: state × move. A move that is not in the table does not exist.

The tables are the only statement of what may follow what; the database repeats the parts it can hold as
constraints, and the actions move a row by a conditional UPDATE on the state they found.
"""

from collections.abc import Mapping
from enum import StrEnum

from gongkai.core.said import Said
from gongkai.core.vocabulary import DisclosureStatus, RevisionStage


class RevisionMove(StrEnum):
    """What can be done with one version of a text."""

    SAVE = "save"
    SUBMIT = "submit"
    RECALL = "recall"
    PASS_STEP = "pass_step"  # noqa: S105 - a review step, not a password
    APPROVE = "approve"
    RETURN = "return"
    PUBLISH = "publish"
    DISCARD = "discard"
    CONCLUDE = "conclude"


class DisclosureMove(StrEnum):
    """What can be done with what the public sees."""

    PUBLISH = "publish"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class LifecycleError(Exception):
    """A move the present state does not allow; the message says what the state is and what to do."""


S, M = RevisionStage, RevisionMove
REVISION_LIFE: Mapping[tuple[RevisionStage, RevisionMove], RevisionStage] = {
    (S.DRAFT, M.SAVE): S.DRAFT,
    (S.DRAFT, M.SUBMIT): S.SUBMITTED,
    (S.DRAFT, M.DISCARD): S.DISCARDED,
    (S.RETURNED, M.SAVE): S.DRAFT,
    (S.RETURNED, M.SUBMIT): S.SUBMITTED,
    (S.RETURNED, M.DISCARD): S.DISCARDED,
    (S.SUBMITTED, M.RECALL): S.DRAFT,
    (S.SUBMITTED, M.PASS_STEP): S.SUBMITTED,
    (S.SUBMITTED, M.APPROVE): S.APPROVED,
    (S.SUBMITTED, M.RETURN): S.RETURNED,
    (S.APPROVED, M.RETURN): S.RETURNED,
    (S.APPROVED, M.PUBLISH): S.PUBLISHED,
    (S.APPROVED, M.CONCLUDE): S.CONCLUDED,
}

D, V = DisclosureStatus, DisclosureMove
DISCLOSURE_LIFE: Mapping[tuple[DisclosureStatus, DisclosureMove], DisclosureStatus] = {
    (D.UNPUBLISHED, V.PUBLISH): D.PUBLISHED,
    (D.PUBLISHED, V.CORRECT): D.PUBLISHED,
    (D.PUBLISHED, V.WITHDRAW): D.WITHDRAWN,
    (D.PUBLISHED, V.EXPIRE): D.EXPIRED,
    (D.EXPIRED, V.WITHDRAW): D.WITHDRAWN,
}

STAGE_WORDS: Mapping[RevisionStage, str] = {
    S.DRAFT: Said("草稿"),
    S.SUBMITTED: Said("待审查"),
    S.RETURNED: Said("退回修改"),
    S.APPROVED: Said("审查通过,待公开"),
    S.PUBLISHED: Said("已公开"),
    S.DISCARDED: Said("已作废"),
    S.CONCLUDED: Said("已认定不主动公开"),
}
STATUS_WORDS: Mapping[DisclosureStatus, str] = {
    D.UNPUBLISHED: Said("未公开"),
    D.PUBLISHED: Said("已公开"),
    D.WITHDRAWN: Said("已撤回"),
    D.EXPIRED: Said("公示期满"),
}
_MOVE_WORDS: Mapping[RevisionMove, str] = {
    M.SAVE: Said("修改"),
    M.SUBMIT: Said("提交审查"),
    M.RECALL: Said("取回"),
    M.PASS_STEP: Said("审查"),
    M.APPROVE: Said("审查"),
    M.RETURN: Said("退回"),
    M.PUBLISH: Said("公开"),
    M.DISCARD: Said("作废"),
    M.CONCLUDE: Said("认定不主动公开"),
}
_STATUS_MOVE_WORDS: Mapping[DisclosureMove, str] = {
    V.PUBLISH: Said("公开"),
    V.CORRECT: Said("更正"),
    V.WITHDRAW: Said("撤回"),
    V.EXPIRE: Said("公示期满处理"),
}


def stage_after(stage: RevisionStage, move: RevisionMove) -> RevisionStage:
    """The stage that follows. Raises ``LifecycleError`` when the table has no such move."""
    try:
        return REVISION_LIFE[stage, move]
    except KeyError:
        raise LifecycleError(
            Said(
                "这一稿现在是“%(stage)s”,不能%(move)s。请刷新页面,看看是否已被他人处理。",
                stage=STAGE_WORDS[stage],
                move=_MOVE_WORDS[move],
            )
        ) from None


def status_after(status: DisclosureStatus, move: DisclosureMove) -> DisclosureStatus:
    """The public status that follows. Raises ``LifecycleError`` when the table has no such move."""
    try:
        return DISCLOSURE_LIFE[status, move]
    except KeyError:
        raise LifecycleError(
            Said(
                "这条信息现在是“%(status)s”,不能%(move)s。请刷新页面后再看。",
                status=STATUS_WORDS[status],
                move=_STATUS_MOVE_WORDS[move],
            )
        ) from None


def stages_that_may(move: RevisionMove) -> frozenset[RevisionStage]:
    """Every stage from which ``move`` is possible: the condition of a conditional UPDATE."""
    return frozenset(stage for stage, known in REVISION_LIFE if known is move)
