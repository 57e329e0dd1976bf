"""The checklist in force: domains, channels, items with their elements, rules and agencies."""

from django.db import models

from gongkai.agencies.models import EVIDENCE, Agency, SupervisionChannel
from gongkai.catalogue.models.law import Rule
from gongkai.core.vocabulary import Evidence


class Domain(models.Model):
    """领域, for example 政府采购."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    lead_agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class PublicationChannel(models.Model):
    """渠道和载体: where an item is to be published."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=60, blank=True)
    is_platform = models.BooleanField(default=False, help_text="交易或信用平台,由交换服务送达")
    evidence = models.CharField(max_length=32, choices=EVIDENCE, default=Evidence.UNVERIFIED)
    order = models.PositiveSmallIntegerField(default=0)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


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
    lists_persons = models.BooleanField(default=False, help_text="公示内容含自然人的个人信息,期满应撤下")
    # Follows from lists_persons and the grounds in force (actions.staying); kept, so that a list is one query.
    stays_public = models.BooleanField(default=True, help_text="公示期满后正文继续公开;否则期满撤下正文、保留存根")
    online = models.BooleanField(default=True, help_text="可以上网;否则只在现场或向特定对象公布")
    optional_channels = models.JSONField(default=list, blank=True, help_text="□可选渠道的代码,其余为■必选")
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


class StayGround(models.Model):
    """长期公开依据: a clause by which a 公示 that lists persons stays public after its last day, dated.

    It keeps a text public only while it is in force and verified; without one, personal details leave.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="stay_grounds")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    clause = models.CharField(max_length=300)
    basis = models.JSONField(default=list)
    evidence = models.CharField(max_length=32, choices=EVIDENCE)
    sources = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["item", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["item", "valid_from"], name="stay_ground_once")]

    def __str__(self) -> str:
        return f"{self.item.code}@{self.valid_from}"


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
