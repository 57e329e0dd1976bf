"""The night: what ran out, what falls silent, what a finished period asks for."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.catalogue.models import Item
from gongkai.core.said import Said
from gongkai.core.vocabulary import EventKind, ObligationState
from gongkai.events.actions import Happening, announce_many
from gongkai.events.rounds import SWEEP, first_event_at, last_round, note_round
from gongkai.obligations.actions.errors import SweepDayError
from gongkai.obligations.actions.periods import open_periodic
from gongkai.obligations.actions.recomputing import recompute_open
from gongkai.obligations.models import Obligation, Silence
from gongkai.obligations.queries import day_begins, silent_items

BATCH = 900


@dataclass(frozen=True)
class SweepReport:
    """What one sweep found: clocks opened, newly overdue, items fallen silent, items heard again."""

    opened: int
    overdue: int
    fell_silent: int
    heard_again: int


def require_sweepable(day: date, *, at: datetime) -> None:
    """Raise ``SweepDayError`` for a day a person may not ask a sweep for.

    What a sweep finds goes into records nothing can be taken out of: a day still to come would call late what
    is not, and a day before the last round would call heard what is silent.
    """
    today = timezone.localdate(at)
    last, began = last_round(SWEEP), first_event_at()
    first = last.on if last else timezone.localdate(began) if began else None
    if day > today:
        raise SweepDayError(
            _("%(day)s 还没有到。清查的结果写进不能改动的记录,最晚只能截至今天(%(today)s)。没有写入任何内容。")
            % {"day": day, "today": today}
        )
    if first and day < min(first, today):
        raise SweepDayError(
            _(
                "%(day)s 早于上一次清查(截至 %(first)s),清查的结果写进不能改动的记录,不能倒回去做。"
                "请写 %(first)s 到 %(today)s 之间的日子,或不写 --as-of。没有写入任何内容。"
            )
            % {"day": day, "first": min(first, today), "today": today}
        )


def sweep(*, as_of: date, at: datetime) -> SweepReport:
    """Look at everything as of ``as_of``: open periodic clocks, mark what is overdue, record silence.

    Clocks left over from another calendar (opened in the moment one was loaded) are computed again first.
    Runs in batches, each a transaction of its own: it may be stopped anywhere, run again, or run twice at once;
    each thing is found and announced once. ``at`` is the moment of the run.
    """
    recompute_open(at=at, by=None, reason=Said("按现行节假日日历核对"), stale=True)
    opened = len(open_periodic(as_of=as_of, at=at))
    moment = at if timezone.localdate(at) == as_of else day_begins(as_of)
    overdue = 0
    codes = dict(Item.objects.values_list("pk", "code"))
    while found := _mark_overdue(moment=moment, at=at, codes=codes):
        overdue += found
    fell_silent, heard_again = _listen(as_of=as_of, at=at)
    note_round(SWEEP, on=as_of, at=at)
    return SweepReport(opened, overdue, fell_silent, heard_again)


@transaction.atomic
def _mark_overdue(*, moment: datetime, at: datetime, codes: dict[int, str]) -> int:
    """One batch of open clocks whose last moment has passed. A provisional date is nobody's fault yet."""
    rows = list(
        Obligation.objects.select_for_update()
        .filter(state=ObligationState.OPEN, provisional=False, due_at__lte=moment)
        .order_by("pk")
        .values_list("pk", "agency_id", "item_id", "due_on")[:BATCH]
    )
    Obligation.objects.filter(pk__in=[pk for pk, *_ in rows], state=ObligationState.OPEN).update(
        state=ObligationState.OVERDUE, overdue_at=at
    )
    announce_many(
        EventKind.OBLIGATION_OVERDUE,
        [
            Happening(f"obligation:{pk}", agency_id, {"item": codes[item_id], "due_on": str(due_on)})
            for pk, agency_id, item_id, due_on in rows
        ],
        at=at,
    )
    return len(rows)


def _listen(*, as_of: date, at: datetime) -> tuple[int, int]:
    """Record which items fell silent and which were heard again since the last sweep; how many of each."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                return _note_silence(as_of=as_of, at=at)
        except IntegrityError:  # another sweep recorded the same silence first
            return _note_silence(as_of=as_of, at=at)


def _note_silence(*, as_of: date, at: datetime) -> tuple[int, int]:
    silent = {found.item.pk: found for found in silent_items(as_of)}
    running = set(Silence.objects.filter(ended_at=None).values_list("item_id", flat=True))
    new = [found for item_id, found in silent.items() if item_id not in running]
    Silence.objects.bulk_create(
        [Silence(item=found.item, last_on=found.last_on, found_at=at) for found in new], batch_size=200
    )
    over = Silence.objects.filter(ended_at=None).exclude(item_id__in=silent).update(ended_at=at)
    announce_many(
        EventKind.ITEM_FELL_SILENT,
        [
            Happening(
                f"item:{found.item.pk}",
                None,
                {"item": found.item.code, "last_on": found.last_on.isoformat() if found.last_on else None},
            )
            for found in new
        ],
        at=at,
    )
    return len(new), over
