"""Another county is a folder: other agencies, a domain of its own, another 索引号, other colours, 三审."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from gongkai.agencies.models import Agency
from gongkai.agencies.queries import agencies_in_force, county, disclosers, townships
from gongkai.catalogue import queries
from gongkai.catalogue.actions import publish_catalogue
from gongkai.catalogue.models import Domain
from gongkai.core.identifiers import index_group, index_number
from gongkai.obligations.models import CalendarYear
from tests.profiles.folders import NOW, YUNLING, bend, copy_of, entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    """By the operator's command."""
    call_command("load_profile", str(YUNLING), stdout=io.StringIO())


def test_its_own_names_colours_and_three_reviews_are_there() -> None:
    here = county()
    assert (here.code, here.name, here.name_en) == ("yunling", "云岭县", "Yunling County (invented)")
    assert here.site["colours"] == {"main": "#14532d", "accent": "#7c2d12"}
    assert (here.review_steps, here.review_names) == (3, ("初审", "复审", "终审"))
    assert here.log_origin == "yunling.example/ggzy/log"
    assert here.portal_channel == "yl_portal"
    assert here.areas["county"] == here.area_code == "999901"


def test_its_own_way_of_numbering_works_for_every_agency_and_domain() -> None:
    made = set()
    for agency in agencies_in_force():
        for domain in Domain.objects.all():
            group = index_group(county().index_pattern, unit=agency.unit_code, domain=domain.code, year=2026)
            made.add(index_number(county().index_pattern, group=group, serial=1))
    assert "11999901MB0000003C/2026-000001" in made
    assert len(made) == agencies_in_force().count()  # the domain is no part of this county's numbers


def test_its_extra_domain_has_items_clocks_and_a_place_in_the_list() -> None:
    grouped = {domain.name: [item.code for item in items] for domain, items in queries.items_by_domain()}
    assert grouped == {"政府采购": ["GP-01"], "用能权交易": ["EU-01", "EU-02", "EU-03"]}
    version = publish_catalogue(by=None, at=NOW)
    assert version.title == "云岭县公共资源配置领域政府信息公开清单"
    assert {row["level_one"] for row in version.rows} == {"政府采购", "用能权交易"}


def test_its_townships_stand_for_the_collective_name() -> None:
    towns = Agency.objects.prefetch_related("parts").get(code="towns")
    assert [agency.code for agency in disclosers(towns)] == ["yunshang", "lingxia"]
    assert disclosers(Agency.objects.get(code="energy")) == [Agency.objects.get(code="energy")]
    assert [agency.code for agency in townships()] == ["yunshang", "lingxia"]


def test_its_calendar_came_with_it() -> None:
    assert [str(year) for year in CalendarYear.objects.all()] == ["2026.1"]


def test_a_new_notice_of_holidays_alone_is_reported(tmp_path: Path) -> None:
    folder = copy_of(YUNLING, tmp_path)
    notice = (folder / "calendars" / "2026.yaml").read_text(encoding="utf-8")
    (folder / "calendars" / "2026-2.yaml").write_text(
        notice.replace("revision: 1", "revision: 2").replace("2026-05-09", "2026-05-10"), encoding="utf-8"
    )
    out = io.StringIO()
    call_command("load_profile", str(folder), stdout=out)
    assert out.getvalue().splitlines() == ["已载入 yunling。", "日历:新增 2026.2(1项)"]


def test_what_was_kept_moved_and_retired_is_told_in_words(tmp_path: Path) -> None:
    folder = copy_of(YUNLING, tmp_path)
    Agency.objects.filter(code="finance").update(warn_days=9)
    bend(folder, "agencies.yaml", lambda agencies: entry(agencies, "finance").update(warn_days=1))
    bend(folder, "channels.yaml", lambda channels: channels[::-1])
    bend(folder, "items.yaml", lambda items: [one for one in items if one["code"] != "EU-02"])
    out = io.StringIO()
    call_command("load_profile", str(folder), stdout=out)
    assert out.getvalue().splitlines() == [
        "已载入 yunling。",
        "责任主体:县里已核实或修改,未采用配置的改动 finance(1项)",
        "渠道:顺序有调整",
        "公开事项:停用 EU-02(1项)",
    ]


def test_the_command_reports_and_the_second_run_says_nothing_changed() -> None:
    out = io.StringIO()
    call_command("load_profile", str(YUNLING), stdout=out)
    assert out.getvalue() == "没有变化。\n"
    out = io.StringIO()
    call_command("load_profile", str(YUNLING), "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert (answer["loaded"], answer["changed"], answer["kinds"]) == (True, False, {})
    assert answer["calendars"] == {"added": [], "unchanged": 1}
