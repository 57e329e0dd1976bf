"""What happened. One row per happening, in commit order, never changed: the operation log and the bus in one."""

from django.conf import settings
from django.db import models


class EventHead(models.Model):
    """The one row whose lock puts events into commit order; a follower may then trust ``position``."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_event_head")]


class Event(models.Model):
    """One happening. A trigger in the database refuses UPDATE and DELETE."""

    position = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=80, help_text="noun:id, for example disclosure:12")
    at = models.DateTimeField()
    # The row outlives the officer: no database constraint, nothing happens on delete.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    agency = models.ForeignKey(
        "agencies.Agency", null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["position"]
        indexes = [
            models.Index(fields=["subject", "position"]),
            models.Index(fields=["kind", "position"]),
            models.Index(fields=["agency", "position"]),
            models.Index(fields=["by", "position"]),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.kind} {self.subject}"


class Cursor(models.Model):
    """How far a follower whose output lives in this database has read."""

    follower = models.CharField(max_length=40, primary_key=True)
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.follower} @ {self.position}"


class Round(models.Model):
    """When a piece of background work was last done to its end, and for which day. One row a piece."""

    name = models.CharField(max_length=40, primary_key=True)
    on = models.DateField(help_text="the day it was done for; never goes back")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.on}"
