"""Taking responsibility for what the privacy check found."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gongkai.web.words import FINDING_KINDS
from gongkai.web.workspace.forms.base import WorkspaceForm


class ReleaseForm(WorkspaceForm):
    """Which kind of finding may be public in this material, why, and by which law.

    A release covers every finding of the kind, also those on other pages; ``seen`` is how many the page told, so
    that nobody releases what came in between.
    """

    subject = forms.CharField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("放行哪一类"),
        widget=forms.RadioSelect,
        help_text=_("一次放行这份材料中同一类的全部发现,包括其他页的。"),
        error_messages={"required": _("请选择放行哪一类发现。")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
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

    def __init__(self, *args: Any, subject: str, counts: Mapping[str, int], **kwargs: Any) -> None:
        told = " ".join(f"{kind}:{n}" for kind, n in sorted(counts.items()))
        kwargs["initial"] = {"subject": subject, "seen": told, "kind": next(iter(counts))}
        super().__init__(*args, **kwargs)
        self.counts, self.told = counts, told
        chosen: forms.ChoiceField = self.fields["kind"]  # type: ignore[assignment] # declared above
        chosen.choices = [
            (kind, _now("%(kind)s,共 %(n)d 处") % {"kind": FINDING_KINDS[kind], "n": n})
            for kind, n in counts.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse when the kind has another number of findings than the page told."""
        said = dict(super().clean() or {})
        kind = said.get("kind", "")
        if kind and f"{kind}:{self.counts[kind]}" not in said.get("seen", "").split():
            self.data = {**self.data.dict(), "seen": self.told}  # type: ignore[attr-defined]  # a QueryDict
            changed = _now("发现的处数刚刚变了,现在共 %(n)d 处。请核对后再放行。")
            self.add_error("kind", changed % {"n": self.counts[kind]})
        return said


class PurposeForm(WorkspaceForm):
    """What an original is opened for."""

    purpose = forms.CharField(
        label=_("用途"),
        max_length=200,
        error_messages={"required": _("请写明打开原件的用途。"), "max_length": _("最多200字。请精简。")},
    )
