"""The publication log's rows. Only this app touches them; the bytes are the truth, tiles are made from them."""

from django.db import models


class LogHead(models.Model):
    """The one row whose lock assigns positions."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_log_head")]


class Leaf(models.Model):
    """One record of the log, append-only (a trigger refuses UPDATE and DELETE)."""

    position = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12)
    subject = models.CharField(max_length=80)
    at = models.DateTimeField()
    record = models.BinaryField(help_text="JCS bytes, at most 65 535")
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["subject", "position"])]
