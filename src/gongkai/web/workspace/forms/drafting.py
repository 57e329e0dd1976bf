"""The form of one text: built from its item, read back as what the actions take."""

import html
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongkai.agencies.models import Agency
from gongkai.agencies.queries import townships
from gongkai.catalogue.models import Element, Exclusion
from gongkai.core.drafting import Problem, Text
from gongkai.core.vocabulary import DisclosureStatus, Openness
from gongkai.disclosures.actions.drafting import ATTACHMENT_LIMIT
from gongkai.disclosures.actions.richtext import ACTIVE, clean
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.documents.bounds import MIB
from gongkai.web.telling import told
from gongkai.web.words import OPENNESS
from gongkai.web.workspace.forms.base import DayField
from gongkai.web.workspace.forms.cells import ELEMENT, CellForm
from gongkai.web.workspace.forms.clock import ClockQuestions
from gongkai.web.workspace.forms.discloser import FIELDS as DISCLOSER
from gongkai.web.workspace.forms.discloser import DiscloserQuestions
from gongkai.web.workspace.forms.naming import NamedChoiceField

_WITHHOLDING = ("withholding_ground", "withholding_reason")
_PARAGRAPHS = re.compile(r"(?:<p>[^<]*</p>\s*)+")
_HINTS: Mapping[str, Any] = {
    Element.Type.MONEY: _("数字加单位,例如 1280000元 或 128万元"),
    Element.Type.NUMBER: _("数值,例如 120 或 35.5"),
    Element.Type.DATE: _("日期,例如 2026-11-23"),
    Element.Type.PARTY: _("单位或企业的全称"),
}


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Every file chosen, each as Django's own upload."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Empty files are left to the store, whose refusal names the file."""
        return [d for d in (data if isinstance(data, list | tuple) else [data]) if d]


class TextForm(CellForm, ClockQuestions, DiscloserQuestions):
    """Title, dates, elements, body, openness, files. Lengths and contents are judged by the action."""

    checked_by_action = frozenset(
        {"title", "doc_no", "summary", "body", "withholding_reason", "discloser", "discloser_uscc"}
    )

    title = forms.CharField(label=_("标题"), required=False, help_text=_("写全称,最多200字。"))
    formed_on = DayField(label=_("形成日期"), required=False, help_text=_("信息实际形成的日期。"))
    doc_no = forms.CharField(
        label=_("文号"), required=False, help_text=_("没有文号的留空。例如:安财采〔2026〕12号")
    )
    summary = forms.CharField(
        label=_("内容概述"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一两句话说清什么事,最多300字;会显示在公开页面的最上面。"),
    )
    body = forms.CharField(
        label=_("正文"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 16, "data-rich": True, "data-active": " ".join(sorted(ACTIVE))}),
        help_text=_(
            "可直接粘贴文字或网页内容。表格、标题、列表会保留;脚本、样式和图片会去掉,图片请作为附件上传。"
        ),
    )
    ends_on = DayField(label=_("公示截止日"), required=False, help_text=_("留空时由系统按法定最短期限计算。"))
    township = NamedChoiceField(
        label=_("所在乡镇"), required=False, queryset=Agency.objects.none(), empty_label=_("全县或不涉及")
    )
    openness = forms.ChoiceField(
        label=_("公开属性"),
        required=False,
        choices=[(o.value, OPENNESS[o]) for o in Openness],
        help_text=_("选“不予公开”须写明法定理由。"),
    )
    withholding_ground = NamedChoiceField(
        label=_("不予公开的法定理由"),
        required=False,
        queryset=Exclusion.objects.none(),
        empty_label=_("不涉及"),
    )
    withholding_reason = forms.CharField(
        label=_("不予公开的说明"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    uploads = ManyFilesField(label=_("添加附件"), required=False, widget=ManyFiles(attrs={"multiple": True}))
    edits = forms.IntegerField(widget=forms.HiddenInput)
    sitting = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, revision: Revision, elements: list[Element], **kwargs: Any) -> None:
        self.revision, self.disclosure, self.elements = revision, revision.disclosure, elements
        kwargs.setdefault("initial", initial_of(revision, elements))
        super().__init__(*args, **kwargs)
        # The count the next save will name: the one this page was read at, until something is kept or told.
        self.count = str(self.data.get("edits", "")) if self.is_bound else str(revision.edits)
        self.conflict = False
        self.fields["uploads"].help_text = _(
            "一条信息最多 %(most)s 个附件,每个不超过 %(limit)s MB。"
            "可传 PDF、Word、Excel、PPT、ODF、OFD、网页、文本、图片和 ZIP。"
        ) % {"most": ATTACHMENT_LIMIT, "limit": settings.UPLOAD_MAX_BYTES // MIB}
        self.fields["township"].queryset = townships()  # type: ignore[attr-defined] # a ModelChoiceField
        self.fields["withholding_ground"].queryset = Exclusion.objects.all()  # type: ignore[attr-defined]  # a choice field
        for number, element in enumerate(elements):
            self.fields[f"{ELEMENT}{number}"] = _element_field(element)
        if self.disclosure.status != DisclosureStatus.UNPUBLISHED:  # fixed once public; a correction keeps them
            for name in ("township", "openness", "withholding_ground", "withholding_reason"):
                del self.fields[name]
        if not self.disclosure.item.has_notice_period:
            del self.fields["ends_on"]
        self.ask_for_the_clock()
        self.ask_for_the_discloser()
        self.initial.update(self.discloser_initial())

    @property
    def rest_fields(self) -> list[forms.BoundField]:
        """What follows the elements, as far as it may be said."""
        return [self[name] for name in ("body", "ends_on", "township", "openness") if name in self.fields]

    @property
    def withholding_fields(self) -> list[forms.BoundField]:
        """Ground and reason, folded away unless the text is withheld."""
        return [self[name] for name in _WITHHOLDING if name in self.fields]

    @property
    def withholds(self) -> bool:
        """Whether ground and reason are to be seen."""
        chosen = self["openness"].value() == Openness.WITHHELD
        return chosen or any(name in self.errors for name in _WITHHOLDING)

    @property
    def element_fields(self) -> list[forms.BoundField]:
        """The bound fields of the item's elements, in order."""
        return [self[f"{ELEMENT}{n}"] for n in range(len(self.elements))]

    def text(self) -> Text:
        """What was typed, as the actions take it."""
        said = self.cleaned_data
        entered = {e.name: said.get(f"{ELEMENT}{n}", "") for n, e in enumerate(self.elements)}
        return Text(
            title=said["title"],
            doc_no=said["doc_no"],
            formed_on=said["formed_on"],
            summary=said["summary"],
            body=said["body"],
            elements={name: value for name, value in entered.items() if value},
            ends_on=said.get("ends_on"),
            **self.discloser_said(),
        )

    def settle(self, revision: Revision, *, conflict: bool = False) -> None:
        """The text was kept, or somebody else's was found instead: from now on the page speaks of ``revision``."""
        self.revision, self.count, self.conflict = revision, str(revision.edits), conflict

    def about(self) -> dict[str, Any]:
        """Openness, ground and place, where they may still be changed."""
        said = self.cleaned_data
        if "openness" not in self.fields:
            return {}
        return {
            "openness": Openness(said["openness"] or self.disclosure.openness),
            "withholding_ground": said["withholding_ground"],
            "withholding_reason": said["withholding_reason"],
            "township": said["township"],
            "starting": self.starting(),
        }

    def differs(self) -> bool:
        """Whether anything was typed that is not kept yet."""
        kept = {**initial_of(self.revision, self.elements), "clock": self.initial.get("clock", "")}
        if clean(self.cleaned_data["body"]) != self.revision.body or self.discloser_differs():
            return True
        return any(
            _plain(self.cleaned_data.get(name)) != _plain(kept.get(name))
            for name in self.fields
            if name not in {"body", "uploads", "edits", "sitting", *DISCLOSER}
        )

    def blame(self, problems: list[Problem]) -> None:
        """Problems of elements go to the element's own field."""
        super().blame([Problem(self._named(p), p.message) for p in problems])

    def leads(self, problems: list[Problem]) -> list[tuple[Problem, str]]:
        """Each problem with the id of the field it is about; empty when the page has no such field."""
        names = [(p, self._named(p)) for p in problems]
        return [(p, self[name].id_for_label if name in self.fields else "") for p, name in names]

    def _named(self, problem: Problem) -> str:
        number = {f"elements.{e.name}": f"{ELEMENT}{n}" for n, e in enumerate(self.elements)}
        return number.get(problem.field, problem.field)


def as_typed(body: str) -> str:
    """Plain paragraphs as the lines they were typed as; anything richer as its HTML."""
    if not _PARAGRAPHS.fullmatch(body):
        return body
    lines = [html.unescape(line) for line in re.findall(r"<p>([^<]*)</p>", body)]
    return body if any("<" in line for line in lines) else "\n".join(lines)


def initial_of(revision: Revision, elements: list[Element]) -> dict[str, Any]:
    """The kept text as the form shows it."""
    disclosure: Disclosure = revision.disclosure
    return {
        "title": revision.title,
        "formed_on": revision.formed_on,
        "doc_no": revision.doc_no,
        "summary": revision.summary,
        "body": as_typed(revision.body),
        "ends_on": revision.ends_on,
        "township": disclosure.township_id,
        "openness": disclosure.openness,
        "withholding_ground": disclosure.withholding_ground_id,
        "withholding_reason": disclosure.withholding_reason,
        "fact_on": disclosure.fact_on,
        "fact_time": timezone.localtime(disclosure.fact_at).time() if disclosure.fact_at else None,
        "edits": revision.edits,
        **{f"{ELEMENT}{n}": revision.elements.get(e.name, "") for n, e in enumerate(elements)},
    }


def _element_field(element: Element) -> forms.CharField:
    wide = element.type == Element.Type.TEXT
    field = forms.CharField(
        label=told(element.name),
        required=False,
        widget=forms.Textarea(attrs={"rows": 1}) if wide else forms.TextInput,
        help_text=_HINTS.get(element.type, ""),
    )
    field.mark = _("●必选") if element.required else _("○可选")  # type: ignore[attr-defined] # shown beside the label
    return field


def _plain(value: Any) -> str:
    value = getattr(value, "pk", value)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
