"""What changed between two published checklists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Row = Mapping[str, str | int]
_NOT_COMPARED = frozenset({"number", "code"})


@dataclass(frozen=True)
class FieldChange:
    """One column before and after."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class RowChange:
    """One item added, removed or changed; ``fields`` only for a changed one."""

    kind: Literal["added", "removed", "changed"]
    code: str
    level_one: str
    level_two: str
    fields: tuple[FieldChange, ...] = ()


def difference(old: Sequence[Row], new: Sequence[Row]) -> list[RowChange]:
    """Rows of ``new`` against rows of ``old``, matched by item code: new order first, then what was removed.

    A row that only moved (its 序号) is no change.
    """
    before = {row["code"]: row for row in old}
    after = {row["code"]: row for row in new}
    changes = []
    for code, row in after.items():
        if code not in before:
            changes.append(_change("added", row))
        elif fields := _fields(before[code], row):
            changes.append(_change("changed", row, fields))
    return changes + [_change("removed", row) for code, row in before.items() if code not in after]


def _fields(old: Row, new: Row) -> tuple[FieldChange, ...]:
    columns = [column for column in {**new, **old} if column not in _NOT_COMPARED]
    return tuple(
        FieldChange(column, str(old.get(column, "")), str(new.get(column, "")))
        for column in columns
        if old.get(column, "") != new.get(column, "")
    )


def _change(
    kind: Literal["added", "removed", "changed"], row: Row, fields: tuple[FieldChange, ...] = ()
) -> RowChange:
    return RowChange(kind, str(row["code"]), str(row["level_one"]), str(row["level_two"]), fields)
