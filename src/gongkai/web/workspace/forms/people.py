"""Signing in, and the people behind the names."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongkai.agencies.models import Agency, Officer
from gongkai.core.vocabulary import Role
from gongkai.web.demo.marker import demo_installed
from gongkai.web.words import ROLES
from gongkai.web.workspace.forms.base import DayField, WorkspaceForm
from gongkai.web.workspace.forms.naming import NamedChoiceField


class SignInForm(AuthenticationForm):
    """Name and password. One message for every refusal, so that names cannot be found out."""

    error_messages = {
        "invalid_login": _("登录名或密码不正确。请核对大小写后再试;连续输错五次,该账号将被锁定三十分钟。"),
        "inactive": _("登录名或密码不正确。请核对大小写后再试;连续输错五次,该账号将被锁定三十分钟。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("登录名")
        self.fields["password"].label = _("密码")
        self.fields["username"].error_messages["required"] = _("请填写登录名。")
        self.fields["password"].error_messages["required"] = _("请填写密码。")

    def confirm_login_allowed(self, user: Officer) -> None:
        """Accounts of the demonstration, whose passwords everybody knows, open nothing but a demonstration."""
        super().confirm_login_allowed(user)
        if user.is_demo and not demo_installed():
            raise self.get_invalid_login_error()


class CodeForm(WorkspaceForm):
    """A code of the authenticator, or a backup code."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
        error_messages={"required": _("请填写验证码。")},
    )


class PasswordForm(WorkspaceForm):
    """The officer's own change of password."""

    present = forms.CharField(
        label=_("现用密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
        error_messages={"required": _("请填写现用密码。")},
    )
    new = forms.CharField(
        label=_("新密码"),
        help_text=_("至少10个字符,含大写字母、小写字母、数字、符号中的至少三种,不与最近五次用过的相同。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        error_messages={"required": _("请填写新密码。")},
    )
    again = forms.CharField(
        label=_("再输一遍新密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        error_messages={"required": _("请再输一遍新密码。")},
    )

    def clean(self) -> dict[str, Any]:
        """The two new ones must be the same."""
        said = super().clean() or {}
        if said.get("new") and said.get("again") and said["new"] != said["again"]:
            self.add_error("again", _("两次输入的新密码不一样。请重新输入。"))
        return said


class OfficerForm(WorkspaceForm):
    """A new officer."""

    username = forms.CharField(
        label=_("登录名"),
        max_length=60,
        help_text=_("用于登录,会出现在操作日志中。建议用工号或姓名拼音,不要用身份证号或手机号。"),
        error_messages={"required": _("请填写登录名。")},
    )
    display_name = forms.CharField(label=_("姓名"), max_length=60, error_messages={"required": _("请填写姓名。")})


class NameForm(WorkspaceForm):
    """An officer's name, corrected."""

    display_name = forms.CharField(label=_("姓名"), max_length=60, error_messages={"required": _("请填写姓名。")})


class AppointmentForm(WorkspaceForm):
    """A role in an agency from a day on."""

    agency = NamedChoiceField(
        label=_("单位"),
        queryset=Agency.objects.filter(closed_on=None),
        empty_label=_("请选择"),
        error_messages={"required": _("请选择单位。")},
    )
    role = forms.ChoiceField(label=_("角色"), choices=[(r.value, ROLES[r]) for r in Role])
    from_on = DayField(label=_("从哪天起"), initial=timezone.localdate)
