"""What others ask about files and findings."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from gongkai.core.privacy import Certainty
from gongkai.documents.models import Finding, StoredFile


def blocking(files: Collection[StoredFile], *, subjects: Collection[str] = ()) -> QuerySet[Finding]:
    """The findings that forbid publication: certain, and released by nobody.

    ``subjects`` names body texts (``revision:12``) besides the files.
    """
    return open_findings(files, subjects=subjects).filter(certainty=Certainty.CERTAIN)


def open_findings(files: Collection[StoredFile], *, subjects: Collection[str] = ()) -> QuerySet[Finding]:
    """Every finding about these files and body texts that nobody has released, in order of finding."""
    about = Q(file__in=[stored.pk for stored in files]) | Q(subject__in=list(subjects))
    return Finding.objects.filter(about, released_at=None)


def alarming_files() -> QuerySet[StoredFile]:
    """Files with a certain open finding; whether one of them is public is asked by whoever publishes."""
    certain = Finding.objects.filter(certainty=Certainty.CERTAIN, released_at=None, file__isnull=False)
    return StoredFile.objects.filter(pk__in=certain.values("file")).order_by("pk")


def masked_copy(stored: StoredFile) -> StoredFile | None:
    """The newest masked copy of a file, if there is one."""
    return stored.masked_copies.order_by("-pk").first()
