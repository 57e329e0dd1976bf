"""附件: files under their SHA-256, outside the database, with their text by page."""

from django.conf import settings
from django.db import models


class StoredFile(models.Model):
    """One file's bytes, kept once under their SHA-256. ``public`` bytes may be served; others are closed."""

    sha256 = models.CharField(max_length=64, unique=True)
    sm3 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=120, help_text="decided from the content, not the name")
    stored_at = models.DateTimeField()
    stored_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    page_count = models.PositiveIntegerField(default=0)
    is_scan = models.BooleanField(default=False, help_text="没有文字层的扫描件")
    extract_note = models.CharField(
        max_length=300, blank=True, help_text="why text could not be read, in plain words"
    )

    def __str__(self) -> str:
        return self.sha256[:12]


class PageText(models.Model):
    """The text of one page, sheet or part of a file, for search and for the privacy check."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=120, help_text="第3页, 工作表“名单”")
    text = models.TextField()

    class Meta:
        ordering = ["file", "number"]
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="page_text_once")]
