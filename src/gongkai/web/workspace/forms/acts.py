"""The short forms of the acts on a text: a reason, a reviewer's opinion, where it was published first."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from gongkai.core.days import EARLIEST
from gongkai.web.workspace.forms.base import WorkspaceForm


class ReasonForm(WorkspaceForm):
    """A reason the public will read."""

    reason = forms.CharField(label=_("理由"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ReviewForm(WorkspaceForm):
    """The reviewer's opinion; the two buttons carry the verdict.

    ``looked`` is ticked for what is likely and still open; ``told`` says which findings the page showed.
    """

    grounds = forms.CharField(
        label=_("审查意见和依据"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("同意的,例如:经审查,不涉及国家秘密、工作秘密和个人隐私,同意公开。退回的,写明哪一处要怎样改。"),
    )
    looked = forms.BooleanField(
        label=_("已逐处核对"),
        required=False,
        help_text=_("对上面“很可能”“请核对”的发现逐处看过,确认依法可以公开。您的确认与审查结论一并留痕。"),
    )
    told = forms.CharField(required=False, widget=forms.HiddenInput)

    def acknowledged(self) -> str:
        """The mark of the findings that were shown and ticked; empty where nothing was ticked."""
        return str(self.cleaned_data["told"]) if self.cleaned_data["looked"] else ""


class FirstPublicationForm(WorkspaceForm):
    """Where and when it was published first."""

    medium = forms.CharField(label=_("首发媒介"), required=False, help_text=_("例如:中国政府采购网福建分网"))
    url = forms.URLField(
        label=_("网址"),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("网址不完整。请从浏览器地址栏复制,以 http:// 或 https:// 开头。")},
    )
    published_at = forms.DateTimeField(
        label=_("首发时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={
            "required": _("请填写首发时间。"),
            "invalid": _("时间写法不对。请写成 2026-11-23 09:30。"),
        },
    )

    def clean_published_at(self) -> datetime:
        """A moment no calendar of ours reaches is refused here: nothing could be asked with it."""
        found: datetime = self.cleaned_data["published_at"]
        if found.year < EARLIEST.year:
            raise forms.ValidationError(_("首发时间过早。请核对年份和日期。"))
        return found
