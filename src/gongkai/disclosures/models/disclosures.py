"""公开信息: one thing published, its versions, its reviews, and what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Exclusion, Item
from gongkai.core.vocabulary import DisclosureStatus, Openness, RevisionStage, Verdict
from gongkai.documents.models import StoredFile
from gongkai.obligations.models import Obligation

OFFICER = settings.AUTH_USER_MODEL
# A name is none or not empty, and a code belongs to a name.
NAMED = Q(discloser_name__isnull=True, discloser_uscc__isnull=True) | (
    Q(discloser_name__isnull=False) & ~Q(discloser_name="")
)


class Disclosure(models.Model):
    """One piece of information an agency discloses. Its public face is a copy of the published revision's facts.

    ``index_number`` (索引号) and ``published_at`` are written once, at publication, by the system; a database
    trigger refuses to change them afterwards (旧稿新发 is impossible).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="disclosures")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="disclosures")
    township = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="located_disclosures"
    )
    openness = models.CharField(
        max_length=10, choices=[(o.value, o.value) for o in Openness], default=Openness.PROACTIVE
    )
    withholding_ground = models.ForeignKey(Exclusion, null=True, blank=True, on_delete=models.PROTECT)
    withholding_reason = models.TextField(blank=True)
    status = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in DisclosureStatus], default=DisclosureStatus.UNPUBLISHED
    )
    obligations = models.ManyToManyField(Obligation, through="Discharge", related_name="disclosures")
    # What the officer said about the clock before submission. Null until said: SQLite adds such columns in place.
    fact_on = models.DateField(null=True, blank=True, help_text="the day a rule asks for")
    fact_at = models.DateTimeField(null=True, blank=True, help_text="only for rules in hours")
    clock_apart = models.BooleanField(null=True, help_text="answers none of the clocks that were running")
    index_number = models.CharField(max_length=60, null=True, blank=True, unique=True)
    # The public copy, filled at publication and at each correction, so that a list is one query.
    title = models.CharField(max_length=200)
    doc_no = models.CharField(max_length=80, blank=True)
    formed_on = models.DateField(null=True, blank=True)
    discloser_name = models.CharField(
        max_length=120, null=True, blank=True, help_text="责任主体实名, where the agency is a class"
    )
    discloser_uscc = models.CharField(max_length=18, null=True, blank=True, help_text="its 统一社会信用代码")
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True, help_text="last public change")
    ends_on = models.DateField(null=True, blank=True, help_text="公示期最后一日")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)
    expired_at = models.DateTimeField(null=True, blank=True)
    published_revision = models.ForeignKey(
        "Revision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    leaf_position = models.BigIntegerField(null=True, blank=True, help_text="the newest leaf about it")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(OFFICER, on_delete=models.PROTECT, related_name="+")
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "-published_at", "-id"]),
            models.Index(fields=["item", "status", "-published_at"]),
            models.Index(fields=["agency", "status", "-published_at"]),
            models.Index(fields=["township", "status", "-published_at"]),
            models.Index(fields=["status", "ends_on"]),
            models.Index(fields=["-changed_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="unpublished")
                | (
                    Q(index_number__isnull=False)
                    & Q(published_at__isnull=False)
                    & Q(published_revision__isnull=False)
                ),
                name="published_has_its_marks",
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | (~Q(withdrawal_reason="") & Q(withdrawn_at__isnull=False)),
                name="withdrawal_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(openness="withheld") | Q(withholding_ground__isnull=False),
                name="withheld_has_ground",
            ),
            models.CheckConstraint(condition=NAMED, name="disclosure_discloser_is_named"),
        ]

    def __str__(self) -> str:
        return self.title


class Revision(models.Model):
    """One version of the text. Editable as draft or returned; frozen from submission on.

    ``edits`` counts saves and is the token of optimistic locking: a save names the count it read.
    """

    disclosure = models.ForeignKey(Disclosure, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    stage = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in RevisionStage], default=RevisionStage.DRAFT
    )
    title = models.CharField(max_length=200)
    doc_no = models.CharField(max_length=80, blank=True)
    formed_on = models.DateField(null=True, blank=True)
    summary = models.CharField(max_length=300, blank=True, help_text="内容概述")
    body = models.TextField(blank=True, help_text="sanitised HTML")
    elements = models.JSONField(default=dict, help_text="element name → text as entered")
    ends_on = models.DateField(null=True, blank=True)
    discloser_name = models.CharField(
        max_length=120, null=True, blank=True, help_text="责任主体实名, where the agency is a class"
    )
    discloser_uscc = models.CharField(max_length=18, null=True, blank=True, help_text="its 统一社会信用代码")
    reason = models.TextField(blank=True, help_text="更正理由, for number > 1")
    # Null until the first check; SQLite adds such a column without copying the table, which would lose triggers.
    checked = models.BinaryField(
        max_length=32, null=True, help_text="fingerprint of the text and the rules of the last privacy check"
    )
    edits = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(OFFICER, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(OFFICER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(OFFICER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    leaf_position = models.BigIntegerField(null=True, blank=True)
    content = models.BinaryField(
        null=True, blank=True, help_text="the canonical bytes whose hashes are in the leaf"
    )

    class Meta:
        ordering = ["disclosure", "number"]
        indexes = [models.Index(fields=["stage", "submitted_at"])]
        constraints = [
            models.UniqueConstraint(fields=["disclosure", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["disclosure"],
                condition=Q(stage__in=["draft", "submitted", "returned", "approved"]),
                name="one_working_revision",
            ),
            models.CheckConstraint(
                condition=~Q(stage="published") | (Q(published_at__isnull=False) & Q(leaf_position__isnull=False)),
                name="published_revision_has_leaf",
            ),
            models.CheckConstraint(condition=NAMED, name="revision_discloser_is_named"),
        ]

    def __str__(self) -> str:
        return f"{self.title} 第{self.number}稿"

    @property
    def withholding(self) -> "WithheldVersion | None":
        """What took this version out of public reading, when that is in force."""
        found: WithheldVersion | None = getattr(self, "withheld", None)
        return found if found and found.at else None


class WithheldVersion(models.Model):
    """One superseded version taken out of public reading: asked for with a correction, or done by itself.

    Until ``at`` it is a wish of the correction ``asked_in`` and changes nothing; from then on the public sees of
    the version only number, dates, digest, log position, ``ground`` and ``reason``. What is in force never
    changes and is never deleted; the database holds that.
    """

    version = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="withheld")
    asked_in = models.ForeignKey(
        Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="withholds"
    )
    ground = models.ForeignKey(Exclusion, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(OFFICER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True, blank=True, help_text="in force since")
    by = models.ForeignKey(OFFICER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    leaf_position = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(at__isnull=True, by__isnull=True, leaf_position__isnull=True, asked_in__isnull=False)
                | Q(at__isnull=False, by__isnull=False, leaf_position__isnull=False),
                name="withheld_version_has_its_marks",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="withheld_version_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.ground.code}"


class Attachment(models.Model):
    """A file as it hangs on a revision."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["revision", "order"]
        constraints = [models.UniqueConstraint(fields=["revision", "name"], name="attachment_name_once")]


class ConfidentialityReview(models.Model):
    """保密审查 of one revision at one of its stages (one, or three where 三审 is configured)."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="reviews")
    step = models.PositiveSmallIntegerField(default=1)
    reviewer = models.ForeignKey(OFFICER, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=[(v.value, v.value) for v in Verdict])
    grounds = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["revision", "at"]
        indexes = [models.Index(fields=["revision", "step"])]


class Discharge(models.Model):
    """Which obligation a publication met."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.CASCADE, related_name="discharges")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="discharges")
    from_text = models.BooleanField(null=True, help_text="the clock was opened by submitting this very text")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["disclosure", "obligation"], name="discharge_once")]


class FirstPublication(models.Model):
    """首发: the publication on a designated medium that came before ours."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.CASCADE, related_name="first_publications")
    medium = models.CharField(max_length=120)
    url = models.URLField(max_length=500, blank=True)
    published_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(OFFICER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["published_at"]


class IndexSerial(models.Model):
    """The last serial of a 索引号 group; its row lock makes serials unique and without gaps."""

    group = models.CharField(max_length=60, primary_key=True)
    last = models.PositiveIntegerField(default=0)
