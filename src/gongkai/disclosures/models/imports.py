"""批量导入: one sheet of drafts on its way in, and which line became which draft."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Item
from gongkai.core.said import marked
from gongkai.disclosures.models.disclosures import Disclosure

OFFICER = settings.AUTH_USER_MODEL


class ImportRun(models.Model):
    """One sheet of drafts on its way in: checked whole, imported whole or not at all, recognised when it returns.

    ``content`` is what came, erased as soon as the run is over; ``returned`` is the marked sheet of a refused
    run, erased by ``importing.actions.tidy``. ``fingerprint`` is over item, agency and content.
    """

    class State(models.TextChoices):
        QUEUED = "queued", marked("等待核对")
        CHECKING = "checking", marked("正在核对")
        READY = "ready", marked("核对无误,等待确认")
        IMPORTING = "importing", marked("正在导入")
        DONE = "done", marked("已导入")
        REFUSED = "refused", marked("有问题,没有导入")
        ABANDONED = "abandoned", marked("已作废")

    class Source(models.TextChoices):
        XLSX = "xlsx", marked("Excel 文件")
        CSV = "csv", marked("CSV 文件")
        PASTE = "paste", marked("粘贴")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=5, choices=Source)
    file_name = models.CharField(max_length=200, blank=True)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    trouble = models.TextField(blank=True, help_text="why it was refused as a whole, in plain words")
    row_count = models.PositiveIntegerField(default=0)
    checked_count = models.PositiveIntegerField(default=0, help_text="progress of the running step")
    problem_count = models.PositiveIntegerField(default=0)
    attempt_count = models.PositiveSmallIntegerField(default=0, help_text="how often the work process took it up")
    content = models.BinaryField(null=True, blank=True)
    returned = models.BinaryField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(OFFICER, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(OFFICER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "created_at"]), models.Index(fields=["agency", "-created_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=~Q(state__in=["refused", "abandoned"]),
                name="one_import_of_one_sheet",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(finished_at__isnull=False) & Q(content__isnull=True)),
                name="done_import_keeps_no_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code} {self.file_name or self.get_source_display()}"


class ImportedDraft(models.Model):
    """Which line of which sheet a draft came from."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="drafts")
    disclosure = models.OneToOneField(Disclosure, on_delete=models.CASCADE, related_name="imported")
    line = models.PositiveIntegerField()

    class Meta:
        ordering = ["run", "line"]
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="one_draft_a_line")]
