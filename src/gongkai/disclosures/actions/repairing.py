"""Masking a text with one click: every part of it and the names of its files, saved like any other edit."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.core.drafting import Text
from gongkai.core.privacy import masked_name, rules_from
from gongkai.core.vocabulary import Openness
from gongkai.disclosures.actions.drafting import save_revision
from gongkai.disclosures.models import Attachment, Revision
from gongkai.disclosures.texts import text_of
from gongkai.documents.body import masked_parts
from gongkai.documents.rules import county_rules


def masked_text(revision: Revision, *, at: datetime) -> Text:
    """The text of ``revision`` with every prescribed mask applied; equal to it when nothing can be masked."""
    text = text_of(revision)
    parts = {"标题": text.title, "文号": text.doc_no, "概述": text.summary, "正文": text.body}
    own = masked_parts({**parts, "发布单位": text.discloser}, html="正文", at=at)
    return replace(
        text,
        title=own["标题"],
        doc_no=own["文号"],
        summary=own["概述"],
        body=own["正文"],
        discloser=own["发布单位"],
        elements=masked_parts(text.elements, html="", at=at),
    )


@transaction.atomic
def mask_text(revision: Revision, *, edits: int, by: Officer, at: datetime) -> Revision:
    """Save the masked text in the place of the text, and the masked names of its files in the place of theirs.

    ``edits`` is the count the officer saw it at. Everything else stays. Raises as ``save_revision``.
    """
    disclosure = revision.disclosure
    saved = save_revision(
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
    renamed = [(hung, name) for hung, name in masked_names(revision, at=at) if name != hung.name]
    for hung, name in renamed:
        hung.name = name
    Attachment.objects.bulk_update([hung for hung, _name in renamed], ["name"])
    return saved


def masked_names(revision: Revision, *, at: datetime) -> list[tuple[Attachment, str]]:
    """The attachments with the names they have after masking, no two alike."""
    rules = rules_from(county_rules(today=timezone.localdate(at)))
    attached = list(revision.attachments.order_by("order"))
    taken = {hung.name for hung in attached}
    found = []
    for hung in attached:
        name = masked_name(hung.name, rules, taken=taken)
        taken.add(name)
        found.append((hung, name))
    return found
