"""责任主体, officers and their roles, 监督渠道. Names have validity: the county's offices were renamed in 2019."""

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from gongkai.core.said import marked
from gongkai.core.vocabulary import Evidence, Role

EVIDENCE = [(e.value, e.value) for e in Evidence]


class County(models.Model):
    """The one county of this installation: what its profile says, so that runtime reads the database, not files.

    ``facts`` keeps the checked content of ``county.yaml``; ``digest`` is the SHA-256 of the whole profile as
    loaded. Read it through ``agencies.queries.county()``.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    area_code = models.CharField(max_length=6)
    facts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_county")]

    def __str__(self) -> str:
        return self.name


class ProfileEntry(models.Model):
    """One entry of the profile as it was last loaded, so that a reload touches only what the profile changed."""

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=80)
    content = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="profile_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Agency(models.Model):
    """An office, a township or a body that discloses (采购人 and 招标人 are in the list too)."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", marked("人民政府")
        DEPARTMENT = "department", marked("县直部门")
        TOWNSHIP = "township", marked("乡镇人民政府")
        PARTY = "party", marked("项目主体(非机关)")

    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    # Current names, kept beside the dated ones so that a list needs no join.
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    short_name = models.CharField(max_length=60, blank=True, help_text="简称, for dense tables")
    unit_code = models.CharField(max_length=20, blank=True, help_text="机构代码, the first part of the 索引号")
    unit_code_evidence = models.CharField(max_length=32, choices=EVIDENCE, blank=True)
    uscc = models.CharField(max_length=18, blank=True, help_text="统一社会信用代码")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    is_group = models.BooleanField(default=False, help_text="统称,由各下属单位分别承担;本身不发布")
    member_kinds = models.JSONField(default=list, blank=True, help_text="哪几类县内单位可以属于这一类主体")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed", help_text="职能并入"
    )
    contact = models.JSONField(default=dict, blank=True, help_text="公开的办公电话、地址、办公时间")
    warn_days = models.PositiveSmallIntegerField(default=3, help_text="到期前几个工作日提醒")
    note = models.TextField(blank=True)
    evidence = models.CharField(max_length=32, choices=EVIDENCE)
    order = models.PositiveSmallIntegerField(default=0)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_class(self) -> bool:
        """Whether it stands for many (招标人, 各乡镇): its name alone does not say who acted."""
        return self.is_group or self.kind == self.Kind.PARTY


class AgencyName(models.Model):
    """A name with the days it was in force; the public page of an old notice shows the old name."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=120)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=32, choices=EVIDENCE)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["agency", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="agency_name_once"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=models.F("valid_to")),
                name="agency_name_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SupervisionChannel(models.Model):
    """监督渠道: who to turn to. 不服找谁."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    detail = models.TextField()
    contact = models.JSONField(default=dict, blank=True)
    evidence = models.CharField(max_length=32, choices=EVIDENCE)
    order = models.PositiveSmallIntegerField(default=0)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class OfficerManager(BaseUserManager["Officer"]):
    """Django's sign-in asks the manager for an officer by name."""


class Officer(AbstractBaseUser):
    """A person who signs in. What the person may do is in :class:`Appointment`."""

    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    must_change_password = models.BooleanField(default=True)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)
    session_mark = models.CharField(max_length=32, blank=True, help_text="the newest sign-in; an older one ends")

    objects = OfficerManager()
    USERNAME_FIELD = "username"

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name


class OldPassword(models.Model):
    """Hashes of earlier passwords, so that the last five cannot return."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="old_passwords")
    hash = models.CharField(max_length=256)
    until_at = models.DateTimeField()

    class Meta:
        ordering = ["-until_at"]


class Appointment(models.Model):
    """A role in an agency, from a day to a day. The office, auditors and evaluators act for the whole county."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="appointments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=16, choices=[(r.value, r.value) for r in Role])
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["officer", "agency", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "agency", "role"], condition=Q(to_on=None), name="one_running_appointment"
            ),
        ]
        indexes = [models.Index(fields=["agency", "role"])]

    def runs_on(self, day: date) -> bool:
        """Whether the appointment is in force on ``day``."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)
