"""What the publication log vouches for, gathered from the parts that keep it, for ``manage.py verify_log``."""

import json
from collections.abc import Iterator
from typing import Any

from gongkai.catalogue.models import CatalogueVersion
from gongkai.core import canonical
from gongkai.core.vocabulary import RevisionStage
from gongkai.disclosures.models import Attachment, Revision
from gongkai.disclosures.queries import contents
from gongkai.documents.actions.copies import CHUNK, open_file
from gongkai.documents.models import StoredFile
from gongkai.ledger.queries import Mismatch, StoredContent

_TOGETHER = 200
_COPIED = ("title", "doc_no", "summary", "body", "elements", "reason", "formed_on", "ends_on")
_COPIED_AGAIN = ("title", "discloser_name", "discloser_uscc")  # on the disclosure, for lists


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


def pages_unlike_their_content() -> Iterator[Mismatch]:
    """Published texts whose page fields, which is what the public reads, differ from the bytes in the log."""
    rows = Revision.objects.filter(stage=RevisionStage.PUBLISHED).select_related(
        "disclosure", "disclosure__published_revision"
    )
    for revision in rows.order_by("pk").iterator(chunk_size=_TOGETHER):
        try:
            content = json.loads(bytes(revision.content or b""))
        except ValueError:
            continue  # the content itself is reported by the scrutiny of contents
        different = [name for name in _COPIED if content.get(name) != _shown(revision, name)]
        unit = content.get("discloser") or {}  # contents of the first form have none
        if (unit.get("name"), unit.get("uscc")) != (revision.discloser_name, revision.discloser_uscc):
            different.append("discloser")
        disclosure = revision.disclosure
        if content.get("index_number") != disclosure.index_number:
            different.append("index_number")
        if disclosure.published_revision_id == revision.pk:
            again = [name for name in _COPIED_AGAIN if getattr(disclosure, name) != getattr(revision, name)]
            different += [f"disclosure.{name}" for name in again]
        if different:
            yield Mismatch(
                f"revision:{revision.pk}",
                f"页面显示的内容(revision:{revision.pk} 的 {'、'.join(different)})与记入日志的正文不同:被改动。",
            )


def _shown(revision: Revision, name: str) -> Any:
    value = getattr(revision, name)
    return value.isoformat() if name.endswith("_on") and value else value
