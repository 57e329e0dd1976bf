"""附件: files under their SHA-256, outside the database, with their text by page and what the check found."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from gongkai.agencies.models import Agency
from gongkai.core.privacy.kinds import Certainty, Kind, Layer

OFFICER = settings.AUTH_USER_MODEL


class StoredFile(models.Model):
    """One file's bytes, kept once under their SHA-256.

    A masked copy is a file of its own with ``masked_from`` pointing to the original; the original is never
    served to the public, and each opening of it is an event.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    sm3 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=120, help_text="decided from the content, not the name")
    stored_at = models.DateTimeField()
    stored_by = models.ForeignKey(OFFICER, null=True, on_delete=models.PROTECT, related_name="+")
    page_count = models.PositiveIntegerField(default=0)
    is_scan = models.BooleanField(default=False, help_text="没有文字层的扫描件")
    extract_note = models.CharField(
        max_length=300, blank=True, help_text="why text could not be read, in plain words"
    )
    virus_note = models.CharField(
        max_length=120, blank=True, help_text="what the virus scan said, or that there is none"
    )
    masked_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="masked_copies"
    )
    detector_version = models.CharField(
        max_length=20, blank=True, help_text="of the last privacy check; empty: never"
    )
    scanned_at = models.DateTimeField(null=True, blank=True)
    finding_count = models.PositiveIntegerField(default=0, help_text="all hits, also beyond the listed ones")

    class Meta:
        indexes = [models.Index(fields=["detector_version"])]

    def __str__(self) -> str:
        return self.sha256[:12]


class PageText(models.Model):
    """The text of one page, sheet or part of a file, for search and for the privacy check."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=120, help_text="第3页, 工作表“名单”")
    text = models.TextField()
    recognised = models.BooleanField(default=False, help_text="the text was read off a picture (OCR)")

    class Meta:
        ordering = ["file", "number"]
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="page_text_once")]


class Finding(models.Model):
    """One hit of the privacy check, without the data itself: kind, place and a masked value.

    ``subject`` is ``file:<sha256>`` or the noun and id of a body text (``revision:12``). A finding is open until
    it is released by a person; masking makes a new file, whose own findings count. The same bytes may hang on
    several publications: a finding in a file stays open, and its release is a row beside it that holds for the
    publication named by ``scope`` only.
    """

    subject = models.CharField(max_length=80)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=24, choices=[(k.value, k.value) for k in Kind])
    certainty = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Certainty])
    layer = models.CharField(max_length=16, choices=[(layer.value, layer.value) for layer in Layer])
    place = models.CharField(max_length=200)
    value_masked = models.CharField(max_length=120)
    why = models.CharField(max_length=200)
    rule = models.CharField(max_length=200)
    detector_version = models.CharField(max_length=20)
    found_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(OFFICER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=300, blank=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    scope = models.CharField(
        max_length=48, blank=True, help_text="of a released one in a file: the publication it is released for"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["subject", "certainty"]), models.Index(fields=["file", "certainty"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | (Q(released_by__isnull=False) & ~Q(ground="")),
                name="release_has_ground",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"


class ApplicantList(models.Model):
    """A published waiting list in which an applicant can find her own row."""

    code = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(OFFICER, null=True, on_delete=models.PROTECT, related_name="+")
    row_count = models.PositiveIntegerField(default=0)
    ends_on = models.DateField(null=True, blank=True, help_text="查询开放的最后一日")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-loaded_at"]

    def __str__(self) -> str:
        return self.title


class ApplicantDigest(models.Model):
    """One applicant's place, found by a keyed digest; no number, no name. The key is outside the database."""

    list = models.ForeignKey(ApplicantList, on_delete=models.CASCADE, related_name="rows")
    digest = models.CharField(max_length=64)
    place = models.PositiveIntegerField(help_text="第几位")
    points = models.CharField(max_length=40, blank=True)
    next_step = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "digest"], name="applicant_once")]


class LookupCount(models.Model):
    """How often something was asked of the waiting lists within a window of time; tells nobody who asked.

    ``key`` is a keyed digest (of an address, a list, or a receipt in a list); ``since`` is the window's beginning.
    """

    key = models.CharField(max_length=64)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "since"], name="lookup_count_once")]
        indexes = [models.Index(fields=["since"])]
