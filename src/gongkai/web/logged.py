"""What the publication log vouches for, gathered from the parts that keep it, for ``manage.py verify_log``."""

from collections.abc import Iterator
from typing import Any

from gongkai.catalogue.against_log import catalogues_unlike_the_log, rules_unlike_the_log
from gongkai.catalogue.models import CatalogueVersion
from gongkai.core import canonical
from gongkai.core.vocabulary import RevisionStage
from gongkai.disclosures.against_log import disclosures_unlike_the_log
from gongkai.disclosures.models import Attachment
from gongkai.disclosures.queries import contents
from gongkai.documents.actions.copies import CHUNK, open_file
from gongkai.documents.models import StoredFile
from gongkai.ledger.queries import Mismatch, StoredContent
from gongkai.obligations.against_log import calendars_unlike_the_log

_TOGETHER = 200


def logged_contents() -> Iterator[StoredContent]:
    """Every stored thing with a digest in the log: texts, attachments, published checklists; a file in pieces."""
    yield from contents()
    hung = Attachment.objects.filter(revision__stage=RevisionStage.PUBLISHED)
    for attachment in (
        hung.select_related("file", "revision").order_by("revision__leaf_position").iterator(chunk_size=_TOGETHER)
    ):
        position = attachment.revision.leaf_position
        if position is not None:  # held by the database for a published revision
            yield position, f"attachment:{attachment.pk}", _pieces(attachment.file)
    for version in CatalogueVersion.objects.exclude(leaf_position=None).order_by("number").iterator():
        content = canonical.encode({"number": version.number, "rows": version.rows})
        yield version.leaf_position or 0, f"catalogue:{version.number}", content


def _pieces(stored: StoredFile) -> Iterator[bytes] | None:
    try:
        file = open_file(stored)
    except FileNotFoundError:
        return None
    return _read(file)


def _read(file: Any) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK):
            yield piece


def rows_unlike_the_log() -> Iterator[Mismatch]:
    """What public pages are drawn from, wherever the log or a content in it says otherwise."""
    yield from disclosures_unlike_the_log()
    yield from catalogues_unlike_the_log()
    yield from rules_unlike_the_log()
    yield from calendars_unlike_the_log()
