"""人员, contacts, warnings: what the administrator, the office and the heads do."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.agencies.models import Agency, Appointment, Officer
from gongkai.core.vocabulary import Role
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

PEOPLE, NEW = reverse("workspace:people"), reverse("workspace:officer_new")


def of(name: str, who: Officer, *more: int) -> str:
    return reverse(f"workspace:{name}", args=[who.pk, *more])


def password_on(page: str) -> str:
    return re.search(r'只显示这一次\):</strong> <span class="mono">([^<]+)<', page)[1]


def test_a_new_account_shows_its_password_once(cast: Cast, enter: Enter, client: Client) -> None:
    ye = enter(cast.ye)
    token = re.search(r'name="once" value="([^"]+)"', ye.get(NEW).content.decode())[1]
    said = {"username": "he", "display_name": "何测试", "once": token}
    first = ye.post(NEW, said)
    assert ye.post(NEW, said).url == first.url  # the second click made nobody
    password = password_on(ye.get(first.url).content.decode())
    assert password not in ye.get(first.url).content.decode()
    answer = client.post(reverse("workspace:sign_in"), {"username": "he", "password": password})
    assert answer.status_code == 302


def test_a_name_already_taken_is_told(cast: Cast, enter: Enter) -> None:
    answer = enter(cast.ye).post(NEW, {"username": "lin", "display_name": "另一人"})
    assert "已有人使用" in answer.content.decode()
    assert "另一人" in answer.content.decode()


def test_roles_are_given_and_ended(cast: Cast, enter: Enter) -> None:
    ye, page = enter(cast.ye), of("officer", cast.stranger)
    said = {
        "press": "appoint",
        "agency": cast.land.pk,
        "role": Role.REVIEWER,
        "from_on": str(timezone.localdate()),
    }
    assert ye.post(page, said).url == page
    assert ye.post(page, said).url == page
    held = Appointment.objects.get(officer=cast.stranger)
    assert held.role == Role.REVIEWER
    assert "保密审查员" in ye.get(page).content.decode()
    assert ye.post(of("dismiss", cast.stranger, held.pk)).url == page
    held.refresh_from_db()
    assert held.to_on == timezone.localdate()
    assert "请选择单位" in ye.post(page, {**said, "agency": ""}).content.decode()
    both = {**said, "role": Role.AUDITOR}
    assert "不同的人" in ye.post(of("officer", cast.ye), both).content.decode()


def test_a_name_is_corrected(cast: Cast, enter: Enter) -> None:
    ye, page = enter(cast.ye), of("officer", cast.lin)
    ye.post(page, {"press": "name", "display_name": "林改名"})
    assert Officer.objects.get(pk=cast.lin.pk).display_name == "林改名"
    assert "请填写姓名" in ye.post(page, {"press": "name", "display_name": ""}).content.decode()


def test_an_account_is_closed_and_opened_again(cast: Cast, enter: Enter) -> None:
    ye = enter(cast.ye)
    assert "立即不能登录" in ye.get(of("deactivate", cast.lin)).content.decode()
    ye.post(of("deactivate", cast.lin))
    assert not Officer.objects.get(pk=cast.lin.pk).is_active
    page = ye.post(of("reactivate", cast.lin), follow=True).content.decode()
    assert Officer.objects.get(pk=cast.lin.pk).check_password(password_on(page))


def test_the_last_administrator_is_kept_and_told_why(cast: Cast, enter: Enter) -> None:
    page = enter(cast.ye).post(of("deactivate", cast.ye), follow=True).content.decode()
    assert "最后一位系统管理员" in page
    assert Officer.objects.get(pk=cast.ye.pk).is_active


def test_a_password_is_reset_and_a_lost_device_taken_off(cast: Cast, enter: Enter) -> None:
    ye = enter(cast.ye)
    enter(cast.wang)
    page = ye.post(of("reset_password", cast.wang), follow=True).content.decode()
    assert Officer.objects.get(pk=cast.wang.pk).check_password(password_on(page))
    assert "已绑定验证器" in page
    page = ye.post(of("remove_second_factor", cast.wang), follow=True).content.decode()
    assert "未绑定验证器" in page


def test_people_are_found_and_exported(cast: Cast, enter: Enter) -> None:
    ye = enter(cast.ye)
    found = ye.get(PEOPLE, {"words": "陈"}).content.decode()
    assert "陈测试" in found
    assert "林测试" not in found
    rows = b"".join(ye.get(PEOPLE, {"as": "csv"}).streaming_content).decode("utf-8-sig")
    assert "县财政局(保密审查员)" in rows
    assert "停用" in rows


def test_the_office_changes_a_public_contact(cast: Cast, enter: Enter) -> None:
    su, where = enter(cast.su), reverse("workspace:contact", args=["finance"])
    assert "不服找谁" in su.get(where).content.decode()
    assert su.post(where, {"phone": "0595-00000000", "address": "", "hours": ""}).status_code == 302
    assert Agency.objects.get(code="finance").contact["phone"] == "0595-00000000"
    assert "0595-00000000" in su.get(reverse("workspace:agencies")).content.decode()


@pytest.mark.parametrize(("days", "told"), [("61", "0 到 60"), ("", "请填写天数"), ("三", "请填写整数")])
def test_a_wrong_warning_is_told(cast: Cast, enter: Enter, days: str, told: str) -> None:
    answer = enter(cast.wang).post(reverse("workspace:warnings"), {"agency": "finance", "days": days})
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_head_sets_the_warning_of_the_own_agency_only(cast: Cast, enter: Enter) -> None:
    wang, where = enter(cast.wang), reverse("workspace:warnings")
    assert "县自然资源局" not in wang.get(where).content.decode()
    assert wang.post(where, {"agency": "finance", "days": "7"}).url == where
    assert Agency.objects.get(code="finance").warn_days == 7
    assert wang.post(where, {"agency": "natural_resources", "days": "7"}).status_code == 404


def test_all_agencies_are_set_together_and_put_back_at_once(cast: Cast, enter: Enter) -> None:
    su, where = enter(cast.su), reverse("workspace:warnings")
    su.post(where, {"agency": "finance", "days": "7"})
    answer = su.post(where, {"agency": "*", "days": "9"}, follow=True).content.decode()
    assert "已统一为提前 9 个工作日,3 个单位有变动" in answer
    assert set(Agency.objects.values_list("warn_days", flat=True)) == {9}
    answer = su.post(where, {"press": "back"}, follow=True).content.decode()
    assert "已恢复 3 个单位" in answer
    assert Agency.objects.get(code="finance").warn_days == 7
    assert "没有可以恢复" in su.post(where, {"press": "back"}, follow=True).content.decode()


def test_a_change_after_the_common_one_is_not_put_back(cast: Cast, enter: Enter) -> None:
    su, where = enter(cast.su), reverse("workspace:warnings")
    su.post(where, {"agency": "*", "days": "9"})
    su.post(where, {"agency": "finance", "days": "4"})
    assert "恢复各单位原来的天数" not in su.get(where).content.decode()
    su.post(where, {"press": "back"})
    assert Agency.objects.get(code="finance").warn_days == 4


def test_together_reaches_no_further_than_alone(cast: Cast, enter: Enter) -> None:
    wang, where = enter(cast.wang), reverse("workspace:warnings")
    answer = wang.post(where, {"agency": "*", "days": "900"})
    assert answer.status_code == 422
    wang.post(where, {"agency": "*", "days": "8"})
    assert list(Agency.objects.filter(warn_days=8).values_list("code", flat=True)) == ["finance"]


def test_the_table_of_warnings_can_be_taken_along(cast: Cast, enter: Enter) -> None:
    head = enter(cast.wang)
    where = reverse("workspace:warnings")
    assert "as=xlsx" in head.get(where).content.decode()
    answer = head.get(where, {"as": "csv"})
    body = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()  # type: ignore[attr-defined]
    assert cast.finance.name in body
    assert "text/csv" in answer["Content-Type"]
