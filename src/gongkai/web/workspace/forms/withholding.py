"""收回旧版: beginning a correction that takes an old version out of reading, and doing it to one by itself."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gongkai.catalogue.models import Exclusion
from gongkai.disclosures.actions import Withholding
from gongkai.disclosures.models import Revision
from gongkai.web.templatetags.gongkai import moment
from gongkai.web.workspace.forms.base import WorkspaceForm
from gongkai.web.workspace.forms.naming import NamedChoiceField


class WithholdForm(WorkspaceForm):
    """By which ground a version leaves, and why, in words the public reads."""

    withhold_ground = NamedChoiceField(
        label=_("收回的法定理由"),
        required=False,
        queryset=Exclusion.objects.filter(retired_on=None),
        empty_label=_("请选择"),
    )
    withhold_reason = forms.CharField(
        label=_("收回理由"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("公众会看到。只写是哪一类内容,例如:原版附件含有个人身份证件号码。不要写出内容本身。"),
    )


class CorrectionForm(WithholdForm):
    """Why it is corrected; and which versions leave public reading with it, for what they should not hold."""

    field_order = ("reason", "withhold")
    reason = forms.CharField(label=_("理由"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    withhold = forms.TypedMultipleChoiceField(
        label=_("原版含有不宜公开的内容,更正公开时收回:"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("收回后,公众看不到这一版的正文、要素、附件和新旧对照,只看到版次、时间、理由和哈希。"),
    )

    def __init__(
        self, *args: Any, versions: Sequence[Revision], leaking: Collection[int], current: int, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {"withhold": sorted(leaking)})
        super().__init__(*args, **kwargs)
        asked: forms.TypedMultipleChoiceField = self.fields["withhold"]  # type: ignore[assignment] # declared above
        asked.choices = [(v.number, _version(v, leaking, current)) for v in versions]

    def wish(self) -> Withholding:
        """What was asked for, as the action takes it."""
        said = self.cleaned_data
        return Withholding(said["withhold"], said["withhold_ground"], said["withhold_reason"])


def _version(version: Revision, leaking: Collection[int], current: int) -> str:
    words = _now("第 %(n)d 版(%(at)s 公开)") % {"n": version.number, "at": moment(version.published_at)}
    if version.pk == current:
        words += _now(",现行")
    if version.number in leaking:
        words += _now(",检查有确定的发现")
    return words
