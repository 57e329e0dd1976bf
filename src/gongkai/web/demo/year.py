"""The year played day by day: facts, texts, reviews, publications, and what went wrong, in the order of time."""

import heapq
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from gongkai.catalogue.models import Rule
from gongkai.core.vocabulary import ObligationGround, Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.texts import text_of
from gongkai.documents.reader import Reader
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import Obligation
from gongkai.web.demo.hands import Hands
from gongkai.web.demo.stage import Act, Part, Stage, clock
from gongkai.web.demo.stories import DAYS, Story, plan, scene, stories
from gongkai.web.demo.waiting import waiting_list
from gongkai.web.demo.writing import corrected

Told = Callable[[int, int], None]


class Year:
    """A schedule of acts, each at its moment; acts may schedule others. Nothing happens after the last day."""

    def __init__(self, *, until: date, hands: Hands, reader: Reader) -> None:
        self.until, self.first = until, until - timedelta(days=DAYS)
        self.stage = Stage(hands, reader=reader)
        self.end = clock(until, 18, 30)
        self._acts: list[tuple[datetime, int, Act]] = []
        self._order = count()
        self._numbers = count(10_000)

    def at(self, moment: datetime, act: Act) -> None:
        """Put an act on the schedule, unless the year is over by then."""
        if moment <= self.end:
            heapq.heappush(self._acts, (moment, next(self._order), act))

    def play(self, *, told: Told = lambda *_: None) -> int:
        """Carry out everything; the number of acts. ``told`` hears how many days of the year have passed."""
        self._cast()
        done = 0
        while self._acts:
            moment, _, act = heapq.heappop(self._acts)
            act(moment)
            done += 1
            told((moment.date() - self.first).days, DAYS)
        clocks.sweep(as_of=self.until, at=self.end)
        return done

    def _cast(self) -> None:
        owners = {
            code: item.agencies.order_by("item_agencies__order")[0].code for code, item in self.stage.items.items()
        }
        for story in stories(until=self.until, owners=owners):
            self._story(story)
        for day in (self.first + timedelta(days=n) for n in range(DAYS + 1)):
            if day.day == 1:
                self.at(clock(day, 0, 30), self._new_month)
            if day.weekday() == 0:
                self.at(clock(day, 0, 20), lambda now: _ignore(actions.expire_due(as_of=now.date(), at=now)))
        self._too_early(plan()["too_early"])
        self._waived(plan()["waived"])
        for wanted in plan()["working"]:
            self._working(wanted)
        self.at(clock(self.until - timedelta(days=20), 10), self._waiting)

    def _waiting(self, now: datetime) -> None:
        of = self.stage.items["HA-07"].agencies.order_by("item_agencies__order")[0]
        waiting_list(of, by=self.stage.hands.of(of).drafter, until=self.until, at=now)

    # --- stories ----------------------------------------------------------------------------------------------

    def _story(self, story: Story) -> None:
        part = self._part(story.item, story.agency, story.town, dict(story.fields), number=story.number)

        def begin(now: datetime) -> None:
            obligation = self.stage.open(part, at=now)
            if not story.missing:
                on = now.date() + timedelta(days=2) if story.item in plan()["first_days"] else None
                self._towards(
                    part, [obligation], opened_on=now.date(), days_late=story.days_late, nth=story.nth, on=on
                )

        self.at(clock(self.stage.workday(story.day), 9, story.number % 20), begin)

    def _part(self, item: str, agency: str, town: str, facts: dict[str, Any], *, number: int) -> Part:
        return Part(
            number,
            self.stage.items[item],
            self.stage.agencies[agency],
            self.stage.towns[town],
            facts,
            attached=item in plan()["attached"] and number % 2 == 0,
        )

    def _towards(
        self,
        part: Part,
        obligations: list[Obligation],
        *,
        opened_on: date,
        days_late: int = 0,
        period: str = "",
        nth: int = -1,
        on: date | None = None,
    ) -> None:
        """Schedule the steps that lead to publication."""
        stage = self.stage
        day = on or stage.publication_day(
            obligations[0], opened_on=opened_on, days_late=days_late, number=part.number
        )
        steps = stage.moments(day, opened_on=opened_on, number=part.number)

        def draft(now: datetime) -> None:
            revision = stage.draft(part, at=now, obligations=obligations, period=period)
            self.at(steps.submit, lambda at: stage.submit(part, revision, at=at))
            self.at(steps.review, lambda at: stage.review(part, revision, at=at))
            self.at(
                steps.publish,
                lambda at: self._afterwards(part, stage.publish(part, revision, at=at), nth=nth, at=at),
            )

        if steps.publish <= self.end:
            self.at(steps.draft, draft)

    def _afterwards(self, part: Part, disclosure: Disclosure, *, nth: int, at: datetime) -> None:
        """What became of it: first published elsewhere, corrected, withdrawn."""
        code, by = part.item.code, self.stage.hands.of(part.agency).drafter
        if medium := plan()["first_publications"].get(code):
            actions.record_first_publication(
                disclosure, medium=medium, url="", published_at=at - timedelta(hours=1), by=by, at=at
            )
        for correction in plan()["corrections"]:
            if (correction["item"], correction["number"]) == (code, nth):
                day = self.stage.workday(at.date() + timedelta(days=correction["days_later"]))
                self._correct(part, disclosure, reason=correction["reason"], day=day)
        withdrawn = plan()["withdrawn"]
        if (withdrawn["item"], withdrawn["number"]) == (code, nth):
            day = self.stage.workday(at.date() + timedelta(days=withdrawn["days_later"]))
            self.at(
                clock(day, 15, 40),
                lambda now: _ignore(
                    actions.withdraw(disclosure, reason=withdrawn["reason"], by=self.stage.hands.office, at=now)
                ),
            )

    def _correct(self, part: Part, disclosure: Disclosure, *, reason: str, day: date) -> None:
        stage, by = self.stage, self.stage.hands.of(part.agency).drafter

        def begin(now: datetime) -> None:
            revision = actions.start_correction(disclosure, reason=reason, by=by, at=now)
            text = replace(corrected(text_of(revision), reason=reason), ends_on=None)  # the system knows the end
            revision = actions.save_revision(revision, text=text, edits=revision.edits, by=by, at=now)
            self.at(clock(day, 10), lambda at: stage.submit(part, revision, at=at))
            self.at(clock(day, 14), lambda at: stage.review(part, revision, at=at))
            self.at(clock(day, 16), lambda at: _ignore(stage.publish(part, revision, at=at)))

        self.at(clock(day, 9, 15), begin)

    # --- clocks of periods ------------------------------------------------------------------------------------

    def _new_month(self, now: datetime) -> None:
        """The clocks of the month or year that ended, each with the publication that answers it."""
        opened = clocks.open_periodic(as_of=now.date(), at=now)
        Obligation.objects.filter(pk__in=[obligation.pk for obligation in opened]).update(is_demo=True)
        for obligation in opened:
            self._periodic(obligation, opened_on=now.date())

    def _periodic(self, obligation: Obligation, *, opened_on: date) -> None:
        """Publish what a clock nobody recorded asks for; a few agencies forget, a few are late."""
        code, agency, period = obligation.item.code, obligation.agency.code, obligation.period_key
        if obligation.ground == ObligationGround.STANDING:
            period = ""
        told = {f"{code}:{agency}", f"{code}:{int(period[-2:])}" if len(period) == 7 else ""}
        if told & set(plan()["periodic"]["missing"]):
            return
        number = next(self._numbers)
        late = 4 + number % 6 if told & set(plan()["periodic"]["late"]) else 0
        town = plan()["towns"][number % len(plan()["towns"])]
        part = self._part(code, agency, town, scene("period", f"{code} {agency} {period}"), number=number)
        self._towards(part, [obligation], opened_on=opened_on, days_late=late, period=period)

    # --- what went wrong, and what is still on the desk -------------------------------------------------------

    def _too_early(self, facts: dict[str, Any]) -> None:
        """A monthly report published before its month was over."""
        month = self.first + timedelta(days=facts["day"])
        day = self.stage.workday(month.replace(day=facts["day_of_month"]))
        item = self.stage.items[facts["item"]]
        agency = item.agencies.order_by("item_agencies__order")[0]
        part = self._part(
            item.code, agency.code, plan()["towns"][0], scene("early", item.code), number=next(self._numbers)
        )

        def begin(now: datetime) -> None:
            period = f"{now:%Y-%m}"
            obligation = clocks.open_obligation(
                item,
                agency=agency,
                rule=Rule.objects.get(code=facts["rule"]),
                fact_on=now.date(),
                label=self.stage.text(part, day=now.date(), formed_on=now.date(), period=period).title,
                by=self.stage.hands.of(agency).drafter,
                at=now,
                is_demo=True,
            )
            on = self.stage.workday(now.date() + timedelta(days=facts["days_later"]))
            self._towards(part, [obligation], opened_on=now.date(), period=period, on=on)

        self.at(clock(day, 9), begin)

    def _waived(self, facts: dict[str, Any]) -> None:
        day = self.stage.workday(self.first + timedelta(days=facts["day"]))
        item = self.stage.items[facts["item"]]
        agency = item.agencies.order_by("item_agencies__order")[0]
        part = self._part(
            item.code,
            agency.code,
            plan()["towns"][1],
            scene("waived", item.code, project=plan()["projects"]["gp"][0]),
            number=next(self._numbers),
        )

        def begin(now: datetime) -> None:
            obligation = self.stage.open(part, at=now)
            self.at(
                now + timedelta(days=4),
                lambda at: _ignore(
                    clocks.waive(obligation, ground=facts["ground"], by=self.stage.hands.office, at=at)
                ),
            )

        self.at(clock(day, 9), begin)

    def _working(self, wanted: dict[str, Any]) -> None:
        """A text that is still on somebody's desk on the last day."""
        day = self.stage.workday(self.until - timedelta(days=4), back=True)
        number = next(self._numbers)
        town = plan()["towns"][number % len(plan()["towns"])]
        part = self._part(
            wanted["item"], wanted["agency"], town, scene("desk", wanted["item"], nth=number), number=number
        )

        def begin(now: datetime) -> None:
            obligation = self.stage.open(part, at=now)
            revision = self.stage.draft(part, at=now + timedelta(minutes=40), obligations=[obligation])
            self._as_far_as(wanted["stage"], part, revision, now + timedelta(hours=2))

        self.at(clock(day, 9, 10), begin)

    def _as_far_as(self, stage: str, part: Part, revision: Revision, now: datetime) -> None:
        if stage == "draft":
            return
        self.stage.submit(part, revision, at=now)
        if stage == "returned":
            self.stage.review(
                part,
                revision,
                at=now + timedelta(hours=1),
                verdict=Verdict.RETURN,
                grounds="第二项要素与附件不一致,请核对后重新提交。",
            )
        elif stage == "approved":
            self.stage.review(part, revision, at=now + timedelta(hours=1))


def _ignore(_: object) -> None:
    """An act answers nothing."""
