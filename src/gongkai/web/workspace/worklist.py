"""我的任务 as rows: every running clock and every text in hand, sorted by clock, each with one next action."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.core import authority
from gongkai.core.authority import Actor, Permission
from gongkai.core.vocabulary import RevisionStage
from gongkai.disclosures.models import Discharge, Revision
from gongkai.disclosures.queries import working
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import Task, tasks_for

_STAGES = (RevisionStage.DRAFT, RevisionStage.RETURNED, RevisionStage.SUBMITTED, RevisionStage.APPROVED)
_NEEDS = {
    RevisionStage.DRAFT: Permission.DISCLOSURE_DRAFT,
    RevisionStage.RETURNED: Permission.DISCLOSURE_DRAFT,
    RevisionStage.SUBMITTED: Permission.DISCLOSURE_REVIEW,
    RevisionStage.APPROVED: Permission.DISCLOSURE_PUBLISH,
}
_ORDER = {"overdue": 0, "soon": 1, "open": 2, "undated": 3, "": 4}
URGENT = frozenset({"overdue", "soon"})


@dataclass(frozen=True)
class Entry:
    """One line: what, whose, until when, and the next action with its address."""

    title: str
    item: str
    agency: str
    urgency: str
    due_on: date | None
    due_at: datetime | None
    left: int | None
    provisional: bool
    stage: str
    action: str
    url: str
    obligation_id: int | None = None  # the action is a POST that begins a draft
    others: list[str] = field(default_factory=list)


def entries(actor: Actor, agencies: Iterable[int] | None, *, now: datetime) -> list[Entry]:
    """The officer's lines, the most urgent first. Constant number of queries."""
    held = None if agencies is None else sorted(agencies)
    tasks = {task.obligation.pk: task for task in tasks_for(held, now)}
    revisions = list(working(held, stages=list(_STAGES)))
    in_hand = _clocks_in_hand(revisions)
    lines = [
        _of_revision(actor, r, [tasks[pk] for pk in in_hand.get(r.disclosure_id, []) if pk in tasks])
        for r in revisions
    ]
    begun = {pk for pks in in_hand.values() for pk in pks}
    may_draft = authority.may(actor, Permission.DISCLOSURE_DRAFT)
    lines += [_of_task(task, may_draft) for pk, task in tasks.items() if pk not in begun]
    return sorted((line for line in lines if line), key=_clock)


def _clocks_in_hand(revisions: list[Revision]) -> dict[int, list[int]]:
    held: dict[int, list[int]] = {}
    pairs = Discharge.objects.filter(disclosure_id__in=[r.disclosure_id for r in revisions])
    for disclosure_id, obligation_id in pairs.values_list("disclosure_id", "obligation_id"):
        held.setdefault(disclosure_id, []).append(obligation_id)
    return held


def _of_revision(actor: Actor, revision: Revision, tasks: list[Task]) -> Entry | None:
    disclosure, stage = revision.disclosure, RevisionStage(revision.stage)
    authors = {pk for pk in (revision.created_by_id, revision.submitted_by_id) if pk}
    if not authority.may(actor, _NEEDS[stage], agency_id=disclosure.agency_id, authors=authors):
        return None
    first = min(tasks, key=_task_clock, default=None)
    action, name = _action(stage)
    return Entry(
        title=revision.title or _("(还没有标题)"),
        item=disclosure.item.name,
        agency=disclosure.agency.name,
        urgency=first.urgency if first else "",
        due_on=first.obligation.due_on if first else None,
        due_at=first.obligation.due_at if first else None,
        left=first.workdays_left if first else None,
        provisional=bool(first and first.obligation.provisional),
        stage=stage,
        action=action,
        url=reverse(f"workspace:{name}", args=[disclosure.public_id]),
    )


def _action(stage: RevisionStage) -> tuple[str, str]:
    return {
        RevisionStage.DRAFT: (_("继续起草"), "draft"),
        RevisionStage.RETURNED: (_("修改后再提交"), "draft"),
        RevisionStage.SUBMITTED: (_("审查"), "review"),
        RevisionStage.APPROVED: (_("公开"), "publish"),
    }[stage]


def _of_task(task: Task, may_draft: bool) -> Entry | None:
    obligation: Obligation = task.obligation
    return Entry(
        title=obligation.label,
        item=obligation.item.name,
        agency=obligation.agency.name,
        urgency=task.urgency,
        due_on=obligation.due_on,
        due_at=obligation.due_at,
        left=task.workdays_left,
        provisional=obligation.provisional,
        stage="",
        action=_("起草") if may_draft else _("查看时限"),
        url=reverse("workspace:obligation", args=[obligation.pk]),
        obligation_id=obligation.pk if may_draft else None,
    )


def _task_clock(task: Task) -> tuple[int, float]:
    due_at = task.obligation.due_at
    return _ORDER[task.urgency], due_at.timestamp() if due_at else float("inf")


def _clock(line: Entry) -> tuple[int, float]:
    return _ORDER[line.urgency], line.due_at.timestamp() if line.due_at else float("inf")


def in_words(line: Entry, *, today: date) -> str:
    """How long is left, in words."""
    if line.due_on is None:
        return _("没有确定的期限")
    if line.urgency == "overdue":
        return _("逾期 %(n)d 天") % {"n": max((today - line.due_on).days, 1)}
    if line.due_on == today:
        return _("今天到期")
    if line.left is None:
        return _("还有 %(n)d 天") % {"n": (line.due_on - today).days}
    return _("还有 %(n)d 个工作日") % {"n": line.left}


def today() -> date:
    """The county's day."""
    return timezone.localdate()
