"""What others ask about files and findings."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongkai.core.privacy import Certainty
from gongkai.documents.models import Finding, StoredFile


def blocking(
    files: Collection[StoredFile], *, subjects: Collection[str] = (), scope: str = ""
) -> QuerySet[Finding]:
    """The findings that forbid a publication: certain, and released by nobody for it.

    ``subjects`` names body texts (``revision:12``) besides the files, ``scope`` the publication.
    """
    return open_findings(files, subjects=subjects, scope=scope).filter(certainty=Certainty.CERTAIN)


def open_findings(
    files: Collection[StoredFile], *, subjects: Collection[str] = (), scope: str = ""
) -> QuerySet[Finding]:
    """Every finding about these files and body texts nobody has released for ``scope``, in order of finding."""
    about = Q(file__in=[stored.pk for stored in files]) | Q(subject__in=list(subjects))
    found = Finding.objects.filter(about, released_at=None)
    return found.exclude(Exists(released_beside(scope))) if scope else found


def released_beside(scope: str) -> QuerySet[Finding]:
    """For each finding in a file the rows that release the very same for ``scope``."""
    same = {name: OuterRef(name) for name in ("file", "kind", "layer", "place", "value_masked")}
    return Finding.objects.order_by().filter(released_at__isnull=False, scope=scope, **same)


def alarming_files() -> QuerySet[StoredFile]:
    """Files with a certain open finding; whether one of them is public is asked by whoever publishes."""
    certain = Finding.objects.filter(certainty=Certainty.CERTAIN, released_at=None, file__isnull=False)
    return StoredFile.objects.filter(pk__in=certain.values("file")).order_by("pk")


def masked_copy(stored: StoredFile) -> StoredFile | None:
    """The newest masked copy of a file, if there is one."""
    return stored.masked_copies.order_by("-pk").first()
