"""A table handed in as a file or pasted from a spreadsheet program."""

from typing import Any

from django.utils.translation import gettext as _

from gongkai.web.workspace.forms.base import WorkspaceForm


class SheetOrPasteForm(WorkspaceForm):
    """A form with the fields ``file`` and ``pasted``, of which exactly one is to be filled."""

    checked_by_action = frozenset({"pasted"})

    def clean(self) -> dict[str, Any]:
        """One of the two, not both, not none."""
        said: dict[str, Any] = super().clean() or {}
        given = bool(said.get("file")), bool((said.get("pasted") or "").strip())
        if not any(given):
            self.add_error("file", _("请选择填好的表,或把表格内容粘贴进来。"))
        elif all(given):
            self.add_error("pasted", _("文件和粘贴只能用一种。请清空其中一个。"))
        return said
