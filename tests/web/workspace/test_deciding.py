"""须先判定的事实 at the desk: asked with the fact, and both answers leave their trace."""

import pytest
from django.urls import reverse

from gongkai.catalogue.models import Item
from gongkai.core.vocabulary import EventKind
from gongkai.events.models import Event
from gongkai.obligations.models import Obligation
from tests import make
from tests.cast import Cast
from tests.web.workspace.conftest import Enter


@pytest.fixture
def penalty(cast: Cast) -> Item:
    version = make.make_rule("R-CF-7WD")
    version.rule.decision_field = "has_social_impact"
    version.rule.save()
    return make.make_item("XX-06", agencies=[cast.finance], rules=[version.rule])


def said(**facts: str) -> dict[str, str]:
    known = {
        "item": "XX-06",
        "agency": "finance",
        "label": "处罚决定",
        "fact_on": "2026-11-20",
        "rule": "R-CF-7WD",
    }
    return known | facts


def test_the_fact_form_asks_and_only_where_a_rule_needs_it(
    cast: Cast, penalty: Item, item: Item, enter: Enter
) -> None:
    page = reverse("workspace:fact")
    asked = enter(cast.lin).get(page, {"item": "XX-06"}).content.decode()
    assert "是否具有一定社会影响(按“测试时限 R-CF-7WD”计时的须先判定)" in asked
    assert 'name="decided"' not in enter(cast.lin).get(page, {"item": item.code}).content.decode()
    refused = enter(cast.lin).post(page, said())
    assert refused.status_code == 422
    assert "须先判定" in refused.content.decode()


def test_yes_starts_the_clock_with_its_ground_and_no_leaves_a_line(
    cast: Cast, penalty: Item, enter: Enter
) -> None:
    page = reverse("workspace:fact")
    yes = enter(cast.lin).post(page, said(decided="yes", decision_ground="媒体报道"))
    assert Obligation.objects.get().decision == "媒体报道"
    assert "媒体报道" in enter(cast.lin).get(yes["Location"]).content.decode()
    no = enter(cast.lin).post(page, said(decided="no", decision_ground="情节轻微,当场处罚", label="另一决定"))
    assert no["Location"] == reverse("workspace:tasks")
    assert Obligation.objects.count() == 1
    assert Event.objects.get(kind=EventKind.FACT_DECIDED).facts["why"] == "情节轻微,当场处罚"
    assert enter(cast.lin).post(page, said(decided="no", decision_ground=" ")).status_code == 422
