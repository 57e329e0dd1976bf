"""Bringing rows into line with the profile without undoing what the office did since.

Three values are compared for every field: what the profile said at the last load, what the row says, what the
profile says now. Only what the profile changed is written; where the office changed the same thing, the office's
value stays and the entry is reported as kept. Nothing is ever deleted: an entry gone from the profile is retired.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from gongkai.agencies.models import ProfileEntry
from gongkai.core.vocabulary import Evidence

Content = dict[str, Any]


@dataclass
class Changes:
    """What a load did to one kind of thing, by code. ``kept``: the profile differs, the office's word stands."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    reordered: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.retired or self.kept or self.reordered)


@dataclass(frozen=True)
class Delta:
    """What the profile says now beside what it said at the last load, for one kind of entry."""

    kind: str
    now: Mapping[str, Content]
    before: Mapping[str, Content]

    @property
    def touched(self) -> list[str]:
        """Codes that are new or say something else, in the order of the file."""
        return [code for code, content in self.now.items() if self.before.get(code) != content]

    @property
    def gone(self) -> list[str]:
        """Codes the profile no longer has."""
        return [code for code in self.before if code not in self.now]


def delta_of(kind: str, now: Mapping[str, Content]) -> Delta:
    """Compare ``now`` with what was remembered of ``kind``. One query."""
    return Delta(kind, now, dict(ProfileEntry.objects.filter(kind=kind).values_list("code", "content")))


def remember(delta: Delta) -> None:
    """Keep what the profile says now as the base of the next comparison."""
    ProfileEntry.objects.filter(kind=delta.kind, code__in=delta.gone).delete()
    ProfileEntry.objects.bulk_create(
        [ProfileEntry(kind=delta.kind, code=code, content=delta.now[code]) for code in delta.touched],
        update_conflicts=True,
        unique_fields=["kind", "code"],
        update_fields=["content"],
    )


def as_date(text: str | None) -> date | None:
    """A day of the profile, which keeps them as text."""
    return date.fromisoformat(text) if text else None


def apply_rows(
    model: type[Model],
    delta: Delta,
    *,
    facts: Callable[[Content], Content],
    on: date,
    retire: str = "retired_on",
) -> Changes:
    """Add, change and retire the rows of ``model`` (by ``code``) as ``delta`` asks; in bulk.

    ``facts`` turns an entry into values of the row's own fields; ``retire`` is the field that takes the day ``on``
    when an entry is gone, and that a returning entry clears.
    """
    changes = Changes()
    manager = model._default_manager
    rows = {row.code: row for row in manager.filter(code__in=delta.touched)}  # type: ignore[attr-defined]  # all have one
    fresh = []
    for code in delta.touched:
        now = facts(delta.now[code])
        if code not in rows:
            fresh.append(model(code=code, **now))
            changes.added.append(code)
            continue
        before = facts(delta.before[code]) if code in delta.before else None
        _merge(rows[code], before=before, now={retire: None, **now}, changes=changes)
    manager.bulk_create(fresh)
    names = sorted({name for code in delta.touched for name in facts(delta.now[code])} | {retire})
    changed = set(changes.changed)
    manager.bulk_update([row for code, row in rows.items() if code in changed], names)
    leaving = manager.filter(code__in=delta.gone, **{retire: None})
    changes.retired += leaving.values_list("code", flat=True)
    leaving.update(**{retire: on})
    return changes


def _merge(row: Any, *, before: Content | None, now: Content, changes: Changes) -> None:
    wanted = {name: value for name, value in now.items() if getattr(row, name) != value}
    if before is not None:
        wanted = {name: value for name, value in wanted.items() if before.get(name) != value}
        if is_confirmed(row, before) or any(getattr(row, name) != before.get(name) for name in wanted):
            changes.kept.append(row.code)
            return
    for name, value in wanted.items():
        setattr(row, name, value)
    changes.changed.append(row.code)


def is_confirmed(row: Any, before: Content) -> bool:
    """Whether the office confirmed this row after it was loaded; then the whole row is the office's."""
    confirmed: bool = getattr(row, "evidence", "") == Evidence.CONFIRMED
    return confirmed and before.get("evidence") != Evidence.CONFIRMED


def apply_links(model: type[Model], links: Mapping[str, Mapping[str, str]], *, codes: Iterable[str]) -> None:
    """Set references between rows of ``model`` itself: ``links``: field → (code → code meant, or empty)."""
    wanted = set(codes)
    manager = model._default_manager
    keys = dict(manager.values_list("code", "pk"))
    rows = list(manager.filter(code__in=wanted))
    for row in rows:
        for name, targets in links.items():
            setattr(row, f"{name}_id", keys.get(targets[row.code]))  # type: ignore[attr-defined]  # rows have codes
    if rows:
        manager.bulk_update(rows, list(links))


def put_in_order(model: type[Model], codes: Iterable[str], changes: Changes) -> None:
    """Number the rows of ``model`` in the order of the profile's file; noted when any had to move."""
    wanted = {code: n for n, code in enumerate(codes)}
    manager = model._default_manager
    moved = []
    for row in manager.filter(code__in=wanted).only("pk", "code", "order"):
        if row.order != wanted[row.code]:  # type: ignore[attr-defined]  # only ordered models come here
            row.order = wanted[row.code]  # type: ignore[attr-defined]  # as above
            moved.append(row)
    if moved:
        manager.bulk_update(moved, ["order"])
        changes.reordered = not (changes.added or changes.retired)
