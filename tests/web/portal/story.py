"""A small county with a past: enough of everything for the public pages to be looked at. All of it is invented."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from gongkai.agencies.models import Agency, Officer
from gongkai.catalogue.actions import publish_catalogue
from gongkai.catalogue.models import Item
from gongkai.core.drafting import Text
from gongkai.core.vocabulary import Role, Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.actions.starting import Starting
from gongkai.disclosures.disclosers import asks_discloser
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.documents.actions import store
from gongkai.obligations.actions import open_obligation
from gongkai.web.management.commands.load_profile import load
from tests.cast import officer

PROFILE = Path(__file__).parents[3] / "profiles" / "anxi"
ZONE = timezone.get_fixed_timezone(480)

UNIT = "测试县云屏建设有限公司(测试)"  # the unit behind every class of the story


def pdf(*lines: str) -> io.BytesIO:
    """A PDF of one page with Chinese text in its text layer."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    page = Canvas(out, pagesize=A4)
    page.setFont("STSong-Light", 14)
    for number, line in enumerate(lines):
        page.drawString(72, 760 - 24 * number, line)
    page.save()
    out.seek(0)
    return out


class Story:
    """Tells what happened, with the ordinary actions, at moments of the past."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        load(PROFILE)
        publish_catalogue(by=None, at=self.ago(60))
        self.hands: dict[str, tuple[Officer, Officer, Officer]] = {}

    def ago(self, days: float) -> datetime:
        """A moment so many days before now."""
        return self.now - timedelta(days=days)

    def of(self, agency: Agency) -> tuple[Officer, Officer, Officer]:
        """Drafter, reviewer and head of an agency; invented people."""
        if agency.code not in self.hands:
            self.hands[agency.code] = (
                officer(f"lin-{agency.code}", "林测试", (Role.DRAFTER, agency)),
                officer(f"chen-{agency.code}", "陈测试", (Role.REVIEWER, agency)),
                officer(f"wang-{agency.code}", "王测试", (Role.HEAD, agency)),
            )
        return self.hands[agency.code]

    def item(self, code: str) -> tuple[Item, Agency]:
        """An item and the first agency that discloses it."""
        found = Item.objects.get(code=code)
        agencies = [link.agency for link in found.item_agencies.select_related("agency")]
        return found, next((a for a in agencies if not a.is_group and a.closed_on is None), agencies[0])

    def publish(
        self, code: str, title: str, *, days: float, town: str = "", fact_days: int | None = None, **facts: Any
    ) -> Disclosure:
        """Publish one text ``days`` ago; with ``fact_days`` its clock was opened by a fact so many days ago."""
        item, agency = self.item(code)
        drafter, _reviewer, _head = self.of(agency)
        at = self.ago(days)
        file: Callable[[], io.BytesIO] | None = facts.pop("file", None)
        clocks = []
        if fact_days is not None:
            fact_on = timezone.localdate(self.ago(fact_days))
            clocks = [
                open_obligation(item, agency=agency, fact_on=fact_on, label=title, by=None, at=self.ago(fact_days))
            ]
        township = Agency.objects.filter(name__contains=town, kind=Agency.Kind.TOWNSHIP).first() if town else None
        revision = actions.start_draft(
            item, agency=agency, by=drafter, at=at, title=title, township=township, obligations=clocks
        )
        if file:
            stored = store(file(), name="附件.pdf", by=drafter, at=at)
            actions.attach(revision, stored=stored, name=f"{title}附件.pdf", by=drafter, at=at)
            revision.refresh_from_db()
        self._carry(revision, item, title=title, at=at, township=township, **facts)
        return actions.publish(self._fresh(revision), by=drafter, at=at)

    def correct(self, disclosure: Disclosure, *, reason: str, days: float, **facts: Any) -> Disclosure:
        """Publish the next version of a disclosure."""
        drafter, _reviewer, _head = self.of(disclosure.agency)
        at = self.ago(days)
        revision = actions.start_correction(disclosure, reason=reason, by=drafter, at=at)
        self._carry(revision, disclosure.item, title=disclosure.title, at=at, township=None, **facts)
        return actions.publish(self._fresh(revision), by=drafter, at=at)

    def owed(self, code: str, label: str, *, fact_days: int) -> None:
        """A fact so many days ago that nobody has published."""
        item, agency = self.item(code)
        fact_on = timezone.localdate(self.ago(fact_days))
        open_obligation(item, agency=agency, fact_on=fact_on, label=label, by=None, at=self.ago(fact_days))

    def _fresh(self, revision: Revision) -> Revision:
        return Revision.objects.select_related("disclosure__agency", "disclosure__item").get(pk=revision.pk)

    def _carry(
        self, revision: Revision, item: Item, *, title: str, at: datetime, township: Agency | None, **facts: Any
    ) -> None:
        drafter, reviewer, _head = self.of(revision.disclosure.agency)
        entered = {e.name: _entered(e.type, e.name) for e in item.elements.all()} | facts.pop("elements", {})
        text = Text(
            **{
                "title": title,
                "formed_on": timezone.localdate(at) - timedelta(days=2),
                "elements": {name: value for name, value in entered.items() if value},
                "body": "<p>根据有关规定,现将有关情况公布如下。内容为测试编写。</p>",
                "discloser": UNIT if asks_discloser(item, revision.disclosure.agency) else "",
                **facts,
            }
        )
        # Where the item's rule starts from another day than the text's own, the story's day is that of the text.
        said = Starting(fact_on=text.formed_on, fact_at=at, apart=True)
        actions.save_revision(
            revision, text=text, edits=revision.edits, by=drafter, at=at, township=township, starting=said
        )
        fresh = self._fresh(revision)
        actions.submit(fresh, by=drafter, at=at)
        actions.record_review(fresh, verdict=Verdict.APPROVE, grounds="不涉密(测试)", by=reviewer, at=at)


def _entered(kind: str, name: str) -> str:
    samples = {"money": "1285000元", "number": "120", "date": "2026-11-20", "party": "测试企业(虚构)有限公司"}
    return samples.get(kind, f"{name}:见正文(测试)。")


def tell(now: datetime | None = None) -> Story:
    """The whole story: on time, late, corrected, withdrawn, over, owed, with a file, with a town."""
    story = Story(now or timezone.now())
    story.publish(
        "GP-10",
        "凤城镇中心小学教学设备采购项目中标结果公告",
        days=0.01,
        town="凤城",
        fact_days=1,
        doc_no="安财采〔2026〕41号",
        summary="凤城镇中心小学采购教学设备一批,中标金额128.5万元,中标人为测试企业(虚构)有限公司。",
        body="<h2>一、项目情况</h2><p>采购项目编号:[350524]AX[GK]2026011。共有5家供应商参加投标。</p>"
        "<h2>二、评审结果</h2><table><tbody><tr><th>供应商</th><th>得分</th></tr>"
        "<tr><td>测试企业(虚构)有限公司</td><td>92.41</td></tr>"
        "<tr><td>另一测试企业(虚构)有限公司</td><td>88.06</td></tr></tbody></table>"
        "<p>对结果有异议的,请自公告之日起七个工作日内以书面形式提出质疑。</p>",
        file=lambda: pdf("评审报告", "本项目位于湖头镇,评审委员会由五人组成。"),
    )
    wrong = story.publish(
        "LT-02", "2026-AX-17号地块国有建设用地使用权出让公告", days=12, fact_days=13, town="城厢"
    )
    story.correct(
        wrong,
        reason="原公告起始价少写一位,竞买截止时间应顺延。",
        days=8,
        body="<p>根据有关规定,现将有关情况更正公布如下。竞买截止时间顺延至2026年12月18日。内容为测试编写。</p>",
        doc_no="安自然资告〔2026〕17号",
    )
    gone = story.publish("TD-14", "安溪县龙门镇污水管网工程合同订立信息", days=20, fact_days=21, town="龙门")
    _item, agency = gone.item, gone.agency
    actions.withdraw(gone, reason="合同双方协商解除,重新招标。", by=story.of(agency)[2], at=story.ago(5))
    for number in range(1, 18):
        story.publish(
            "XX-05", f"建设工程施工许可决定(测试)(第{number}期)", days=number * 9 + 2, fact_days=number * 9 + 10
        )
    story.publish("GP-12", "县医院物业服务采购合同公告(2026年)", days=40, fact_days=75, town="湖头")
    story.owed("TD-15", "官桥镇道路改造工程合同履约信息", fact_days=70)
    story.owed("HA-07", "2026年第四批公共租赁住房配租结果", fact_days=5)
    return story
