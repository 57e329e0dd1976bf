"""A text on the desk as the public will see it, what it still lacks, what a correction changes."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.agencies.queries import supervision_channels
from gongkai.core.drafting import Problem, submitting_problems
from gongkai.disclosures.disclosers import asked_of
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.texts import terms_of, text_of
from gongkai.obligations.queries import notice_end
from gongkai.web import facts
from gongkai.web.difference import Pair
from gongkai.web.disclosers import behind, issuer
from gongkai.web.versions import compared


def as_the_public(disclosure: Disclosure, revision: Revision) -> dict[str, Any]:
    """The context of the public page's own parts, filled from a text that is not public yet."""
    elements = list(disclosure.item.elements.all())
    channels = list(disclosure.item.supervision.all()) or list(supervision_channels()[:3])
    shown = Disclosure(
        pk=disclosure.pk,
        public_id=disclosure.public_id,
        item=disclosure.item,
        agency=disclosure.agency,
        township=disclosure.township,
        openness=disclosure.openness,
        status=disclosure.status,
        index_number=disclosure.index_number or _("公开时由系统编排"),
        published_at=disclosure.published_at,
        title=revision.title or _("(还没有标题)"),
        doc_no=revision.doc_no,
        formed_on=revision.formed_on,
        ends_on=revision.ends_on,
        discloser_name=revision.discloser_name,
        discloser_uscc=revision.discloser_uscc,
    )
    return {
        "disclosure": shown,
        "revision": revision,
        "issuer": issuer(shown, None),
        "behind": behind(shown, None),
        "card": facts.five(shown, revision, elements, channels, ends=_ends(shown)),
        "validity": facts.validity(revision),
        "elements": [(e, v) for e in elements if (v := revision.elements.get(e.name, "").strip())],
        "attachments": list(revision.attachments.select_related("file")),
        "channels": channels,
    }


def _ends(shown: Disclosure) -> facts.Fact | None:
    """The last day of a 公示 that names none: it is computed when it is published."""
    if not shown.item.has_notice_period or shown.ends_on:
        return None
    return facts.ends_when_published(notice_end(shown.item, published_at=shown.published_at or timezone.now()))


def missing(revision: Revision) -> list[Problem]:
    """What keeps the text from being submitted."""
    return submitting_problems(
        text_of(revision),
        terms=terms_of(revision.disclosure.item),
        today=timezone.localdate(),
        attached=revision.attachments.exists(),
        asks_discloser=not revision.discloser_name and asked_of(revision.disclosure),
    )


def changes(disclosure: Disclosure, revision: Revision) -> list[Pair]:
    """What a correction changes against the public version, side by side; empty for a first version."""
    old = disclosure.published_revision
    return compared(old, revision) if old is not None and old.pk != revision.pk else []
