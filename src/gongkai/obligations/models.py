"""时限: calendars as dated data, and a clock that runs for each thing an agency owes the public."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from gongkai.agencies.models import EVIDENCE, Agency
from gongkai.catalogue.models import Item, RuleVersion
from gongkai.core.vocabulary import ObligationGround, ObligationState


class CalendarYear(models.Model):
    """One year's holiday arrangement as announced in one notice. An amendment is a new revision of the year.

    ``days_off`` and ``workdays`` are ISO dates; the notice of a year may name days of the December before it.
    """

    year = models.PositiveSmallIntegerField()
    revision = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    doc_no = models.CharField(max_length=80, blank=True)
    url = models.CharField(max_length=300, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    days_off = models.JSONField(default=list)
    workdays = models.JSONField(default=list)
    provisional = models.BooleanField(default=False, help_text="尚未公布,按法定节日暂列")
    evidence = models.CharField(max_length=32, choices=EVIDENCE)
    note = models.TextField(blank=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["year", "revision"]
        constraints = [models.UniqueConstraint(fields=["year", "revision"], name="calendar_year_once")]

    def __str__(self) -> str:
        return f"{self.year}.{self.revision}"


class Closure(models.Model):
    """A local closure (台风停工 and the like) laid over the national calendar; off unless switched on."""

    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    enabled = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-from_on"]
        constraints = [
            models.CheckConstraint(condition=Q(from_on__lte=models.F("to_on")), name="closure_dates"),
        ]


class Obligation(models.Model):
    """One thing one agency owes the public, with its clock.

    ``earliest_at`` is set where publishing before a moment is a fault; ``due_at`` is the last moment in time
    (24:00 of ``due_on``, or the hour for rules in hours). ``working`` keeps how the date was computed.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="obligations")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="obligations")
    ground = models.CharField(max_length=8, choices=[(g.value, g.value) for g in ObligationGround])
    label = models.CharField(max_length=200, help_text="what it is about, in the agency's words")
    period_key = models.CharField(max_length=10, blank=True, help_text="2026-10, 2026Q3, 2026")
    fact_on = models.DateField()
    fact_at = models.DateTimeField(null=True, blank=True, help_text="only for rules in hours")
    rule_version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="obligations")
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in ObligationState], default=ObligationState.OPEN
    )
    earliest_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    provisional = models.BooleanField(default=False)
    provisional_reason = models.CharField(max_length=200, blank=True)
    calendar_version = models.CharField(max_length=80)
    working = models.JSONField(default=dict)
    decision = models.CharField(
        max_length=300, blank=True, help_text="on what ground it was decided that publication is owed"
    )
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    met_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True, help_text="when a sweep first found it late")
    concluded_at = models.DateTimeField(
        null=True, blank=True, help_text="when review ended it without publication"
    )
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    waiver_ground = models.TextField(blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["agency", "state", "due_at"]),
            models.Index(fields=["item", "agency", "fact_on"]),
            models.Index(fields=["due_on"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "agency", "rule_version", "period_key"],
                condition=~Q(period_key=""),
                name="one_obligation_a_period",
            ),
            models.CheckConstraint(
                condition=~Q(state="waived") | (~Q(waiver_ground="") & Q(waived_by__isnull=False)),
                name="waiver_has_ground_and_approver",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["met", "met_late", "too_early"]) | Q(met_at__isnull=False),
                name="met_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code} {self.label}"


class DueChange(models.Model):
    """A due date that moved because a calendar or rule did: the log line the recomputation must leave."""

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    old_due_on = models.DateField(null=True)
    new_due_on = models.DateField(null=True)
    old_calendar = models.CharField(max_length=80)
    new_calendar = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["-at", "pk"]


class Silence(models.Model):
    """A stretch in which an item of the checklist had nothing published: recorded, not merely computed.

    Found by a sweep; ended by the sweep that finds something published again. At most one runs for an item.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="silences")
    last_on = models.DateField(null=True, blank=True, help_text="last public change before it; NULL when never")
    found_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-found_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(ended_at=None), name="one_running_silence"),
        ]

    def __str__(self) -> str:
        return f"{self.item.code} {self.last_on or ''}"
