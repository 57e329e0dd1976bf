"""Rules, calendars, closures, the 公开清单: what the office confirms, changes and decides."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Domain, Element, Item, Rule, RuleVersion
from gongkai.core.vocabulary import Evidence, RuleKind, Unit
from gongkai.web.words import RULE_KINDS, STAGES, UNITS
from gongkai.web.workspace.forms.base import DayField, WorkspaceForm
from gongkai.web.workspace.forms.naming import NamedChoiceField

_RANGE = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:\s*(?:至|到|~|\.\.|-{2})\s*(\d{4}-\d{2}-\d{2}))?$")


class SourceForm(WorkspaceForm):
    """The source by which the office confirms something."""

    source_note = forms.CharField(
        label=_("依据"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写明文件名称、文号、网址,或核实的经过。会公开显示。"),
    )


class RuleForm(SourceForm):
    """New numbers for a rule: a new dated version."""

    valid_from = DayField(label=_("自哪天起施行"))
    valid_to = DayField(label=_("到哪天为止"), required=False, help_text=_("长期有效的留空。"))
    kind = forms.ChoiceField(label=_("种类"), choices=[(k.value, RULE_KINDS[k]) for k in RuleKind])
    value = forms.IntegerField(label=_("数字"), required=False, min_value=0, max_value=10_000)
    max_value = forms.IntegerField(
        label=_("上限"), required=False, min_value=0, max_value=10_000, help_text=_("只用于有最短和最长的规则。")
    )
    unit = forms.ChoiceField(
        label=_("单位"), required=False, choices=[("", _("无")), *((u.value, UNITS[u]) for u in Unit)]
    )
    month_day = forms.RegexField(
        label=_("月-日"),
        required=False,
        regex=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
        help_text=_("只用于每年某日前的规则,例如 01-31。"),
        error_messages={"invalid": _("请写成 01-31 的样子。")},
    )
    period = forms.ChoiceField(
        label=_("周期"),
        required=False,
        choices=[("", _("无")), ("month", _("每月")), ("quarter", _("每季度")), ("year", _("每年"))],
    )
    trigger = forms.CharField(label=_("从什么事算起"), max_length=160)
    clause = forms.CharField(label=_("依据条款"), max_length=300, required=False)

    @classmethod
    def of(cls, version: RuleVersion, data: Any = None) -> "RuleForm":
        """The form filled with a version's own values."""
        return cls(
            data,
            initial={name: getattr(version, name) for name in cls.base_fields if hasattr(version, name)}
            | {"source_note": ""},
        )

    def values(self) -> dict[str, Any]:
        """The fields as the action takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "source_note"}


class DaysField(forms.CharField):
    """Days, one a line or ``2027-01-01 至 2027-01-03``; read as a set of days."""

    widget = forms.Textarea(attrs={"rows": 5})

    def clean(self, value: Any) -> Any:
        """Raises ``ValidationError`` naming the line that is not a day."""
        text = super().clean(value)
        return frozenset(day for line in re.split(r"[\n,;,;、]+", text) for day in _days(line.strip()))


def _days(line: str) -> Iterator[date]:
    if not line:
        return
    match = _RANGE.match(line)
    try:
        if not match:
            raise ValueError(line)  # noqa: TRY301 - one message for both ways of being wrong
        first = date.fromisoformat(match[1])
        last = date.fromisoformat(match[2]) if match[2] else first
        if last < first:
            raise ValueError(line)  # noqa: TRY301 - as above
    except ValueError:
        raise forms.ValidationError(
            _now("“%(line)s”不是日期。每行写一天(2027-01-01)或一段(2027-01-01 至 2027-01-03)。")
            % {"line": line[:40]}
        ) from None
    if last - first > timedelta(days=60):
        raise forms.ValidationError(
            _now("“%(line)s”有 %(n)d 天,一段最多 61 天。请核对起止日期。")
            % {"line": line, "n": (last - first).days + 1}
        )
    yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


class CalendarForm(WorkspaceForm):
    """A year's holiday notice as issued."""

    year = forms.IntegerField(label=_("年份"), min_value=2000, max_value=2100)
    title = forms.CharField(label=_("通知名称"), max_length=200)
    doc_no = forms.CharField(label=_("文号"), max_length=80, required=False)
    url = forms.URLField(label=_("网址"), required=False, assume_scheme="https", max_length=300)
    issued_on = DayField(label=_("印发日期"))
    days_off = DaysField(
        label=_("放假的日子"), help_text=_("每行一天或一段,例如 2027-01-01 至 2027-01-03。周末不调整的不用写。")
    )
    workdays = DaysField(
        label=_("调休上班的日子"), required=False, help_text=_("只会是周六、周日,并在放假的日子之外。")
    )
    incomplete = forms.BooleanField(label=_("通知不全,按暂定保存"), required=False)

    def evidence(self) -> str:
        """An officer who types a notice in has read it."""
        return Evidence.CONFIRMED.value


class ClosureForm(WorkspaceForm):
    """A local closure to lay over the calendar."""

    from_on = DayField(label=_("从哪天"))
    to_on = DayField(label=_("到哪天"), help_text=_("含这一天。"))
    reason = forms.CharField(label=_("原因"), max_length=200, required=False, help_text=_("例如:台风停工"))
    source = forms.CharField(label=_("依据"), max_length=300, required=False, help_text=_("通知名称、文号"))
    enabled = forms.BooleanField(
        label=_("立即生效:停工日不计入工作日,在走的时限随之重算"), required=False, initial=True
    )


class SwitchForm(WorkspaceForm):
    """Which way a closure is switched."""

    enabled = forms.CharField(widget=forms.HiddenInput)


class ProposalForm(WorkspaceForm):
    """A finer item for the agency's own field."""

    agency = NamedChoiceField(label=_("提出单位"), queryset=Agency.objects.none(), empty_label=None)
    domain = NamedChoiceField(
        label=_("领域"), queryset=Domain.objects.filter(retired_on=None), empty_label=_("请选择")
    )
    name = forms.CharField(label=_("事项名称"), required=False)
    stage = forms.ChoiceField(label=_("环节"), choices=[(s.value, STAGES[s]) for s in Item.Stage])
    elements = forms.CharField(
        label=_("内容要素"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("每行一个。可选的在前面加○,例如:○备注。金额写成“合同金额|金额”。"),
    )
    rule = NamedChoiceField(
        label=_("时限"), queryset=Rule.objects.filter(retired_on=None), empty_label=_("请选择")
    )
    reason = forms.CharField(label=_("理由"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def element_list(self) -> list[dict[str, Any]]:
        """The elements as the action takes them."""
        kinds = {
            "金额": Element.Type.MONEY,
            "数值": Element.Type.NUMBER,
            "日期": Element.Type.DATE,
            "主体": Element.Type.PARTY,
        }
        found = []
        for line in self.cleaned_data["elements"].splitlines():
            name, _bar, kind = line.strip().partition("|")
            if name:
                found.append(
                    {
                        "name": name.lstrip("●○").strip(),
                        "type": kinds.get(kind.strip(), Element.Type.TEXT),
                        "required": not name.startswith("○"),
                    }
                )
        return found


class NoteForm(WorkspaceForm):
    """A few words that stay with a decision."""

    note = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ContactForm(WorkspaceForm):
    """What the public may know of an agency's office."""

    phone = forms.CharField(
        label=_("办公电话"), required=False, max_length=60, help_text=_("办公电话,不写个人手机。")
    )
    address = forms.CharField(label=_("办公地址"), required=False, max_length=200)
    hours = forms.CharField(label=_("办公时间"), required=False, max_length=120)


class WarningForm(WorkspaceForm):
    """How early an agency is warned."""

    days = forms.IntegerField(
        label=_("提前几个工作日提醒"), error_messages={"required": _("请填写天数。"), "invalid": _("请填写整数。")}
    )
