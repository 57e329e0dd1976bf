"""Whether a text is still what somebody who decides about it has read."""

from collections.abc import Sequence

from gongkai.core.lifecycle import LifecycleError
from gongkai.core.said import Said
from gongkai.disclosures.models import ConfidentialityReview, Revision
from gongkai.disclosures.queries import steps_passed


def standing(revision: Revision, passed: Sequence[ConfidentialityReview] | None = None) -> str:
    """A mark of the text as it now stands before a decision: stage, steps passed, saves, last submission.

    It goes out with the page on which the text is read and comes back with the decision. A text that was taken
    back, changed and handed in again has another mark, though its stage is the same. ``passed`` are its
    :func:`steps_passed`, for a caller that has read them.
    """
    steps = steps_passed(revision) if passed is None else passed
    submitted = f"{revision.submitted_at.timestamp():.6f}" if revision.submitted_at else ""
    return f"{revision.stage}-{len(steps)}-{revision.edits}-{submitted}"


def stage_of(mark: str) -> str:
    """The stage named by a mark, as its text; empty for no mark."""
    return mark.partition("-")[0]


def require_as_read(revision: Revision, read: str, passed: Sequence[ConfidentialityReview] | None = None) -> None:
    """Refuse a decision about another text than the one read; to be asked under the lock of the revision.

    An empty ``read`` states nothing and is not compared. Raises ``LifecycleError``.
    """
    if read and read != standing(revision, passed):
        raise LifecycleError(
            Said("您打开页面之后,这一稿有了变化(修改、撤回重交或他人已办理)。请重新读过下面的内容再决定。")
        )
