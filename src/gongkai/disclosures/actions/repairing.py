"""Masking a text with one click: title, summary, body and elements, saved like any other edit."""

from dataclasses import replace
from datetime import datetime

from gongkai.agencies.models import Officer
from gongkai.core.drafting import Text
from gongkai.core.vocabulary import Openness
from gongkai.disclosures.actions.drafting import save_revision, text_of
from gongkai.disclosures.models import Revision
from gongkai.documents.body import masked_parts


def masked_text(revision: Revision, *, at: datetime) -> Text:
    """The text of ``revision`` with every prescribed mask applied; equal to it when nothing can be masked."""
    text = text_of(revision)
    own = masked_parts({"标题": text.title, "概述": text.summary, "正文": text.body}, html="正文", at=at)
    return replace(
        text,
        title=own["标题"],
        summary=own["概述"],
        body=own["正文"],
        elements=masked_parts(text.elements, html="", at=at),
    )


def mask_text(revision: Revision, *, edits: int, by: Officer, at: datetime) -> Revision:
    """Save the masked text in the place of the text; ``edits`` is the count the officer saw it at.

    Everything else stays. Raises as ``save_revision``.
    """
    disclosure = revision.disclosure
    return save_revision(
        revision,
        text=masked_text(revision, at=at),
        edits=edits,
        by=by,
        at=at,
        openness=Openness(disclosure.openness),
        withholding_ground=disclosure.withholding_ground,
        withholding_reason=disclosure.withholding_reason,
        township=disclosure.township,
    )
