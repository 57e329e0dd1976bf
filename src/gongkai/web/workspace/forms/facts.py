"""A dated fact that starts a clock."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gongkai.catalogue.models import RuleVersion
from gongkai.core.vocabulary import Unit
from gongkai.obligations.actions import Decision, question
from gongkai.web.telling import told
from gongkai.web.templatetags.gongkai import named
from gongkai.web.workspace.forms.base import DayField, WorkspaceForm


class FactForm(WorkspaceForm):
    """What happened, when, and by which rule the clock runs."""

    label = forms.CharField(
        label=_("是什么事"),
        max_length=200,
        help_text=_("用本单位的话写清楚是哪一件,例如:城厢镇农贸市场改造项目中标结果。"),
        error_messages={
            "required": _("请写明是什么事。"),
            "max_length": _("最多200字。请精简。"),
        },
    )
    fact_on = DayField(label=_("发生日期"), help_text=_("多数时限从这一天的次日起算;须提前公开的,按这一天倒推。"))
    fact_time = forms.TimeField(
        label=_("发生时刻"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("只有按小时计的时限需要填。"),
        error_messages={"invalid": _("请写成 09:30 的样子。")},
    )
    price = forms.IntegerField(
        label=_("金额(元)"), required=False, min_value=0, help_text=_("只有按金额分档的时限需要填,写整数元。")
    )
    rule = forms.ChoiceField(label=_("按哪一条时限"), required=False)

    decided = forms.ChoiceField(
        label=_("先行判定"), required=False, choices=[("yes", _("是")), ("no", _("否"))], widget=forms.RadioSelect
    )
    decision_ground = forms.CharField(
        label=_("判定理由"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("判定为“是”的,理由随时限公开;判定为“否”的不开始计时,理由记入操作日志。"),
        error_messages={"max_length": _("最多300字。请精简。")},
    )

    def __init__(self, *args: Any, choices: Sequence[RuleVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule: forms.ChoiceField = self.fields["rule"]  # type: ignore[assignment] # declared above
        rule.choices = [(v.rule.code, f"{named(v.rule)}({told(v.clause or v.rule.code)})") for v in choices] or [
            ("", _("按条例的一般期限"))
        ]
        asking = [v.rule for v in choices if v.rule.decision_field]
        for name in () if asking else ("decided", "decision_ground"):
            del self.fields[name]
        if asking:
            asked = {"rule": named(asking[0]), "what": question(asking[0])}
            self.fields["decided"].label = _now("%(what)s(按“%(rule)s”计时的须先判定)") % asked
        if not any(v.unit == Unit.HOUR for v in choices):
            del self.fields["fact_time"]
        if not any(v.tiers for v in choices):
            del self.fields["price"]

    def decision(self) -> Decision | None:
        """What was decided beforehand, where that was asked and answered."""
        said = self.cleaned_data
        if not said.get("decided"):
            return None
        return Decision(said["decided"] == "yes", said["decision_ground"])

    def fact_at(self) -> datetime | None:
        """The moment of the fact, where a clock in hours needs it."""
        at = self.cleaned_data.get("fact_time")
        return timezone.make_aware(datetime.combine(self.cleaned_data["fact_on"], at)) if at else None
