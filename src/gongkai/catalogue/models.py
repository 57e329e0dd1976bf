"""公开清单: what must be disclosed, by which dated rule, by whom, where. Every fact keeps its evidence grade."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gongkai.agencies.models import EVIDENCE, Agency, SupervisionChannel
from gongkai.core.vocabulary import RuleKind, Unit


class Domain(models.Model):
    """领域, for example 政府采购."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    lead_agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


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

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class PublicationChannel(models.Model):
    """渠道和载体: where an item is to be published."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=60, blank=True)
    is_platform = models.BooleanField(default=False, help_text="交易或信用平台,由交换服务送达")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


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
    order = models.PositiveSmallIntegerField(default=0)

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

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class RuleVersion(models.Model):
    """What a rule says from a day to a day. Never overwritten: a confirmation or change is a new revision.

    The version in force for an event on day D is, among those with ``valid_from <= D <= valid_to``, the one of
    the highest ``revision``.
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


class Item(models.Model):
    """公开事项: one row of the checklist in force."""

    class Stage(models.TextChoices):
        DECISION = "decision", "决策"
        EXECUTION = "execution", "执行"
        MANAGEMENT = "management", "管理"
        SERVICE = "service", "服务"
        RESULT = "result", "结果"

    class ExchangeType(models.TextChoices):
        ANNOUNCEMENT = "announcement", "公告"
        QUALIFICATION = "qualification", "资格审查结果"
        PROCESS = "process", "交易过程"
        RESULT = "result", "成交"
        PERFORMANCE = "performance", "履约"
        CHANGE = "change", "变更"
        NONE = "none", "不属交易环节"

    code = models.CharField(max_length=20, unique=True)
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="items")
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    stage = models.CharField(max_length=12, choices=Stage)
    exchange_type = models.CharField(max_length=16, choices=ExchangeType)
    discloser_basis = models.CharField(max_length=12, help_text="approve / implement / produce")
    rules = models.ManyToManyField(Rule, through="ItemRule", related_name="items")
    agencies = models.ManyToManyField(Agency, through="ItemAgency", related_name="items")
    channels = models.ManyToManyField(PublicationChannel, related_name="items")
    supervision = models.ManyToManyField(SupervisionChannel, related_name="items")
    exchange = models.JSONField(
        default=dict, help_text="trading_platform / credit_platform: required, conditional, no"
    )
    audience = models.CharField(max_length=24, default="public")
    method = models.CharField(max_length=12, default="proactive", help_text="主动 / 依申请")
    levels = models.JSONField(default=list, blank=True, help_text="county, town, village")
    scope = models.CharField(max_length=12, default="core")
    redact = models.JSONField(default=list, blank=True)
    standing = models.BooleanField(default=False, help_text="应当始终有内容公开")
    silent_days = models.PositiveSmallIntegerField(default=365, help_text="多少天没有内容即列为沉默")
    has_notice_period = models.BooleanField(default=False, help_text="公示,期满自动结束")
    evidence = models.CharField(max_length=32, choices=EVIDENCE)
    sources = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)
    proposed_by = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["domain__order", "order", "code"]
        indexes = [models.Index(fields=["domain", "order"])]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ItemRule(models.Model):
    """A rule that sets a clock of an item, in the order of the checklist."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="item_rules")
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="item_rules")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["item", "order"]
        constraints = [models.UniqueConstraint(fields=["item", "rule"], name="item_rule_once")]


class ItemAgency(models.Model):
    """责任主体 of an item; the first one leads."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="item_agencies")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="item_agencies")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["item", "order"]
        constraints = [models.UniqueConstraint(fields=["item", "agency"], name="item_agency_once")]


class Element(models.Model):
    """内容要素 of an item: ● required or ○ optional."""

    class Type(models.TextChoices):
        TEXT = "text", "文字"
        MONEY = "money", "金额(元)"
        NUMBER = "number", "数值"
        DATE = "date", "日期"
        PARTY = "party", "主体名称"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="elements")
    name = models.CharField(max_length=80)
    type = models.CharField(max_length=8, choices=Type, default=Type.TEXT)
    required = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["item", "order"]
        constraints = [models.UniqueConstraint(fields=["item", "name"], name="element_once")]

    def __str__(self) -> str:
        return self.name


class CatalogueVersion(models.Model):
    """A published 公开清单: the rows as they were, never changed afterwards."""

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    rows = models.JSONField(help_text="the national columns, one object an item")
    note = models.TextField(blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    leaf_position = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.title} 第{self.number}版"


class ItemProposal(models.Model):
    """A finer item an agency proposes for its own field; the office decides."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待审核"
        ACCEPTED = "accepted", "已采纳"
        REFUSED = "refused", "未采纳"

    domain = models.ForeignKey(Domain, on_delete=models.PROTECT)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    name = models.CharField(max_length=120)
    elements = models.JSONField(default=list, help_text="[{name, required}]")
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT)
    stage = models.CharField(max_length=12, choices=Item.Stage)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_note = models.TextField(blank=True)
    item = models.OneToOneField(Item, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposal")

    class Meta:
        ordering = ["-proposed_at"]
