"""Receiving a sheet, confirming it, giving it up, and handing its drafts to review together."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import IntegrityError, transaction
from django.utils import timezone

from gongkai.agencies.models import Agency, Officer
from gongkai.agencies.queries import actor_of
from gongkai.catalogue.models import Item
from gongkai.core import authority
from gongkai.core.authority import NotAllowedError, Permission
from gongkai.core.lifecycle import LifecycleError
from gongkai.core.said import Said
from gongkai.core.vocabulary import RevisionStage
from gongkai.disclosures.actions.drafting import TextProblemsError
from gongkai.disclosures.actions.reviewing import submit
from gongkai.disclosures.importing import bounds
from gongkai.disclosures.importing.checking import Checker
from gongkai.disclosures.importing.faults import ImportStateError, SheetShapeError
from gongkai.disclosures.importing.steps import NO_DATA, bring_in, judge, open_lines, require_may_import
from gongkai.disclosures.models import ImportRun, Revision

State = ImportRun.State


class AlreadyImportedError(Exception):
    """The very same sheet came before; ``run`` is where it stands or what became of it."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        moment = f"{timezone.localtime(run.finished_at or run.created_at):%Y-%m-%d %H:%M}"
        super().__init__(
            Said(
                "已导入过:同样的内容已于 %(moment)s 导入,共 %(row_count)s 条,没有重复导入。",
                moment=moment,
                row_count=run.row_count,
            )
            if run.state == State.DONE
            else Said(
                "同样的内容已于 %(moment)s 上传,现在是“%(state)s”。请到那一次导入继续办理。",
                moment=moment,
                state=Said(run.get_state_display()),
            )
        )


def receive(
    content: bytes, *, source: str, file_name: str, item: Item, agency: Agency, by: Officer, at: datetime
) -> ImportRun:
    """Take a sheet. A short one comes back checked (ready or refused), a long one queued for the background.

    Nothing becomes a draft here. Raises ``NotAllowedError``, ``LifecycleError`` (retired item),
    ``AlreadyImportedError``, ``SheetShapeError`` (nothing kept).
    """
    require_may_import(item, agency, by=by, at=at)
    fingerprint = hashlib.sha256(f"{item.code}\n{agency.code}\n".encode() + content).hexdigest()
    _refuse_known(fingerprint)
    checker = Checker(item, agency=agency, at=at)
    run = ImportRun(
        item=item,
        agency=agency,
        source=source,
        file_name=file_name[:200],
        fingerprint=fingerprint,
        created_at=at,
        created_by=by,
        content=content,
    )
    lines = list(islice(open_lines(run, checker), bounds.INLINE_ROWS + 1))
    if not lines:
        raise SheetShapeError(NO_DATA)
    if len(lines) <= bounds.INLINE_ROWS:
        judge(run, checker, checker.checked(lines), at=at)
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError:  # the same sheet came twice at one moment
        _refuse_known(fingerprint)
        raise
    return run


@transaction.atomic
def confirm(run: ImportRun, *, by: Officer, at: datetime) -> ImportRun:
    """Have a ready run imported: a short one at once, a long one by the work process.

    A line that no longer passes (somebody imported it meanwhile, a task was closed) refuses the whole run.
    Raises ``NotAllowedError``, ``LifecycleError``, ``ImportStateError``.
    """
    require_may_import(run.item, run.agency, by=by, at=at)
    moved = ImportRun.objects.filter(pk=run.pk, state=State.READY).update(
        state=State.IMPORTING, confirmed_by=by, confirmed_at=at, checked_count=0, attempt_count=0
    )
    run.refresh_from_db()
    if not moved and run.state not in {State.IMPORTING, State.DONE}:
        raise ImportStateError(
            Said(
                "这次导入现在是“%(state)s”,不能确认。请刷新页面。",
                state=Said(run.get_state_display()),
            )
        )
    if moved and run.row_count <= bounds.INLINE_ROWS:
        bring_in(run, at=at)
        run.refresh_from_db()
    return run


@transaction.atomic
def abandon(run: ImportRun, *, by: Officer, at: datetime) -> None:
    """Give up a run that waits; its sheet is erased. Raises ``NotAllowedError``, ``ImportStateError``."""
    authority.require(
        actor_of(by, on=timezone.localdate(at)), Permission.DISCLOSURE_IMPORT, agency_id=run.agency_id
    )
    moved = ImportRun.objects.filter(pk=run.pk, state__in=[State.QUEUED, State.READY]).update(
        state=State.ABANDONED, finished_at=at, content=None, returned=None
    )
    if not moved:
        run.refresh_from_db(fields=["state"])
        raise ImportStateError(
            Said(
                "这次导入现在是“%(state)s”,不能作废。请刷新页面。",
                state=Said(run.get_state_display()),
            )
        )


def tidy(*, at: datetime) -> int:
    """Erase sheets nobody needs any more: refused ones and unconfirmed ones older than ``KEPT_DAYS``; how many."""
    old = ImportRun.objects.filter(created_at__lt=at - timedelta(days=bounds.KEPT_DAYS))
    lapsed = old.filter(state=State.READY).update(state=State.ABANDONED, finished_at=at, content=None)
    return lapsed + old.filter(state=State.REFUSED, returned__isnull=False).update(returned=None)


@dataclass(frozen=True)
class Submitted:
    """What became of one draft of a press of “submit together”; no problems: it is with the reviewers."""

    revision: Revision
    problems: list[str]


def submit_together(revisions: Iterable[Revision], *, by: Officer, at: datetime) -> list[Submitted]:
    """Hand several drafts to review, each on its own: one that is refused stops no other.

    At most ``bounds.SUBMIT_TOGETHER`` are taken. Never raises for a single draft; the report says why.
    """
    report = []
    for revision in islice(revisions, bounds.SUBMIT_TOGETHER):
        try:
            submit(revision, by=by, at=at)
        except TextProblemsError as error:
            report.append(Submitted(revision, [problem.message for problem in error.problems]))
        except (LifecycleError, NotAllowedError) as error:
            report.append(Submitted(revision, [str(error)]))
        else:
            report.append(Submitted(revision, []))
    return report


def _refuse_known(fingerprint: str) -> None:
    """Raise when the same sheet is here already, unless every draft of it was given up since."""
    known = (
        ImportRun.objects.filter(fingerprint=fingerprint)
        .exclude(state__in=[State.REFUSED, State.ABANDONED])
        .defer("content", "returned")
        .first()
    )
    if known is None:
        return
    alive = Revision.objects.filter(disclosure__imported__run=known).exclude(stage=RevisionStage.DISCARDED)
    if known.state != State.DONE or alive.exists():
        raise AlreadyImportedError(known)
    ImportRun.objects.filter(pk=known.pk, state=State.DONE).update(state=State.ABANDONED)
