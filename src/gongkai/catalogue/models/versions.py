"""Published checklists, never changed afterwards, and what agencies propose to add."""

from django.conf import settings
from django.db import models

from gongkai.agencies.models import Agency
from gongkai.catalogue.models.checklist import Domain, Item
from gongkai.catalogue.models.law import Rule
from gongkai.core.said import marked


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
        PROPOSED = "proposed", marked("待审核")
        ACCEPTED = "accepted", marked("已采纳")
        REFUSED = "refused", marked("未采纳")

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
