"""A walk through every page of the workspace, each with something on it."""

import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import reverse

from gongkai.agencies.models import Officer
from gongkai.catalogue.queries import unverified
from gongkai.disclosures.models import ImportRun
from gongkai.documents.models import ApplicantList
from gongkai.obligations.models import Obligation
from gongkai.web.workspace import urls
from tests.make import NOW
from tests.web.workspace.desk import ITEM, Desk

NAMES = [pattern.name for pattern in urls.urlpatterns]
# No page of their own: they take a POST, or answer with a file or with JSON.
_NO_PAGE = (
    "sign_out draft_start autosave recall mask import_confirm import_abandon import_submit upload_finish dismiss"
    " reactivate reset_password remove_second_factor second_factor_qr upload uploads attachment import_template"
    " import_returned applicants_template"
)
NO_PAGE = frozenset(_NO_PAGE.split())
# The pages that need no more to be opened, by who looks.
_LISTS = {
    "lin": "tasks account help fact obligations draft_new imports applicants applicants_new disclosures findings"
    " propose password second_factor_setup",
    "chen": "tasks reviews disclosures findings",
    "wang": "tasks warnings",
    "su": "tasks silent catalogue publish_catalogue rules calendars calendar_new closure_new warnings agencies log"
    " findings obligations",
    "ye": "tasks people officer_new agencies",
    "xu": "tasks log",
}


class Stop(NamedTuple):
    """One page of the walk: the name of its address, where it is, and who looks (nobody yet: ``None``).

    ``halfway`` is somebody who has given the password and not yet the second factor.
    """

    name: str
    path: str
    who: Officer | None
    halfway: bool = False


class Tour(Desk):
    """Every page of the workspace with each kind of thing it can show."""

    def stops(self) -> Iterator[Stop]:
        """Every page of the workspace, with each kind of thing it can show."""
        yield from self._lists()
        yield from self._pages_of_texts()
        yield from self._other_pages()

    def _lists(self) -> Iterator[Stop]:
        for who, names in _LISTS.items():
            for name in names.split():
                yield Stop(name, reverse(f"workspace:{name}"), getattr(self, who))
        fact = reverse("workspace:fact")
        yield Stop("fact", f"{fact}?agency={self.agency.code}&item={ITEM}", self.lin)
        yield Stop("findings", f"{reverse('workspace:findings')}?all=1", self.su)
        yield Stop("disclosures", f"{reverse('workspace:disclosures')}?q=没有这样的", self.lin)
        yield Stop("sign_in", reverse("workspace:sign_in"), None)
        yield Stop("second_factor", reverse("workspace:second_factor"), self.wang, halfway=True)

    def _of(self, text: str, names: str, who: Officer, *more: int) -> Iterator[Stop]:
        public_id = self.texts[text].disclosure.public_id
        for name in names.split():
            yield Stop(name, reverse(f"workspace:{name}", args=[public_id, *more]), who)

    def _pages_of_texts(self) -> Iterator[Stop]:
        yield from self._of("empty", "disclosure draft preview", self.lin)
        yield from self._of("draft", "disclosure draft preview discard mask_text", self.lin)
        yield from self._of("submitted", "disclosure preview", self.lin)
        yield from self._of("submitted", "disclosure review", self.chen)
        yield from self._of("approved", "disclosure publish", self.lin)
        yield from self._of("kept", "disclosure conclude", self.lin)
        yield from self._of("kept", "review", self.chen)
        yield from self._of("asked", "review", self.chen)
        yield from self._of("returned", "disclosure draft", self.lin)
        yield from self._of("concluded", "disclosure", self.su)
        yield from self._of("correcting", "disclosure draft preview first_publication", self.lin)
        yield from self._of("corrected", "disclosure correct", self.lin)
        yield from self._of("corrected", "compare", self.lin, 1, 2)
        yield from self._of("corrected", "withdraw", self.wang)
        yield from self._of("corrected", "withhold", self.wang, 1)
        hung = self.texts["submitted"].attachments.get()
        (release,) = self._of("submitted", "release", self.chen)
        yield release._replace(path=f"{release.path}?subject=file:{hung.file.sha256}")
        masked = self.texts["draft"].attachments.get(name="花名册(盖住的).xlsx")
        yield from self._of("draft", "before_after", self.lin, masked.pk)
        yield from self._of("draft", "original", self.su, masked.pk)

    def _other_pages(self) -> Iterator[Stop]:
        version = self.rule.versions.order_by("-pk")[0]
        fact = next(f for f in unverified() if f.kind != "rules" and f.code)
        of_lin: dict[str, list[Any]] = {"import_item": [ITEM, self.agency.code], "obligation": [self.clock.pk]}
        of_su: dict[str, list[Any]] = {
            "rule": [self.rule.code],
            "rule_confirm": [self.rule.code, version.pk],
            "rule_change": [self.rule.code, version.pk],
            "confirm_fact": [fact.kind, fact.code],
            "decide": [self.proposal.pk],
            "closure_switch": [self.closure.pk],
            "contact": [self.agency.code],
            "waive": [self.clock.pk],
        }
        of_ye: dict[str, list[Any]] = {"officer": [self.lin.pk], "deactivate": [self.lin.pk]}
        for who, pages in ((self.lin, of_lin), (self.su, of_su), (self.ye, of_ye)):
            for name, args in pages.items():
                yield Stop(name, reverse(f"workspace:{name}", args=args), who)
        for clock in Obligation.objects.order_by("pk"):
            yield Stop("obligation", reverse("workspace:obligation", args=[clock.pk]), self.su)
        yield Stop("officer", reverse("workspace:officer", args=[self.stopped.pk]), self.ye)
        for run in ImportRun.objects.order_by("pk"):
            yield Stop("import_run", reverse("workspace:import_run", args=[run.public_id]), self.lin)
        ImportRun.objects.create(
            item=self.item, agency=self.agency, source=ImportRun.Source.PASTE, fingerprint=uuid.uuid4().hex * 2,
            created_at=NOW, created_by=self.lin, content=b"x",
        )  # fmt: skip
        waiting = ImportRun.objects.get(state=ImportRun.State.QUEUED)
        for name in ("import_run", "import_progress"):
            yield Stop(name, reverse(f"workspace:{name}", args=[waiting.public_id]), self.lin)
        code = ApplicantList.objects.get(title="候租家庭(测试)").code
        yield Stop("applicants_load", reverse("workspace:applicants_load", args=[code]), self.lin)
