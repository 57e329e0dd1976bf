"""The English public site: nothing of the system's or the profile's own words is left in Chinese."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from gongkai.agencies.models import SupervisionChannel
from gongkai.catalogue.models import Element, Exclusion, PublicationChannel, RuleVersion
from gongkai.catalogue.queries import checklist_rows
from gongkai.catalogue.wording import deadline_of, trigger_of
from gongkai.disclosures.models import Disclosure
from gongkai.web.telling import CountyWords
from gongkai.web.telling import told as in_language
from tests.make import NOW
from tests.web.han import han, unmarked
from tests.web.portal.story import Story

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/domains/GP/",
    "/disclosures/",
    "/disclosures/?domain=XX&year=2026&stage=result",
    "/checklist/",
    "/checklist/diff/",
    "/checklist/GP-10/",
    "/timeliness/",
    "/timeliness/rows/",
    "/search/",
    "/search/?q=2026",
    "/proof/",
    "/guide/",
    "/about/",
    "/data/",
    "/no-such-page/",
]


@pytest.fixture(autouse=True)
def _back_to_chinese() -> Iterator[None]:
    """A request for an English page leaves its language behind."""
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_english_holds_no_chinese_of_its_own(told: Story, path: str) -> None:
    assert unmarked(Client().get(f"/en{path}").content.decode()) == []


def test_the_pages_of_a_disclosure_too(told: Story) -> None:
    found = {}
    for public_id in Disclosure.objects.order_by("pk").values_list("public_id", flat=True)[:8]:
        for tail in ("", "clock/", "versions/", "print/"):
            page = Client().get(f"/en/d/{public_id}/{tail}")
            if page.status_code == 200 and (left := unmarked(page.content.decode())):
                found[f"{public_id} {tail}"] = left

    assert found == {}


def test_the_feeds_call_themselves_english(told: Story) -> None:
    atom = Client().get("/en/disclosures.atom?stage=result").content.decode()
    assert han(atom.split("<title>")[1].split("</title>")[0]) == []
    assert han(Client().get("/en/disclosures.feed.json?stage=result").json()["title"]) == []


def test_every_word_of_the_profile_has_english(told: Story) -> None:
    words = {
        *Element.objects.values_list("name", flat=True),
        *PublicationChannel.objects.values_list("name", flat=True),
        *SupervisionChannel.objects.values_list("name", flat=True),
        *SupervisionChannel.objects.values_list("detail", flat=True),
        *Exclusion.objects.values_list("name", flat=True),
        *RuleVersion.objects.values_list("trigger", flat=True),
        *RuleVersion.objects.values_list("clause", flat=True),
        *(deadline_of(version) for version in RuleVersion.objects.all()),
        *(trigger_of(version) for version in RuleVersion.objects.all()),
        *(deadline for row in checklist_rows(on=NOW.date()) for deadline in row.deadlines),
    }
    left: list[str] = []

    def answer(_request: Any) -> Any:
        with translation.override("en"):
            left.extend(said for word in words if han(said := in_language(word)))

    CountyWords(answer)(None)  # type: ignore[arg-type] # the middleware passes the request on

    assert left == []
