"""What every form of the workspace shares: plain fields, and domain errors shown at the field they are about."""

from typing import Any

from django import forms
from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
    ProhibitNullCharactersValidator,
)
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gongkai.core.days import unlikely
from gongkai.core.drafting import Problem
from gongkai.core.wording import unfit
from gongkai.web.telling import told
from gongkai.web.workspace.forms.naming import chinese

LONGEST = 500_000  # of any field of any form; what each may be is in the actions


class DayInput(forms.DateInput):
    """The browser's own date field; typed dates are ``2026-11-23``."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day. A day that does not exist is refused with an example, one of another age with the years it may be."""

    widget = DayInput
    default_error_messages = {
        "invalid": _("没有这一天。请写成存在的日期,例如 2026-11-23。"),
        "required": _("请填写日期,例如 2026-11-23。"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d"], **kwargs)

    def validate(self, value: Any) -> None:
        """Refuse a day with which nothing may be computed."""
        super().validate(value)
        if value and (wrong := unlikely(value)):
            raise forms.ValidationError(told(wrong))


def _seen_only(field: forms.CharField, *, by_action: bool) -> None:
    """Characters nobody can see, and texts too long, are refused at the field itself, in words."""
    replaced: tuple[type, ...] = (ProhibitNullCharactersValidator,)
    if "max_length" not in field.error_messages:
        replaced += (MaxLengthValidator,)
    most = (field.max_length or LONGEST) if MaxLengthValidator in replaced else LONGEST

    def check(value: object) -> None:
        called = str(field.label or _now("这一栏"))
        if isinstance(value, str) and (wrong := unfit(called, value, most=most)):
            raise forms.ValidationError(told(wrong))

    kept = [v for v in field.validators if not isinstance(v, replaced)]
    field.validators = kept if by_action else [check, *kept]


class SpokenField(forms.BoundField):
    """A field that says in which language its text is, where that is not the page's."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """As Django's, and ``lang`` for a text in Chinese."""
        made: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        typed = isinstance(widget or self.field.widget, forms.TextInput | forms.Textarea)
        return {**made, **chinese(self.value())} if typed else made


class WorkspaceForm(forms.Form):
    """A form whose labels carry no colon and whose fields know their error for screen readers."""

    bound_field_class = SpokenField

    use_required_attribute = False
    checked_by_action: frozenset[str] = frozenset()  # fields whose words are refused by the action alone
    conflicts = False  # set when an action was refused because the state had moved on

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _say_what_to_do(field)
            if isinstance(field, forms.CharField):
                _seen_only(field, by_action=name in self.checked_by_action)

    def blame(self, problems: list[Problem]) -> None:
        """Show each domain problem at its field, or at the top when the form has no such field."""
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, told(problem.message))


def _say_what_to_do(field: forms.Field) -> None:
    """The framework's own refusals name a rule; an officer needs to read what to write."""
    own = {**forms.Field.default_error_messages, **forms.IntegerField.default_error_messages}
    if field.error_messages.get("required") == own["required"]:
        label = field.label or _("这一项")
        field.error_messages["required"] = _now("请填写“%(label)s”。") % {"label": label}
    if field.error_messages.get("invalid") == own["invalid"]:
        field.error_messages["invalid"] = _("请填写整数,例如 20。")
    for check in field.validators:
        if isinstance(check, MaxValueValidator):
            check.message = _("请填写不大于 %(limit_value)s 的数。")
        elif isinstance(check, MinValueValidator):
            check.message = _("请填写不小于 %(limit_value)s 的数。")


class GroundForm(WorkspaceForm):
    """One text that will stand in the record."""

    ground = forms.CharField(
        label=_("理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明理由:它会留在记录里。")},
    )
