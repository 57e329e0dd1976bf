"""我的任务 as rows: every running clock and every text in hand, sorted by clock, each with one next action."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.core import authority
from gongkai.core.authority import Actor, Permission
from gongkai.core.vocabulary import Openness, RevisionStage
from gongkai.disclosures.desk import IN_HAND, Desk, Place
from gongkai.disclosures.models import Revision
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import Task, tasks_for
from gongkai.web.disclosers import for_officers
from gongkai.web.templatetags.gongkai import named

_CHUNK = 500  # lines read at once when all are asked for


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


class Worklist:
    """The officer's lines, the most urgent first, as a paginator takes them: counted and cut by the database.

    A slice costs a constant number of queries and makes objects of its own lines only.
    """

    def __init__(self, actor: Actor, agencies: Collection[int] | None, *, now: datetime) -> None:
        self._desk = Desk(actor, agencies, now=now)
        self._may_draft = authority.may(actor, Permission.DISCLOSURE_DRAFT)
        self._now = now

    def __len__(self) -> int:
        return len(self._desk)

    @property
    def urgent(self) -> int:
        """How many of all lines are overdue or soon to end."""
        return self._desk.urgent

    def __getitem__(self, cut: slice) -> list[Entry]:
        return list(self._lines(self._desk[cut]))

    def __iter__(self) -> Iterator[Entry]:
        """Every line in the order of one moment, a few hundred in memory at a time."""
        places = self._desk[:]
        for start in range(0, len(places), _CHUNK):
            yield from self._lines(places[start : start + _CHUNK])

    def _lines(self, places: list[Place]) -> Iterator[Entry]:
        clocks = [place.obligation_id for place in places if place.obligation_id]
        tasks = {task.obligation.pk: task for task in tasks_for(None, self._now, only=clocks, limit=_CHUNK)}
        revisions = _texts([place.revision_id for place in places if place.revision_id])
        for place in places:
            if line := self._line(place, tasks, revisions):
                yield line

    def _line(self, place: Place, tasks: dict[int, Task], revisions: dict[int, Revision]) -> Entry | None:
        task = tasks.get(place.obligation_id or 0)
        if place.revision_id is None:
            return _of_task(task, place.urgency, self._may_draft) if task else None
        # Done by somebody else since the places were read: no line.
        revision = revisions.get(place.revision_id)
        return _of_revision(revision, task, place.urgency) if revision else None


def _texts(pks: list[int]) -> dict[int, Revision]:
    rows = Revision.objects.filter(pk__in=pks, stage__in=list(IN_HAND))
    rows = rows.select_related("disclosure__item", "disclosure__agency")
    return {row.pk: row for row in rows.defer("summary", "body", "elements", "content")}


def _of_revision(revision: Revision, task: Task | None, urgency: str) -> Entry:
    disclosure, stage = revision.disclosure, RevisionStage(revision.stage)
    action, name = _action(stage, openness=Openness(disclosure.openness))
    return Entry(
        title=revision.title or _("(还没有标题)"),
        item=named(disclosure.item),
        agency=for_officers(disclosure, revision),
        urgency=urgency if task else "",
        due_on=task.obligation.due_on if task else None,
        due_at=task.obligation.due_at if task else None,
        left=task.workdays_left if task else None,
        provisional=bool(task and task.obligation.provisional),
        stage=stage,
        action=action,
        url=reverse(f"workspace:{name}", args=[disclosure.public_id]),
    )


def _action(stage: RevisionStage, *, openness: Openness) -> tuple[str, str]:
    if stage is RevisionStage.APPROVED and openness is not Openness.PROACTIVE:
        return _("认定不主动公开"), "conclude"
    return {
        RevisionStage.DRAFT: (_("继续起草"), "draft"),
        RevisionStage.RETURNED: (_("修改后再提交"), "draft"),
        RevisionStage.SUBMITTED: (_("审查"), "review"),
        RevisionStage.APPROVED: (_("公开"), "publish"),
    }[stage]


def _of_task(task: Task, urgency: str, may_draft: bool) -> Entry:
    obligation: Obligation = task.obligation
    return Entry(
        title=obligation.label,
        item=named(obligation.item),
        agency=named(obligation.agency),
        urgency=urgency,
        due_on=obligation.due_on,
        due_at=obligation.due_at,
        left=task.workdays_left,
        provisional=obligation.provisional,
        stage="",
        action=_("起草") if may_draft else _("查看时限"),
        url=reverse("workspace:obligation", args=[obligation.pk]),
        obligation_id=obligation.pk if may_draft else None,
    )


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
