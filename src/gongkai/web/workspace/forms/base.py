"""What every form of the workspace shares: plain fields, and domain errors shown at the field they are about."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongkai.core.drafting import Problem


class DayInput(forms.DateInput):
    """The browser's own date field; typed dates are ``2026-11-23``."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day. A day that does not exist is refused with an example."""

    widget = DayInput
    default_error_messages = {
        "invalid": _("没有这一天。请写成存在的日期,例如 2026-11-23。"),
        "required": _("请填写日期,例如 2026-11-23。"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d"], **kwargs)


class WorkspaceForm(forms.Form):
    """A form whose labels carry no colon and whose fields know their error for screen readers."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def blame(self, problems: list[Problem]) -> None:
        """Show each domain problem at its field, or at the top when the form has no such field."""
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)


class GroundForm(WorkspaceForm):
    """One text that will stand in the record."""

    ground = forms.CharField(
        label=_("理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明理由:它会留在记录里。")},
    )
