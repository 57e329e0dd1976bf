"""Cells from a spreadsheet pasted into an element where no script spread them: done when the form is read."""

from typing import Any

from django.utils.translation import gettext as _

from gongkai.catalogue.models import Element
from gongkai.core.pasted_cells import PastedCellsError, spread
from gongkai.disclosures.importing.cells import day_in
from gongkai.web.telling import told
from gongkai.web.workspace.forms.base import WorkspaceForm

ELEMENT = "element-"


class CellForm(WorkspaceForm):
    """A form with a field for each element. ``filled`` are the names of those filled from pasted cells."""

    elements: list[Element]
    filled: list[str]

    def clean(self) -> dict[str, Any]:
        """Spread what was pasted; a field that says something else already keeps it, and the officer is told."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        self.filled = []
        fields = {e.name: f"{ELEMENT}{n}" for n, e in enumerate(self.elements)}
        for here, pasted in [(field, said.get(field) or "") for field in fields.values()]:
            try:
                found = spread(pasted, names=list(fields))
            except PastedCellsError as error:
                self.add_error(here, told(error))
                continue
            if found is None:
                continue
            said[here] = ""
            for element in self.elements:
                if found.get(element.name):
                    self._fill(fields[element.name], element, found[element.name])
        return said

    def _fill(self, field: str, element: Element, value: str) -> None:
        value = _as_kept(element, value)
        if self.cleaned_data.get(field, "") not in {"", value}:
            self.add_error(
                field, _("这里已经填写,没有用粘贴的内容覆盖。请先清空这一格,或从粘贴的内容中删去这一行。")
            )
            return
        self.cleaned_data[field] = value
        self.filled.append(element.name)


def _as_kept(element: Element, value: str) -> str:
    """A day in the one form the checks know; everything else as it was pasted."""
    if element.type != Element.Type.DATE:
        return value
    try:
        return day_in(value).isoformat()
    except ValueError:
        return value
