"""Taking responsibility for what the privacy check found."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gongkai.web.workspace.forms.base import WorkspaceForm


class ReleaseForm(WorkspaceForm):
    """Why these findings may be public, and by which law."""

    subject = forms.CharField(widget=forms.HiddenInput)
    ground = forms.CharField(
        label=_("放行理由"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如:该电话为单位对外公布的办公电话。"),
    )
    legal_basis = forms.CharField(
        label=_("公开的法律依据"),
        required=False,
        help_text=_("涉及自然人的必填,写明法律名称和条款。"),
    )


class PurposeForm(WorkspaceForm):
    """What an original is opened for."""

    purpose = forms.CharField(
        label=_("用途"),
        max_length=200,
        error_messages={"required": _("请写明打开原件的用途。"), "max_length": _("最多200字。请精简。")},
    )
