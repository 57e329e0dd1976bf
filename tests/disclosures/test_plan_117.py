"""The plan itself, whole, as real input: 安政办〔2018〕117号 in full goes through the ordinary actions.

The text is not part of this repository; it is looked for beside the checkout.
"""

import os
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure
from gongkai.ledger import queries as ledger
from tests.make import NOW, make_disclosure, make_item

PLAN = Path(__file__).resolve().parents[2].parent / "shared" / "domain" / "plan-117-2018.txt"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not PLAN.exists() and not (os.environ.get("CI") == "true" and PLAN.parent.exists()),
        reason="the full text of 安政办〔2018〕117号 is not beside this checkout",
    ),
]


@pytest.fixture
def plan() -> Disclosure:
    text = PLAN.read_text(encoding="utf-8")
    doc_no, title = text.splitlines()[:2]
    return make_disclosure(
        make_item("XX-02"), title=title.strip(), doc_no=doc_no.strip(), formed_on=date(2018, 7, 13), body=text
    )


def test_the_whole_plan_is_published_without_losing_a_character(plan: Disclosure) -> None:
    kept = unescape(plan.published_revision.body.replace("</p>", "\n").replace("<p>", ""))
    lines = [line.strip() for line in PLAN.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert [line for line in kept.split("\n") if line] == lines


def test_its_publication_is_in_the_log_and_says_nothing_of_its_text(plan: Disclosure) -> None:
    leaf = ledger.leaf(plan.leaf_position)
    assert "实施方案" not in bytes(leaf.record).decode()


def test_nothing_in_it_is_taken_for_personal_data(plan: Disclosure) -> None:
    assert plan.status == "published"


def test_a_correction_of_it_keeps_both_texts(plan: Disclosure) -> None:
    again = actions.start_correction(plan, reason="测试更正", by=plan.created_by, at=NOW)
    assert again.body == plan.published_revision.body
