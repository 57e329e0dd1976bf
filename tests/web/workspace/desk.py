"""A desk of the workspace in the told county with something of everything on it. All of it is invented."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from openpyxl import Workbook

from gongkai.agencies.models import Agency, Officer
from gongkai.catalogue import actions as lists
from gongkai.catalogue.models import Domain, Exclusion, Rule
from gongkai.core.privacy import Certainty, Kind
from gongkai.core.vocabulary import Openness, RevisionStage, Role, Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.models import Attachment, Disclosure, ImportRun, Revision
from gongkai.documents.actions import mask_file, store
from gongkai.documents.models import Finding
from gongkai.obligations import actions as clocks
from gongkai.obligations.models import Closure, Obligation
from gongkai.web.workspace.doors import SEEN_AT, SIGNED_IN_AT
from tests import make
from tests.cast import officer
from tests.make import NOW
from tests.web.portal.story import Story

IDENTITY = "110101199003070011"  # of nobody: an invented number whose check character fits
ITEM = "HA-04"


def signed_in(who: Officer | None, *, halfway: bool = False) -> Client:
    """A client of an officer who has finished signing in; the desk asks the clock on the wall how long ago."""
    client = Client()
    if who is None:
        return client
    client.force_login(who)
    device = TOTPDevice.objects.get_or_create(user=who, confirmed=True)[0]
    session = client.session
    session[SIGNED_IN_AT] = session[SEEN_AT] = datetime.now(tz=UTC).timestamp()
    if not halfway:
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def sheet() -> io.BytesIO:
    """A workbook that lists one invented person with the whole number."""
    book = Workbook()
    for row in (["姓名", "公民身份号码", "面积"], ["张测试", IDENTITY, "60"], ["李测试", "", "45"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "花名册.xlsx"
    return out


class Desk:
    """The desk of 县住建局 with a text in every stage, and the offices around it."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.item, self.agency = story.item(ITEM)
        self.lin, self.chen, self.wang = story.of(self.agency)
        hall = Agency.objects.get(code="gov_office")
        self.su = officer("su", "苏测试", (Role.OFFICE, hall))
        self.ye = officer("ye", "叶测试", (Role.ADMINISTRATOR, hall))
        self.xu = officer("xu", "许测试", (Role.AUDITOR, hall))
        self.texts = self._texts()
        self._papers()
        self._offices()

    def _draft(self, title: str, **facts: Any) -> Revision:
        """A text of the item, complete."""
        made = actions.start_draft(self.item, agency=self.agency, by=self.lin, at=NOW)
        elements = {e.name: "60" if e.type == "number" else f"{e.name}(测试)" for e in self.item.elements.all()}
        said = {k: facts.pop(k) for k in ("openness", "withholding_ground", "withholding_reason") if k in facts}
        text = make.text(title=title, formed_on=NOW.date(), elements=elements, **facts)
        return actions.save_revision(made, text=text, edits=0, by=self.lin, at=NOW, **said)

    def _submitted(self, title: str, **facts: Any) -> Revision:
        made = self._draft(title, **facts)
        actions.submit(made, by=self.lin, at=NOW)
        return self._fresh(made)

    def _approved(self, title: str, **facts: Any) -> Revision:
        made = self._submitted(title, **facts)
        actions.record_review(made, verdict=Verdict.APPROVE, grounds="不涉密(测试)", by=self.chen, at=NOW)
        return self._fresh(made)

    def _public(self, title: str, **facts: Any) -> Disclosure:
        return actions.publish(self._approved(title, **facts), by=self.lin, at=NOW)

    @staticmethod
    def _fresh(revision: Revision) -> Revision:
        return Revision.objects.select_related("disclosure__agency", "disclosure__item").get(pk=revision.pk)

    def _texts(self) -> dict[str, Revision]:
        ground = Exclusion.objects.order_by("pk")[0]
        withheld = {
            "openness": Openness.WITHHELD,
            "withholding_ground": ground,
            "withholding_reason": "涉及第三方商业秘密(测试)",
        }
        body = f"<p>经查,申请人张测试(身份证号 {IDENTITY})符合条件。</p>"
        texts = {
            "empty": actions.start_draft(self.item, agency=self.agency, by=self.lin, at=NOW),
            "draft": self._draft("起草中的配租公告(测试)", body=body),
            "submitted": self._submitted("等待审查的配租公告(测试)"),
            "approved": self._approved("等待公开的配租公告(测试)"),
            "kept": self._approved("不予公开的会议记录(测试)", **withheld),
            "asked": self._submitted("依申请公开的台账(测试)", openness=Openness.ON_REQUEST),
            "returned": self._submitted("被退回的配租公告(测试)"),
            "concluded": self._approved("已认定不公开的记录(测试)", **withheld),
        }
        actions.record_review(
            texts["returned"], verdict=Verdict.RETURN, grounds="请补充户型(测试)", by=self.chen, at=NOW
        )
        actions.conclude(texts["concluded"], by=self.lin, at=NOW)
        for name in ("draft", "submitted"):
            self._attach(texts[name])
        texts["correcting"] = self._correcting(ground)
        texts["corrected"] = self._corrected()
        return texts

    def _attach(self, revision: Revision) -> None:
        """A list with a whole number in it; on the draft it hangs beside its masked copy."""
        stored = store(sheet(), name="花名册.xlsx", by=self.lin, at=NOW)
        if revision.stage == RevisionStage.DRAFT:
            actions.attach(self._fresh(revision), stored=stored, name="花名册.xlsx", by=self.lin, at=NOW)
            hung = actions.attach(
                self._fresh(revision), stored=stored, name="花名册(盖住的).xlsx", by=self.lin, at=NOW
            )
            copy = mask_file(stored, name="花名册(盖住的).xlsx", by=self.lin, at=NOW)
            actions.replace_attachment(hung, stored=copy, by=self.lin, at=NOW)
        else:  # as if the detector had learnt it after the submission
            Attachment.objects.create(revision=revision, file=stored, name="花名册.xlsx", order=1)

    def _correcting(self, ground: Exclusion) -> Revision:
        """What is public leaks, was published elsewhere first, and is being corrected, the old one taken back."""
        public = self._public("含有号码的配租公告(测试)")
        Finding.objects.create(
            subject=f"revision:{public.published_revision_id}", kind=Kind.RESIDENT_ID, certainty=Certainty.CERTAIN,
            layer="text", place="正文", value_masked="11****011", why="测试", rule="测试", detector_version="test",
            found_at=NOW,
        )  # fmt: skip
        actions.record_first_publication(
            public, medium="测试媒介", url="https://media.example/1", published_at=NOW, by=self.lin, at=NOW
        )
        wish = actions.Withholding(versions=[1], ground=ground, reason="原版含号码(测试)")
        return actions.start_correction(public, reason="原版含有号码(测试)", withholding=wish, by=self.lin, at=NOW)

    def _corrected(self) -> Revision:
        """A text in its second version, the first one still readable."""
        public = self._public("更正过的配租公告(测试)")
        made = actions.start_correction(public, reason="套数写错(测试)", by=self.lin, at=NOW)
        text = make.text(title="更正过的配租公告(测试)", formed_on=NOW.date(), elements=made.elements)
        actions.save_revision(made, text=text, edits=0, by=self.lin, at=NOW)
        actions.submit(self._fresh(made), by=self.lin, at=NOW)
        actions.record_review(self._fresh(made), verdict=Verdict.APPROVE, grounds="(测试)", by=self.chen, at=NOW)
        actions.publish(self._fresh(made), by=self.lin, at=NOW)
        return self._fresh(made)

    def _papers(self) -> None:
        """Sheets in every state, and a waiting list, brought in as an officer brings them in."""
        desk = signed_in(self.lin)
        address = reverse("workspace:import_item", args=[ITEM, self.agency.code])
        names = [e.name for e in self.item.elements.all()]
        head = "\t".join(["标题", "形成日期", *names])
        for n, (cell, confirmed) in enumerate((("60", False), ("60", True), ("很多", False))):
            cells = [cell if e.type == "number" else "测试" for e in self.item.elements.all()]
            row = "\t".join([f"测试公告{n}", "2026-11-05", *cells])
            desk.post(address, {"pasted": f"{head}\n{row}"})
            if confirmed:
                run = ImportRun.objects.order_by("-pk")[0]
                desk.post(reverse("workspace:import_confirm", args=[run.public_id]))
        rows = "回执号\t证件尾号\t排位\t得分\t下一步\nCS-1\t021X\t1\t90\t选房\n"
        desk.post(
            reverse("workspace:applicants_new"),
            {"title": "候租家庭(测试)", "agency": self.agency.code, "pasted": rows},
        )

    def _offices(self) -> None:
        """What the offices have done: clocks of every kind, a proposal, a closure, a confirmed rule."""
        for days, label in ((60, "逾期的配租结果(测试)"), (20, "在走的配租结果(测试)")):
            self.clock = clocks.open_obligation(
                self.item,
                agency=self.agency,
                fact_on=NOW.date() - timedelta(days=days),
                label=label,
                by=self.lin,
                at=NOW,
            )
        late = Obligation.objects.get(label="逾期的配租结果(测试)")
        clocks.waive(late, ground="项目取消(测试)", by=self.su, at=NOW)
        self.rule = Rule.objects.get(code="R-HSG-MONTH-10WD")
        lists.confirm_rule(self.rule.versions.get(), source_note="已与原文核对(测试)", by=self.su, at=NOW)
        self.proposal = lists.propose_item(
            domain=Domain.objects.get(code="HA"), agency=self.agency, name="更细的事项(测试)",
            elements=[{"name": "名称", "type": "text", "required": True}], rule=self.rule, stage="result",
            reason="群众常问(测试)", by=self.lin, at=NOW,
        )  # fmt: skip
        self.closure = Closure.objects.create(
            from_on=NOW.date(), to_on=NOW.date(), reason="山洪停工(测试)", source="测试通知"
        )
        self.stopped = officer("gone", "离测试", (Role.DRAFTER, self.agency), active=False)
