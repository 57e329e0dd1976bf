"""Taking in a year's notice, and switching a local closure on or off; running clocks follow at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.agencies.models import Officer
from gongkai.agencies.public_words import refusal
from gongkai.agencies.queries import actor_of
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.notices import missing_holidays, weekday_makeup
from gongkai.core.said import Said
from gongkai.core.vocabulary import EventKind, LeafKind
from gongkai.core.workdays import Calendar, CalendarDataError, YearCalendar
from gongkai.events.actions import announce
from gongkai.ledger.actions import append
from gongkai.obligations.actions.errors import ClosureError
from gongkai.obligations.actions.recomputing import RecomputeReport, lock_running, recompute_open
from gongkai.obligations.models import CalendarYear, Closure
from gongkai.obligations.queries import calendar
from gongkai.obligations.queries.calendars import year_of

LONGEST_CLOSURE = 60  # days in one entry


@dataclass(frozen=True)
class LoadReport:
    """What a load did: revisions ``added`` (``2027.2``), how many notices were known already, and what clocks did.

    ``superseded`` names notices that are stored but no longer in force, because a later revision speaks: giving
    them again changes nothing.
    """

    added: tuple[str, ...]
    unchanged: int
    superseded: tuple[str, ...]
    recomputed: RecomputeReport


@transaction.atomic
def load_calendar_years(years: Iterable[YearCalendar], *, at: datetime, by: Officer | None = None) -> LoadReport:
    """Take in notices. A notice already stored adds nothing; a changed one becomes a new revision of its year.

    Nothing is overwritten, ever. Each new revision is a leaf of the publication log; when any day changed, the
    running clocks are computed again. Within a year notices are taken in the order provisional, then by
    revision. Raises ``NotAllowedError``; ``CalendarDataError`` when a year would be missing in between.
    """
    _require(by, at)
    given = sorted(years, key=lambda y: (y.year, not y.provisional, y.revision))
    stored = [year_of(row) for row in CalendarYear.objects.select_for_update().order_by("year", "revision")]
    fresh: list[YearCalendar] = []
    superseded: list[str] = []
    for year, notices in groupby(given, key=lambda y: y.year):
        known = [y for y in stored if y.year == year]
        wanted = list(notices)
        missing = _not_yet_stored(wanted, known)
        fresh += missing
        if not missing and not _same(wanted[-1], known[-1]):
            superseded.append(f"{year}.{wanted[-1].revision}")
    Calendar([*stored, *fresh])  # refuses a hole before anything is written
    for notice in fresh:
        _store(notice, at=at)
    recomputed = RecomputeReport(0, 0)
    if fresh:
        lock_running()
        _announce_load(fresh, by=by, at=at)
        recomputed = recompute_open(at=at, by=by, reason=Said("节假日日历更新:%(years)s", years=_named(fresh)))
    return LoadReport(
        tuple(f"{y.year}.{y.revision}" for y in fresh), len(given) - len(fresh), tuple(superseded), recomputed
    )


@transaction.atomic
def take_notice(notice: YearCalendar, *, incomplete: bool, by: Officer, at: datetime) -> LoadReport:
    """Take in a notice an officer typed, after asking whether it can be one.

    ``incomplete`` says that holidays are known to be missing: the year is kept as 暂定 and settles no date. Raises
    ``NotAllowedError``; ``CalendarDataError`` for a make-up day that is no weekend day, and for holidays missing
    without that word.
    """
    _require(by, at)
    if wrong := weekday_makeup(notice):
        raise CalendarDataError(wrong)
    missing = missing_holidays(notice)
    if missing and not incomplete:
        raise CalendarDataError(
            _(
                "这份安排里没有%(names)s的放假日。请对照通知原文补齐;通知本来就不全的,请勾选“通知不全,按暂定保存”,"
                "这一年的日期都按暂定计算。"
            )
            % {"names": "、".join(missing)}
        )
    return load_calendar_years([replace(notice, provisional=bool(missing))], at=at, by=by)


def _not_yet_stored(wanted: Sequence[YearCalendar], known: Sequence[YearCalendar]) -> list[YearCalendar]:
    """From the first notice that is not stored on, all are laid down again, so that the last given one speaks."""
    for position, notice in enumerate(wanted):
        if not any(_same(notice, old) for old in known):
            return _numbered(wanted[position:], after=max((old.revision for old in known), default=0))
    return []


def _numbered(notices: Sequence[YearCalendar], *, after: int) -> list[YearCalendar]:
    """The notices under their own revision numbers where these are free and rising, else under the next ones."""
    found = []
    for notice in notices:
        after = max(after + 1, notice.revision)
        found.append(replace(notice, revision=after))
    return found


def _same(one: YearCalendar, other: YearCalendar) -> bool:
    """Whether two notices say the same, whatever their numbers."""
    return replace(one, revision=0) == replace(other, revision=0)


def record_of(notice: YearCalendar) -> dict[str, Any]:
    """What the leaf of a notice states."""
    return {
        "year": notice.year,
        "revision": notice.revision,
        "doc_no": notice.doc_no,
        "issued_on": notice.issued_on.isoformat() if notice.issued_on else None,
        "provisional": notice.provisional,
        "evidence": notice.evidence,
        "days_off": sorted(day.isoformat() for day in notice.days_off),
        "workdays": sorted(day.isoformat() for day in notice.workdays),
    }


def _store(notice: YearCalendar, *, at: datetime) -> None:
    record = record_of(notice)
    CalendarYear.objects.create(
        year=notice.year,
        revision=notice.revision,
        title=notice.title,
        doc_no=notice.doc_no,
        url=notice.url,
        issued_on=notice.issued_on,
        days_off=record["days_off"],
        workdays=record["workdays"],
        provisional=notice.provisional,
        evidence=notice.evidence,
        note=notice.note,
    )
    append(
        kind=LeafKind.CALENDAR,
        subject=f"calendar:{notice.year}.{notice.revision}",
        record=record,
        at=at,
    )


def _announce_load(fresh: Sequence[YearCalendar], *, by: Officer | None, at: datetime) -> None:
    announce(
        EventKind.CALENDAR_LOADED,
        subject=f"calendar:{fresh[-1].year}.{fresh[-1].revision}",
        at=at,
        by=by,
        facts={"revisions": [f"{y.year}.{y.revision}" for y in fresh], "calendar": calendar().version},
    )


def _named(fresh: Sequence[YearCalendar]) -> str:
    names = "、".join(f"{y.year} 年第 {y.revision} 版" for y in fresh[:3])
    return names if len(fresh) <= 3 else Said("%(names)s 等 %(count)s 版", names=names, count=len(fresh))


@transaction.atomic
def set_closure(
    *, from_on: date, to_on: date, reason: str, source: str, enabled: bool, by: Officer | None, at: datetime
) -> Closure:
    """Record a local closure (both days included), or switch a recorded one; running clocks follow.

    The same days and reason are the same closure. Raises ``NotAllowedError``, ``ClosureError``.
    """
    _require(by, at)
    reason, source = reason.strip(), source.strip()
    if to_on < from_on:
        raise ClosureError(
            _("停工的结束日 %(to)s 早于开始日 %(first)s。请核对。") % {"to": to_on, "first": from_on}
        )
    if not reason or not source:
        raise ClosureError(_("请写明停工的原因和依据(通知名称、文号)。"))
    for field, words in {"Closure.reason": reason, "Closure.source": source}.items():
        if refused := refusal(field, words, at=at):
            raise ClosureError(refused)
    _require_bounds(from_on, to_on)
    closure, made = Closure.objects.get_or_create(
        from_on=from_on,
        to_on=to_on,
        reason=reason,
        defaults={"source": source, "enabled": enabled, "recorded_by": by},
    )
    if made:
        _closure_changed(closure, by=by, at=at)
        return closure
    return switch_closure(closure, enabled=enabled, by=by, at=at)


def _require_bounds(from_on: date, to_on: date) -> None:
    if (to_on - from_on).days >= LONGEST_CLOSURE:
        raise ClosureError(
            _("本地停工一次最多登记 %(most)d 天,这里是 %(days)d 天。请核对起止日期;确实更长的,请分段登记。")
            % {"most": LONGEST_CLOSURE, "days": (to_on - from_on).days + 1}
        )
    known = calendar()
    if from_on < known.known_from or to_on > known.known_until:
        raise ClosureError(
            _("停工的日期应在已公布的日历之内(%(first)s 至 %(last)s)。请核对年份。")
            % {"first": known.known_from, "last": known.known_until}
        )


def closure_moves(closure: Closure, *, enabled: bool, at: datetime) -> int:
    """How many running clocks would get another date; everything is computed as it would be, and taken back."""
    with transaction.atomic():
        Closure.objects.filter(pk=closure.pk).update(enabled=enabled)
        moved = recompute_open(at=at, by=None, reason="").moved
        transaction.set_rollback(True)
    return moved


@transaction.atomic
def switch_closure(closure: Closure, *, enabled: bool, by: Officer | None, at: datetime) -> Closure:
    """Lay a recorded closure over the calendar or take it off; nothing happens when it is so already.

    Raises ``NotAllowedError``.
    """
    _require(by, at)
    if Closure.objects.filter(pk=closure.pk, enabled=not enabled).update(enabled=enabled):
        _closure_changed(closure, by=by, at=at)
    closure.refresh_from_db()
    return closure


def _closure_changed(closure: Closure, *, by: Officer | None, at: datetime) -> None:
    closure.refresh_from_db()
    lock_running()
    announce(
        EventKind.CLOSURE_CHANGED,
        subject=f"closure:{closure.pk}",
        at=at,
        by=by,
        facts={
            "from_on": closure.from_on.isoformat(),
            "to_on": closure.to_on.isoformat(),
            "enabled": closure.enabled,
        },
    )
    state = Said("启用") if closure.enabled else Said("停用")
    recompute_open(
        at=at,
        by=by,
        reason=Said(
            "本地停工%(state)s:%(first)s 至 %(last)s", state=state, first=closure.from_on, last=closure.to_on
        ),
    )


def _require(by: Officer | None, at: datetime) -> None:
    if by is not None:
        authority.require(actor_of(by, on=timezone.localdate(at)), Permission.CALENDAR_MANAGE)
