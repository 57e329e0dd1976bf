"""The two long steps of an import, checking and bringing in: each may be killed anywhere and done again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override

from gongkai.agencies.models import Agency, Officer
from gongkai.agencies.queries import actor_of
from gongkai.catalogue.models import Item
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.drafting import Problem
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.said import Said
from gongkai.core.vocabulary import EventKind
from gongkai.disclosures.importing.checking import CheckedLine, Checker
from gongkai.disclosures.importing.clocks import openness_of, record_decision
from gongkai.disclosures.importing.faults import ImportStateError, SheetShapeError
from gongkai.disclosures.importing.layout import DECIDED, TITLE
from gongkai.disclosures.importing.reading import Line, open_sheet
from gongkai.disclosures.importing.returned import returned_sheet
from gongkai.disclosures.models import Discharge, Disclosure, ImportedDraft, ImportRun, Revision
from gongkai.disclosures.texts import columns_of_text, discloser_of
from gongkai.events.actions import announce
from gongkai.obligations.actions import ObligationError

State = ImportRun.State
RUNNING = (State.QUEUED, State.CHECKING, State.IMPORTING)
NO_DATA = Said("表头下面没有数据。请从表头的下一行开始填写。")
BROKE_DOWN = Said("系统处理这份表时出错,一行也没有导入。请告知系统管理员查看日志,或分成几份再试。")
_BATCH = 500
_TOLD = 10  # places named on the page
_SETTLED = (
    "state", "trouble", "row_count", "checked_count", "problem_count", "content", "returned", "finished_at",
)  # fmt: skip


def check(run: ImportRun, *, at: datetime) -> None:
    """Check a queued run whole and settle it as ready or refused. Idempotent; only progress is written before.

    For the work process; may be stopped anywhere and done again.
    """
    begun = ImportRun.objects.filter(pk=run.pk, state__in=[State.QUEUED, State.CHECKING])
    if not begun.update(state=State.CHECKING, checked_count=0):
        return
    checker = Checker(run.item, agency=run.agency, at=at)
    try:
        lines = checker.checked(open_lines(run, checker), told=_progress(run))
        judge(run, checker, lines, at=at)
    except SheetShapeError as error:
        _refuse(run, trouble=str(error), at=at)
    begun.update(**_outcome(run))


def bring_in(run: ImportRun, *, at: datetime) -> None:
    """Import a confirmed run: every line a draft, in one transaction with the run's own end and its one event.

    The lines are read and checked again before it. Whoever comes second, or comes back after a kill, finds
    either nothing done or everything. Raises ``NotAllowedError``, ``LifecycleError``.
    """
    by = run.confirmed_by
    if by is None:
        raise ImportStateError(Said("这次导入还没有人确认。请回到导入页面确认。"))
    require_may_import(run.item, run.agency, by=by, at=at)
    checker = Checker(run.item, agency=run.agency, at=at)
    running = ImportRun.objects.filter(pk=run.pk, state=State.IMPORTING)
    try:
        lines = checker.checked(open_lines(run, checker), told=_progress(run))
    except SheetShapeError as error:
        _refuse(run, trouble=str(error), at=at)
        running.update(**_outcome(run))
        return
    if not _wrong(lines):
        _write(run, checker, lines, by=by, at=at)
    if _wrong(lines):
        judge(run, checker, lines, at=at)
        running.update(**_outcome(run))


def _wrong(lines: Sequence[CheckedLine]) -> bool:
    return any(line.problems for line in lines)


@transaction.atomic
def _write(run: ImportRun, checker: Checker, lines: Sequence[CheckedLine], *, by: Officer, at: datetime) -> None:
    # Imports into one item take their turn, so that two sheets with a line in common cannot both pass.
    Item.objects.select_for_update(no_key=True).get(pk=run.item_id)
    ended = ImportRun.objects.filter(pk=run.pk, state=State.IMPORTING).update(
        state=State.DONE,
        finished_at=at,
        content=None,
        returned=None,
        row_count=len(lines),
        checked_count=len(lines),
    )
    if not ended:
        return
    checker.compare_with_kept(lines)
    if _wrong(lines):
        transaction.set_rollback(True)
        return
    made = _make_drafts(run, lines, by=by, at=at)
    if not _decided(made, lines, by=by, at=at):
        transaction.set_rollback(True)
        return
    announce(
        EventKind.DISCLOSURES_IMPORTED,
        subject=f"import:{run.pk}",
        at=at,
        by=by,
        agency=run.agency,
        facts={"item": run.item.code, "rows": len(lines), "source": run.source, "run": str(run.public_id)},
    )


def _decided(made: Sequence[Disclosure], lines: Sequence[CheckedLine], *, by: Officer, at: datetime) -> bool:
    """Record what the lines decided; a line for which that cannot be is marked, and the answer is no."""
    for disclosure, line in zip(made, lines, strict=True):
        try:
            with override("zh-hans"):
                title, formed_on = line.text.title, line.text.formed_on
                record_decision(disclosure, title, line.clock, formed_on=formed_on, by=by, at=at)
        except ObligationError as error:
            line.problems.append(Problem(DECIDED, error.args[0]))
    return not _wrong(lines)


def _make_drafts(run: ImportRun, lines: Sequence[CheckedLine], *, by: Officer, at: datetime) -> list[Disclosure]:
    """A disclosure, its first revision and its clock for every line, in a handful of statements."""
    openness = openness_of(run.item)
    made = Disclosure.objects.bulk_create(
        [
            Disclosure(
                item=run.item,
                agency=run.agency,
                township=line.township,
                title=line.text.title,
                **discloser_of(line.text),
                openness=openness,
                fact_on=line.clock.starting.fact_on,
                fact_at=line.clock.starting.fact_at,
                clock_apart=line.clock.starting.apart or None,
                created_at=at,
                created_by=by,
                is_demo=by.is_demo,
            )
            for line in lines
        ],
        batch_size=_BATCH,
    )
    pairs = list(zip(made, lines, strict=True))
    Revision.objects.bulk_create(
        [_revision(disclosure, line, by=by, at=at) for disclosure, line in pairs], batch_size=_BATCH
    )
    Discharge.objects.bulk_create(
        [
            Discharge(disclosure=disclosure, obligation=line.clock.starting.obligation)
            for disclosure, line in pairs
            if line.clock.starting.obligation
        ],
        batch_size=_BATCH,
    )
    ImportedDraft.objects.bulk_create(
        [ImportedDraft(run=run, disclosure=disclosure, line=line.number) for disclosure, line in pairs],
        batch_size=_BATCH,
    )
    return made


def _revision(disclosure: Disclosure, line: CheckedLine, *, by: Officer, at: datetime) -> Revision:
    text = line.text
    return Revision(
        disclosure=disclosure,
        number=1,
        **columns_of_text(replace(text, elements={name: value for name, value in text.elements.items() if value})),
        created_at=at,
        created_by=by,
        saved_at=at,
    )


def give_up(run: ImportRun, *, at: datetime, trouble: str = BROKE_DOWN) -> None:
    """Refuse a run that cannot be finished; nothing of it was imported."""
    _refuse(run, trouble=trouble, at=at)
    ImportRun.objects.filter(pk=run.pk, state__in=RUNNING).update(**_outcome(run))


def require_may_import(item: Item, agency: Agency, *, by: Officer, at: datetime) -> None:
    """Raise ``NotAllowedError`` or ``LifecycleError`` unless ``by`` may import ``item`` for ``agency``."""
    day = timezone.localdate(at)
    authority.require(actor_of(by, on=day), Permission.DISCLOSURE_IMPORT, agency_id=agency.pk)
    if item.retired_on and item.retired_on <= day:
        raise LifecycleError(
            Said(
                "事项“%(name)s”已于 %(retired_on)s 停用,不能再导入。请选择清单中的现行事项。",
                name=item.name,
                retired_on=item.retired_on,
            )
        )
    owed = item.item_agencies.filter(Q(agency=agency) | Q(agency__is_group=True, agency__parts=agency))
    if agency.is_group or not owed.exists():
        raise LifecycleError(
            Said(
                "“%(agency)s”不是事项“%(item)s”的责任主体。请核对清单后选择单位。",
                agency=agency.name,
                item=item.name,
            )
        )


def open_lines(run: ImportRun, checker: Checker) -> Iterable[Line]:
    """The lines of the run's sheet. Raises ``SheetShapeError``, also while they are read."""
    content = bytes(run.content or b"")
    sheet = open_sheet(content, source=run.source, columns=checker.columns, item_code=run.item.code)
    return sheet.lines


def _progress(run: ImportRun) -> Callable[[int], None]:
    def told(count: int) -> None:
        ImportRun.objects.filter(pk=run.pk).update(checked_count=count)

    return told


def judge(run: ImportRun, checker: Checker, lines: Sequence[CheckedLine], *, at: datetime) -> None:
    """Settle the run, in memory, by what its lines are worth: ready, or refused with the marked sheet."""
    run.row_count = run.checked_count = len(lines)
    run.problem_count = sum(len(line.problems) for line in lines)
    if run.problem_count:
        _refuse(run, trouble="\n".join(_told(run, checker, lines)), at=at)
        run.returned = returned_sheet(run.item, columns=checker.columns, lines=lines)
    else:
        run.state = State.READY


def _told(run: ImportRun, checker: Checker, lines: Sequence[CheckedLine]) -> Iterator[str]:
    """How much is wrong, then the first few places in words; the marked sheet has all of them."""
    wrong = [line for line in lines if line.problems]
    yield Said(
        "%(lines)s 行有 %(places)s 处需要改,一行也没有导入。",
        lines=len(wrong),
        places=run.problem_count,
    )
    names = {column.key: column.name for column in checker.columns}
    places = ((line, problem) for line in wrong for problem in line.problems)
    for line, problem in islice(places, _TOLD):
        yield Said(
            "第 %(number)s 行【%(column)s】%(message)s",
            number=line.number,
            column=names.get(problem.field, names[TITLE]),
            message=problem.message,
        )
    if run.problem_count > _TOLD:
        yield Said("还有 %(places)s 处,见标红的表。", places=run.problem_count - _TOLD)


def _refuse(run: ImportRun, *, trouble: str, at: datetime) -> None:
    run.state, run.trouble, run.finished_at = State.REFUSED, trouble, at
    run.content = None


def _outcome(run: ImportRun) -> dict[str, object]:
    """What a settled run writes over itself."""
    return {name: getattr(run, name) for name in _SETTLED}
