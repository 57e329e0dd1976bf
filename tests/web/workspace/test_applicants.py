"""Waiting lists come in as tables, whole or not at all. Every receipt and ending here is invented."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from gongkai.documents.actions import ApplicantListError, find_applicant
from gongkai.documents.models import ApplicantDigest, ApplicantList
from gongkai.documents.waiting_lists import applicants_of
from tests.cast import Cast
from tests.web.workspace.conftest import Enter

HEAD = "回执号\t证件尾号\t排位\t得分\t下一步\n"
ROWS = "CS-1\t021X\t1\t90\t选房\nCS-2\t0022\t2\t88\t等待\n"
NEW = "/workspace/applicants/new/"


@pytest.fixture(autouse=True)
def _own_places(settings: Any, tmp_path: Path) -> None:
    settings.APPLICANT_KEY, settings.VAR_DIR = str(tmp_path / "applicants.key"), tmp_path


def load(client: Client, pasted: str = HEAD + ROWS, *, address: str = NEW, **said: Any) -> Any:
    return client.post(address, {"title": "测试名单", "agency": "finance", "pasted": pasted, **said})


def test_a_pasted_list_is_found_in_by_its_applicants_at_once(cast: Cast, enter: Enter) -> None:
    answer = load(enter(cast.lin))
    assert answer.status_code == 302
    listed = ApplicantList.objects.get()
    assert (listed.title, listed.agency, listed.row_count, listed.loaded_by) == (
        "测试名单",
        cast.finance,
        2,
        cast.lin,
    )
    row = find_applicant(listed.code, receipt="CS-1", last_four="021X", on=timezone.localdate())
    assert row is not None
    assert (row.place, row.points, row.next_step) == (1, "90", "选房")
    shown = Client().post("/housing/", {"list": listed.code, "receipt": "CS-2", "last_four": "0022"})
    assert "排在第 2 位" in shown.content.decode()


def test_the_template_comes_back_filled_in_as_a_file(cast: Cast, enter: Enter) -> None:
    client = enter(cast.lin)
    answer = client.get(reverse("workspace:applicants_template"))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert [cell.value for cell in book.active[1]] == HEAD.strip().split("\t")
    book.active["A2"], book.active["B2"] = "CS-9", "0099"
    out = io.BytesIO()
    book.save(out)
    assert load(client, "", file=SimpleUploadedFile("名单.xlsx", out.getvalue())).status_code == 302
    assert find_applicant(
        ApplicantList.objects.get().code, receipt="CS-9", last_four="0099", on=timezone.localdate()
    )


def test_a_new_state_takes_the_place_of_the_old_one(cast: Cast, enter: Enter) -> None:
    client = enter(cast.lin)
    load(client)
    code = ApplicantList.objects.get().code
    address = reverse("workspace:applicants_load", args=[code])
    assert "2 户" in client.get(address).content.decode()
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer = load(client, HEAD + "CS-2\t0022\t1\t\t\n", address=address, ends_on=str(tomorrow))
    assert answer.status_code == 302
    listed = ApplicantList.objects.get()
    assert (listed.row_count, listed.ends_on) == (1, tomorrow)
    page = client.get("/workspace/applicants/").content.decode()
    assert "测试名单" in page
    table = client.get("/workspace/applicants/", {"as": "csv"})
    assert "测试名单" in b"".join(table.streaming_content).decode("utf-8-sig")


@pytest.mark.parametrize(
    ("pasted", "why"),
    [
        (HEAD + "CS-1\t021X\t1\nCS-1\t021X\t2\n", "第2行与第1行"),
        (HEAD + "CS-1\t11010119900307021X\t1\n", "完整的证件号码"),
        (HEAD + "CS-1\t02\t1\n", "应为4位"),
        (HEAD + "CS-1\t021X\t甲\n", "第1行的排位"),
        (HEAD + "\t021X\t1\n", "没有回执号"),
        ("回执号\t排位\nCS-1\t1\n", "缺少:证件尾号"),
        ('回执号\t"证件', "引号不配对"),
        ("", "请选择填好的表"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_changed(cast: Cast, enter: Enter, pasted: str, why: str) -> None:
    client = enter(cast.lin)
    load(client)
    before = set(ApplicantDigest.objects.values_list("digest", flat=True))
    address = reverse("workspace:applicants_load", args=[ApplicantList.objects.get().code])
    answer = load(client, pasted, address=address)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert set(ApplicantDigest.objects.values_list("digest", flat=True)) == before


def test_a_file_that_is_no_table_and_both_at_once_are_refused(cast: Cast, enter: Enter) -> None:
    client = enter(cast.lin)
    picture = SimpleUploadedFile("名单.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    assert load(client, "", file=picture).status_code == 422
    both = load(client, file=SimpleUploadedFile("名单.csv", (HEAD + ROWS).replace("\t", ",").encode()))
    assert "只能用一种" in both.content.decode()
    assert not ApplicantList.objects.exists()


def test_a_list_belongs_to_its_agency(cast: Cast, enter: Enter) -> None:
    load(enter(cast.lin))
    code = ApplicantList.objects.get().code
    zheng = enter(cast.zheng)
    assert zheng.get(reverse("workspace:applicants_load", args=[code])).status_code == 404
    assert "测试名单" not in zheng.get("/workspace/applicants/").content.decode()
    assert load(zheng).status_code == 422  # not for another agency either
    assert enter(cast.su).get(reverse("workspace:applicants_load", args=[code])).status_code == 200


def test_columns_may_stand_in_any_order_under_their_usual_names() -> None:
    rows = [["序号", "姓名", "申请回执号", "身份证后四位"], ["3.0", "测试", "CS-7", "0077"], ["", "", "", ""]]
    assert [(a.receipt, a.last_four, a.place) for a in applicants_of(rows)] == [("CS-7", "0077", 3)]
    with pytest.raises(ApplicantListError, match="列名"):
        list(applicants_of([]))
