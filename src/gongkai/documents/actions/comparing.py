"""The words of a closed original, for looking at what a mask has done; each look is on record."""

from datetime import datetime

from django.db import transaction

from gongkai.agencies.models import Officer
from gongkai.core.vocabulary import EventKind
from gongkai.documents.actions.checking import subject_of
from gongkai.documents.models import StoredFile
from gongkai.events.actions import announce


@transaction.atomic
def record_original_read(stored: StoredFile, *, by: Officer, at: datetime, purpose: str) -> None:
    """Put who read the words of a closed original, when and why, into the access log (an event)."""
    facts = {"purpose": purpose[:200]}
    announce(EventKind.DOCUMENT_ORIGINAL_OPENED, subject=subject_of(stored), at=at, by=by, facts=facts)
