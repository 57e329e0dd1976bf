"""What must be settled before a review may approve: nothing certain open, everything likely acknowledged."""

import hashlib
from datetime import datetime

from gongkai.core.drafting import Problem
from gongkai.core.privacy import Certainty
from gongkai.core.said import Said
from gongkai.core.vocabulary import Openness
from gongkai.disclosures.actions.drafting import TextProblemsError
from gongkai.disclosures.actions.gate import PersonalDataError, require_clean, scope_of, subject_of
from gongkai.disclosures.models import Revision
from gongkai.documents.queries import open_findings

_NOT_LOOKED = Said(
    "有“很可能”或“请核对”的发现还没有确认,或者刚刚有了变化。请逐处核对上面的发现:可以公开的,勾选“已逐处核对”后再同意公开;"
    "不能公开的,请退回修改。"
)


def doubts(revision: Revision) -> str:
    """A mark of the open findings of text and files that are not certain; empty where there are none.

    It goes out with the page that shows them and comes back with the approval, so that nobody takes responsibility
    for what came in between.
    """
    return _mark(_doubtful(revision))


def require_looked_at(revision: Revision, *, looked: str, at: datetime) -> int:
    """Refuse an approval while something certain is open, or what is likely was not acknowledged; how many were.

    ``looked`` is the mark of :func:`doubts` the reviewer has acknowledged. A text that is not to be published
    shows nothing to anybody and is not asked about. Raises ``PersonalDataError`` naming the places and what to
    do, ``TextProblemsError`` for what was not acknowledged.
    """
    if revision.disclosure.openness != Openness.PROACTIVE:
        return 0
    attached = list(revision.attachments.select_related("file").order_by("order"))
    try:
        require_clean(revision, attached, at=at)
    except PersonalDataError as error:
        raise PersonalDataError(Said("现在不能同意公开:%(why)s", why=error.args[0])) from error
    rows = _doubtful(revision)
    if looked != _mark(rows):
        raise TextProblemsError([Problem("looked", _NOT_LOOKED)])
    return len(rows)


def _doubtful(revision: Revision) -> list[tuple[str, ...]]:
    attached = [hung.file for hung in revision.attachments.select_related("file")]
    found = open_findings(attached, subjects=[subject_of(revision)], scope=scope_of(revision))
    open_now = found.exclude(certainty=Certainty.CERTAIN).order_by()
    return sorted(open_now.values_list("subject", "kind", "certainty", "layer", "place", "value_masked"))


def _mark(rows: list[tuple[str, ...]]) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:20] if rows else ""
