"""One disclosure from its fact to the public, at told moments, through the ordinary actions."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone

from gongkai.agencies.models import Agency
from gongkai.agencies.queries import townships
from gongkai.catalogue.models import Item
from gongkai.core.drafting import Text
from gongkai.core.vocabulary import RuleKind, Unit, Verdict
from gongkai.core.workdays import CalendarGapError
from gongkai.disclosures import actions
from gongkai.disclosures.disclosers import asks_discloser
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.texts import terms_of
from gongkai.documents.actions import store
from gongkai.documents.reader import Reader
from gongkai.obligations import actions as clocks
from gongkai.obligations.actions import Decision
from gongkai.obligations.models import Obligation
from gongkai.obligations.queries import calendar, clock_rule, notice_end, rule_book
from gongkai.web.demo.files import files_of
from gongkai.web.demo.hands import Hands
from gongkai.web.demo.units import unit_of
from gongkai.web.demo.writing import fields_of, written

GROUNDS = "经审查,不涉及国家秘密、工作秘密、商业秘密和个人隐私,个人信息已脱敏,同意公开。"
NOTICE_DAYS, RECORD_DAYS = 10, 366
_LONG = frozenset({"XX-09", "GP-18"})  # 名单 and records stay for their term, not for a 公示 of days
Act = Callable[[datetime], None]
Schedule = Callable[[datetime, Act], None]


@dataclass(frozen=True)
class Part:
    """What one disclosure is made of. ``label`` names its clock."""

    number: int
    item: Item
    agency: Agency
    town: Agency
    scene: dict[str, Any]
    attached: bool = False


@dataclass(frozen=True)
class Moments:
    """When the steps are taken, in order."""

    draft: datetime
    submit: datetime
    review: datetime
    publish: datetime


class Stage:
    """The county as the play needs it: items, agencies and hands by code, looked up once."""

    def __init__(self, hands: Hands, *, reader: Reader) -> None:
        self.hands, self._reader, self._known = hands, reader, calendar()
        self.items = {i.code: i for i in Item.objects.select_related("domain").prefetch_related("elements")}
        self.agencies = {a.code: a for a in Agency.objects.all()}
        self.towns = {town.code: town for town in townships()}
        self.book = rule_book()

    def fields(self, part: Part, *, day: date, period: str = "") -> dict[str, Any]:
        """What the templates may name on ``day``."""
        made = fields_of(
            part.scene,
            agency=part.agency.code,
            agency_name=part.agency.short_name or part.agency.name,
            town=part.town.short_name or part.town.name,
            day=day,
            number=part.number,
            period=period,
        )
        return {**made, "agency": unit_of(part.agency, made)} if part.agency.is_class else made

    def text(self, part: Part, *, day: date, formed_on: date, period: str = "") -> Text:
        """The disclosure as its officer writes it on ``day``."""
        fields = self.fields(part, day=day, period=period)
        return written(part.item.code, terms_of(part.item), fields, formed_on=formed_on)

    def open(self, part: Part, *, at: datetime) -> Obligation:
        """Record the fact of the day: a thing that happened, or an event announced for a later day."""
        day = timezone.localdate(at)
        version = clock_rule(part.item, day, book=self.book)
        ahead = version is not None and version.kind == RuleKind.MIN_BEFORE
        hours = version is not None and version.unit == Unit.HOUR and bool(version.value)
        lead = (
            (version.value or 0) * (2 if version.unit == Unit.WORKING_DAY else 1) + 12 if version and ahead else 0
        )
        return clocks.open_obligation(
            part.item,
            agency=part.agency,
            fact_on=day + timedelta(days=lead),
            fact_at=at if hours else None,
            label=self.text(part, day=day, formed_on=day).title,
            decision=Decision(True, "社会关注度较高(演示)") if version and version.rule.decision_field else None,
            by=self.hands.of(part.agency).drafter,
            at=at,
            is_demo=True,
        )

    def draft(self, part: Part, *, at: datetime, obligations: list[Obligation], period: str = "") -> Revision:
        """Write the text and hang its files on it; still a draft."""
        by = self.hands.of(part.agency).drafter
        opened = obligations[0] if obligations else None
        today = timezone.localdate(at)
        formed_on = min(opened.fact_on, today) if opened else today
        day = formed_on if not period else today
        revision = actions.start_draft(
            part.item, agency=part.agency, by=by, at=at, township=self._place(part), obligations=obligations
        )
        text = self.text(part, day=day, formed_on=formed_on, period=period)
        text = replace(text, ends_on=self._ends_on(part.item, at=at))
        if asks_discloser(part.item, part.agency):
            text = replace(text, discloser=unit_of(part.agency, self.fields(part, day=day, period=period)))
        revision = actions.save_revision(
            revision, text=text, edits=revision.edits, by=by, at=at, township=self._place(part)
        )
        if part.attached:
            fields = self.fields(part, day=day, period=period)
            for file in files_of(part.item.code, text, fields, number=part.number):
                stored = store(BytesIO(file.content), name=file.name, by=by, at=at, reader=self._reader)
                actions.attach(revision, stored=stored, name=file.name, by=by, at=at)
        return revision

    def submit(self, part: Part, revision: Revision, *, at: datetime) -> None:
        """Hand it to review."""
        actions.submit(revision, by=self.hands.of(part.agency).drafter, at=at)

    def review(
        self,
        part: Part,
        revision: Revision,
        *,
        at: datetime,
        verdict: Verdict = Verdict.APPROVE,
        grounds: str = GROUNDS,
    ) -> None:
        """The other pair of eyes."""
        actions.record_review(
            revision,
            verdict=verdict,
            grounds=grounds,
            by=self.hands.of(part.agency).reviewer,
            at=at,
            looked=actions.doubts(revision),
        )

    def publish(self, part: Part, revision: Revision, *, at: datetime) -> Disclosure:
        """Make it public."""
        revision.refresh_from_db()
        return actions.publish(revision, by=self.hands.of(part.agency).drafter, at=at)

    def workday(self, day: date, *, back: bool = False) -> date:
        """The nearest working day, forwards or backwards; the day itself beyond the announced years."""
        try:
            return self._known.roll_back(day) if back else self._known.roll_forward(day)
        except CalendarGapError:
            return day

    def publication_day(
        self, obligation: Obligation | None, *, opened_on: date, days_late: int, number: int
    ) -> date:
        """When the agency publishes: well within its time, or so many days after it."""
        due_on = obligation.due_on if obligation else None
        if due_on is None:
            return self.workday(opened_on + timedelta(days=3 + number % 3))
        if days_late:
            return self.workday(due_on + timedelta(days=days_late))
        span = max((due_on - opened_on).days, 0)
        wanted = opened_on + timedelta(days=span * (30 + number % 50) // 100)
        return max(self.workday(wanted, back=True), opened_on)

    def moments(self, publish_on: date, *, opened_on: date, number: int) -> Moments:
        """Drafted the working day before when there is time, all on one day when there is not."""
        minute = number * 7 % 50
        drafted_on = max(self.workday(publish_on - timedelta(days=1), back=True), opened_on)
        if drafted_on >= publish_on:
            day = publish_on
            return Moments(clock(day, 9, 30), clock(day, 10, 15), clock(day, 11, 5), clock(day, 15, minute))
        return Moments(
            clock(drafted_on, 14, minute),
            clock(drafted_on, 16, minute),
            clock(publish_on, 9, minute),
            clock(publish_on, 10 + number % 6, minute + 5),
        )

    def _place(self, part: Part) -> Agency | None:
        return part.town if "town" in part.item.levels or part.agency.kind == Agency.Kind.TOWNSHIP else None

    @staticmethod
    def _ends_on(item: Item, *, at: datetime) -> date | None:
        """A last day where the law gives no number of its own; otherwise the system computes it."""
        later = at + timedelta(days=2)
        if not item.has_notice_period or notice_end(item, published_at=later) is not None:
            return None
        return timezone.localdate(later) + timedelta(days=RECORD_DAYS if item.code in _LONG else NOTICE_DAYS)


def clock(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of ``day`` in the county's time."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))  # noqa: DTZ001 - made aware
