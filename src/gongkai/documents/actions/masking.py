"""The masked copy: a new file with its own fingerprint; the original stays in the closed store."""

import tempfile
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.agencies.models import Officer
from gongkai.core.vocabulary import EventKind
from gongkai.documents import media
from gongkai.documents.actions.checking import subject_of
from gongkai.documents.actions.copies import local_copy, spool
from gongkai.documents.actions.storing import store
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.models import StoredFile
from gongkai.documents.reader import Reader
from gongkai.documents.rules import county_rules
from gongkai.events.actions import announce


class MaskRefusedError(Exception):
    """No masked copy was made; the message says why and what to do."""


def mask_file(stored: StoredFile, *, name: str, by: Officer | None, at: datetime) -> StoredFile:
    """Make and store the masked copy of a file; the copy, whose ``masked_from`` is the original.

    ``name`` is the name it is attached under. Call outside a transaction. A copy that equals the original (nothing
    had to change) is the original itself. Raises :class:`MaskRefusedError` when something certain would remain.
    """
    if media.extension(name) not in media.EXTENSIONS:
        raise MaskRefusedError(_("文件名缺少扩展名:请用原来的文件名"))
    with tempfile.TemporaryDirectory(dir=spool()) as folder:
        out = Path(folder) / "masked"
        facts = {"out": str(out), "rules": county_rules(today=timezone.localdate(at))}
        try:
            with local_copy(stored) as path, Reader() as reader:
                done = next(iter(list(reader.ask("mask", path, name=name, facts=facts))))["masked"]
        except UnreadableFileError as error:
            raise MaskRefusedError(str(error)) from error
        copy = store(out, name=name, by=by, at=at, masked_from=stored)
    with transaction.atomic():
        facts = {"original": stored.sha256, "values": done["values"], "removed": done["removed"]}
        announce(EventKind.DOCUMENT_MASKED, subject=subject_of(copy), at=at, by=by, facts=facts)
    return copy
