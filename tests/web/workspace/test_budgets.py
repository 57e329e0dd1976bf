"""Each page costs a known number of queries, however many rows it shows."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gongkai.agencies.models import Officer
from gongkai.catalogue.models import Item
from gongkai.disclosures import actions
from gongkai.obligations import actions as clocks
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

# page → (who, most queries). Session, officer, second factor, appointments and the county's name cost seven.
BUDGETS: Mapping[str, tuple[str, int]] = {
    "tasks": ("lin", 14),
    "disclosures": ("lin", 11),
    "obligations": ("lin", 11),
    "draft_new": ("lin", 12),
    "fact": ("lin", 11),
    "reviews": ("chen", 10),
    "catalogue": ("su", 32),
    "rules": ("su", 24),
    "calendars": ("su", 10),
    "agencies": ("su", 10),
    "warnings": ("su", 9),
    "people": ("ye", 11),
    "log": ("xu", 10),
    "findings": ("su", 14),
    "applicants": ("su", 10),
    "silent": ("su", 10),
}
OFFICE_TASKS = 24


def fill(cast: Cast, item: Item, count: int) -> None:
    """So many drafts, submitted texts and running clocks of 县财政局."""
    now = timezone.now()
    for n in range(count):
        clock = clocks.open_obligation(
            item,
            agency=cast.finance,
            fact_on=timezone.localdate() - timedelta(days=n),
            label=f"第{n}件",
            by=cast.lin,
            at=now,
        )
        revision = actions.start_draft(item, agency=cast.finance, by=cast.lin, at=now, obligations=[clock])
        if n % 2:
            text = make.text(formed_on=timezone.localdate())
            actions.save_revision(revision, text=text, edits=0, by=cast.lin, at=now)
            actions.submit(revision, by=cast.lin, at=now)
        clocks.open_obligation(
            item, agency=cast.finance, fact_on=timezone.localdate(), label=f"另{n}件", by=cast.lin, at=now
        )


def queries(enter: Enter, who: Officer, name: str) -> int:
    client = enter(who)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(reverse(f"workspace:{name}")).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_keeps_to_its_budget_with_few_and_many_rows(
    cast: Cast, item: Item, enter: Enter, name: str
) -> None:
    who, most = BUDGETS[name]
    fill(cast, item, 2)
    few = queries(enter, cast.officers[who], name)
    fill(cast, item, 12)
    many = queries(enter, cast.officers[who], name)
    assert many <= few + 1, (few, many)  # a page more may need a count more
    assert many <= most, many


def test_the_offices_first_screen_keeps_to_its_budget(cast: Cast, item: Item, enter: Enter) -> None:
    fill(cast, item, 12)
    assert queries(enter, cast.su, "tasks") <= OFFICE_TASKS


def test_one_disclosure_and_its_form_keep_to_theirs(cast: Cast, item: Item, enter: Enter) -> None:
    disclosure = make.make_disclosure(item, hands=(cast.lin, cast.chen, cast.wang))
    actions.start_correction(disclosure, reason="测试", by=cast.lin, at=timezone.now())
    client = enter(cast.lin)
    for name, most in (("disclosure", 21), ("draft", 20), ("preview", 20)):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"workspace:{name}", args=[disclosure.public_id])).status_code == 200
        assert len(captured) <= most, (name, len(captured))
