"""What the form of a text asks where the item is owed by a class: which unit it is that discloses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongkai.agencies.models import Agency
from gongkai.core.disclosers import tidy_name
from gongkai.core.drafting import Problem
from gongkai.core.identifiers import normalise
from gongkai.core.said import Said
from gongkai.disclosures.disclosers import asked_of, earlier_names, offered_agencies
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.web.templatetags.gongkai import named
from gongkai.web.workspace.forms.base import WorkspaceForm
from gongkai.web.workspace.forms.naming import NamedSelect

OTHER = "other"
EARLIER = "earlier-disclosers"  # the id of the list of earlier names
FIELDS = ("discloser_choice", "discloser", "discloser_uscc")
_BOTH = Said("选了名单中的单位,又写了另一个单位的名称。请只留一个:名单中有的就选它,没有的选“其他单位”再写。")


class DiscloserQuestions(WorkspaceForm):
    """A list of the county's own units, a line for any other, its code; nothing where the agency says enough."""

    revision: Revision
    disclosure: Disclosure

    discloser_choice = forms.ChoiceField(
        label=_("发布单位"),
        required=False,
        widget=NamedSelect,
        help_text=_("实际公开的是哪一个单位;公众看到的“谁发的”就是它。"),
        error_messages={"invalid_choice": _("这个单位不在名单中。请重新选择,或选“其他单位”再写名称。")},
    )
    discloser = forms.CharField(
        label=_("发布单位的名称"),
        required=False,
        widget=forms.TextInput(attrs={"list": EARLIER, "autocomplete": "off"}),
        help_text=_("写单位登记的全称,不写自然人的姓名;输入时可选以前用过的名称。"),
    )
    discloser_uscc = forms.CharField(
        label=_("发布单位的统一社会信用代码"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("可以不填;填写的,系统核对校验位。"),
    )

    def ask_for_the_discloser(self) -> None:
        """Keep the questions where the item asks them, or where a name was given before."""
        self.asks_discloser = asked_of(self.disclosure)
        self._offered: dict[str, Agency] = {}
        self.earlier_disclosers: list[tuple[str, str]] = []
        if not (self.asks_discloser or self.revision.discloser_name):
            for name in FIELDS:
                del self.fields[name]
            return
        self._offered = {one.code: one for one in offered_agencies(self.disclosure.item, self.disclosure.agency)}
        self.earlier_disclosers = earlier_names(self.disclosure.agency)
        if not self._offered:
            del self.fields["discloser_choice"]
            return
        choice: forms.ChoiceField = self.fields["discloser_choice"]  # type: ignore[assignment] # declared above
        listed = [(code, named(one)) for code, one in self._offered.items()]
        choice.choices = [("", _("请选择")), *listed, (OTHER, _("其他单位(在下面写名称)"))]

    @property
    def discloser_fields(self) -> list[forms.BoundField]:
        """What must be asked about the unit, if anything."""
        return [self[name] for name in FIELDS if name in self.fields]

    def discloser_initial(self) -> dict[str, str]:
        """The kept name as the form shows it: chosen where it is in the list, else written."""
        name, code = self.revision.discloser_name or "", self.revision.discloser_uscc or ""
        chosen = self._chosen_for(name)
        if chosen:
            return {"discloser_choice": chosen, "discloser": "", "discloser_uscc": code}
        return {"discloser_choice": OTHER if name else "", "discloser": name, "discloser_uscc": code}

    def discloser_said(self) -> dict[str, str]:
        """Name and code as the actions take them; what was not asked stays as it is."""
        if "discloser" not in self.fields:
            name, code = self.revision.discloser_name, self.revision.discloser_uscc
            return {"discloser": name or "", "discloser_uscc": code or ""}
        said = self.cleaned_data
        chosen = self._offered.get(said.get("discloser_choice", ""))
        name = chosen.name if chosen else said["discloser"]
        return {"discloser": name, "discloser_uscc": said["discloser_uscc"] or (chosen.uscc if chosen else "")}

    def discloser_differs(self) -> bool:
        """Whether another unit was said than the one that is kept."""
        said = self.discloser_said()
        kept = (self.revision.discloser_name or "", self.revision.discloser_uscc or "")
        return (tidy_name(said["discloser"]), normalise(said["discloser_uscc"])) != kept

    def discloser_problems(self) -> list[Problem]:
        """A unit of the list and another name beside it: nobody can tell which is meant."""
        said = self.cleaned_data
        chosen = self._offered.get(said.get("discloser_choice", ""))
        written = tidy_name(said.get("discloser", ""))
        return [Problem("discloser", _BOTH)] if chosen and written not in {"", chosen.name} else []

    def _chosen_for(self, name: str) -> str:
        return next((code for code, one in self._offered.items() if one.name == name), "")

    def clean(self) -> dict[str, Any]:
        """Refuse what says two things at once, before anything is kept."""
        said = super().clean() or self.cleaned_data
        self.blame(self.discloser_problems())
        return said
