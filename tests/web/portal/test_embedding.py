"""Inside another site's frame one stays inside: every link and form of an embedded page keeps the mark."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from gongkai.disclosures.models import Disclosure
from gongkai.web.portal.embedding import kept, kept_in
from tests.web.portal.story import Story


@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("/", "/?embed=1"),
        ("/en/search/?q=a&amp;after=2", "/en/search/?q=a&amp;after=2&amp;embed=1"),
        ("?after=3#list", "?after=3&amp;embed=1#list"),
        ("/d/1/?embed=1", "/d/1/?embed=1"),
        ("/d/1/files/2/text/", "/d/1/files/2/text/?embed=1"),
    ],
)
def test_an_address_of_a_page_gets_the_mark_once(address: str, marked: str) -> None:
    assert kept(address) == marked


@pytest.mark.parametrize(
    "address",
    [
        "#content", "https://example.cn/", "//example.cn/a", "mailto:a@example.cn", "/workspace/",
        "/en/workspace/", "/disclosures.csv?year=2026", "/d/1/files/2/", "/static/a.css", "/log/checkpoint", "",
    ],
)  # fmt: skip
def test_what_is_no_page_of_this_site_is_left_alone(address: str) -> None:
    assert kept(address) == address


def test_forms_that_ask_carry_a_field_and_forms_that_send_an_address() -> None:
    assert kept_in('<form action="/search/">').endswith('<input type="hidden" name="embed" value="1">')
    assert kept_in('<form method="post" action="/proof/">') == '<form method="post" action="/proof/?embed=1">'
    assert kept_in('<form method="POST">') == '<form method="POST">'  # goes to the page's own address


PAGES = [
    "/", "/disclosures/", "/search/", "/checklist/", "/timeliness/", "/timeliness/rows/", "/data/", "/proof/",
    "/guide/", "/about/", "/housing/", "/en/",
]  # fmt: skip


@pytest.mark.django_db
def test_no_page_of_the_column_leads_out_of_the_frame(told: Story) -> None:
    row = Disclosure.objects.get(published_revision__number=2)
    one = [f"/d/{row.public_id}/", f"/d/{row.public_id}/versions/", f"/domains/{row.item.domain.code}/"]
    for page in [*PAGES, *one]:
        answer = Client().get(page, {"embed": "1"})
        assert answer.status_code == 200, page
        html = answer.content.decode()
        links = re.findall(r"<a\b[^>]*?\shref=\"([^\"]*)\"", html)
        assert links, page
        assert [link for link in links if kept(link) != link] == [], page
        asking = [f for f in re.findall(r"<form\b[^>]*>\s*<?[^>]*", html) if "post" not in f.lower()]
        assert all('name="embed"' in form for form in asking), page
        assert "<footer" not in html, page


@pytest.mark.django_db
def test_the_mark_needs_no_cookie_and_each_form_of_the_page_is_kept_for_itself(told: Story, settings: Any) -> None:
    settings.PAGES_KEPT_SECONDS = 30
    cache.clear()
    client = Client()
    inside, outside = client.get("/?embed=1"), client.get("/")
    again_inside, again_outside = client.get("/?embed=1"), client.get("/")
    assert not client.cookies
    assert "embed=1" in inside.content.decode()
    assert "embed=1" not in outside.content.decode()
    assert again_inside.content == inside.content
    assert again_outside.content == outside.content
    cache.clear()


@pytest.mark.django_db
def test_a_redirect_stays_inside_and_outside_nothing_is_touched(told: Story) -> None:
    answer = Client().get("/elder/?on=1&next=/disclosures/?year=2026&embed=1")
    assert answer["Location"] == "/disclosures/?year=2026&embed=1"
    assert Client().get("/elder/?on=1&next=/disclosures/")["Location"] == "/disclosures/"
