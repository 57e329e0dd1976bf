"""The law behind the checklist: instruments, grounds of exclusion, dated rules, and where each was read."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gongkai.agencies.models import EVIDENCE
from gongkai.core.vocabulary import RuleKind, Unit


class Source(models.Model):
    """资料来源: where a fact was read. ``url`` only where it is an official page."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    doc_no = models.CharField(max_length=80, blank=True)
    url = models.URLField(max_length=300, blank=True)
    read = models.CharField(max_length=8, help_text="full, excerpt")
    note = models.TextField(blank=True)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class Instrument(models.Model):
    """法律依据: a law, regulation or document, with the days it was in force."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    doc_no = models.CharField(max_length=80, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    evidence = models.CharField(max_length=32, choices=EVIDENCE)
    note = models.TextField(blank=True)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class Exclusion(models.Model):
    """不予公开的法定理由 (条例第13—16条)."""

    class Effect(models.TextChoices):
        MUST_NOT = "must_not", "不得公开"
        UNLESS_CONSENT = "must_not_unless_consent_or_major_public_interest", "除非第三方同意或公共利益重大"
        MAY_WITHHOLD = "may_withhold", "可以不予公开"
        MAY_UNLESS_LAW = "may_withhold_unless_law_requires", "可以不予公开,法律法规规章另有规定的除外"
        CARE = "handle_with_care", "不能单独作为不公开理由"
        REFER = "refer", "按专门规定查询"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    effect = models.CharField(max_length=60, choices=Effect)
    instrument = models.ForeignKey(Instrument, null=True, blank=True, on_delete=models.PROTECT)
    article = models.CharField(max_length=60)
    evidence = models.CharField(max_length=32, choices=EVIDENCE)
    sources = models.JSONField(default=list, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Rule(models.Model):
    """A clock of law by name. Its numbers are in the dated :class:`RuleVersion` rows."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    fallback = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decision_field = models.CharField(max_length=60, blank=True, help_text="须先判定的事实")
    needs_local_value = models.BooleanField(default=False)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class RuleVersion(models.Model):
    """What a rule says from a day to a day. Never overwritten: a confirmation or change is a new revision.

    A revision replaces every earlier revision of the same ``valid_from`` whole. The version in force for an
    event on day D is, among those left with ``valid_from <= D <= valid_to``, the one of the highest ``revision``:
    ask ``catalogue.queries.version_on``.
    """

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    revision = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in RuleKind])
    value = models.PositiveIntegerField(null=True, blank=True)
    max_value = models.PositiveIntegerField(null=True, blank=True)
    month_day = models.CharField(max_length=5, blank=True, help_text="MM-DD, for annual_date")
    unit = models.CharField(max_length=12, blank=True, choices=[(u.value, u.value) for u in Unit])
    period = models.CharField(max_length=12, blank=True, help_text="month, quarter or year, for periodic")
    day_count_override = models.CharField(max_length=40, blank=True, help_text="include_publish_day")
    extension_value = models.PositiveIntegerField(null=True, blank=True)
    clock_stops = models.JSONField(default=list, blank=True, help_text="哪些环节的时间不计入")
    tiers = models.JSONField(default=list, blank=True)
    default_publish = models.BooleanField(default=True)
    trigger = models.CharField(max_length=160)
    basis = models.JSONField(default=list, help_text="[{instrument: code, article: 条款}]")
    evidence = models.CharField(max_length=32, choices=EVIDENCE)
    sources = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)
    clause = models.CharField(max_length=300, blank=True, help_text="the basis in words, as shown to the public")
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source_note = models.TextField(blank=True, help_text="依据的文件、链接或说明,核实或修改时必填")

    class Meta:
        ordering = ["rule", "valid_from", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "valid_from", "revision"], name="rule_version_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from__lte=F("valid_to")), name="rule_version_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule.code}@{self.valid_from}#{self.revision}"

    @property
    def label(self) -> str:
        """The version as printed: ``2019-05-15#1``."""
        return f"{self.valid_from}#{self.revision}"
