"""Calendar files: what the profile ships, and what a wrong file is told."""

from datetime import date
from pathlib import Path

import pytest

from gongkai.core.vocabulary import Evidence
from gongkai.core.workdays import CalendarDataError, YearCalendar
from gongkai.obligations.calendar_source import read_calendar_dir, read_calendar_file

GOOD = """
year: 2024
revision: 1
title: 测试通知
doc_no: 测试发〔2023〕1号
issued_on: 2023-10-25
url: https://www.gov.cn/test
evidence: secondary
note: 测试
holidays:
- name: 元旦
  days_off: 2024-01-01
- name: 春节
  days_off: [2024-02-10..2024-02-12, "2024-02-13"]
  workdays: [2024-02-04, 2024-02-18]
"""


def test_a_file_says_one_notice(tmp_path: Path) -> None:
    file = tmp_path / "2024.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert read_calendar_file(file) == YearCalendar(
        year=2024,
        revision=1,
        days_off=frozenset({date(2024, 1, 1), *(date(2024, 2, d) for d in range(10, 14))}),
        workdays=frozenset({date(2024, 2, 4), date(2024, 2, 18)}),
        issued_on=date(2023, 10, 25),
        title="测试通知",
        doc_no="测试发〔2023〕1号",
        url="https://www.gov.cn/test",
        evidence="secondary",
        note="测试",
    )


def test_the_profile_ships_every_year_since_2017_with_both_amendments(notices: list[YearCalendar]) -> None:
    assert [(y.year, y.revision) for y in notices if not y.provisional] == [
        (2017, 1), (2018, 1), (2019, 1), (2019, 2), (2020, 1), (2020, 2),
        (2021, 1), (2022, 1), (2023, 1), (2024, 1), (2025, 1), (2026, 1),
    ]  # fmt: skip
    assert [(y.year, y.evidence, y.issued_on) for y in notices if y.provisional] == [
        (2027, Evidence.UNVERIFIED, None)
    ]


def test_every_announced_year_names_its_notice_and_no_mirror(notices: list[YearCalendar]) -> None:
    for year in notices:
        if not year.provisional:
            assert year.title.startswith("国务院办公厅关于")
            assert year.doc_no.startswith("国办发明电〔")
            assert year.url.split("/")[2].endswith("www.gov.cn")
            assert year.issued_on is not None
            assert year.evidence in {Evidence.PRIMARY_TEXT, Evidence.SECONDARY}


def test_the_provisional_year_comes_before_an_announced_one_of_the_same_year(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.yaml").write_text("provisional: true\n" + GOOD, encoding="utf-8")
    assert [y.provisional for y in read_calendar_dir(tmp_path)] == [True, False]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("year: 2024", "year: twenty", "格式不对"),
        ("title: 测试通知", "", "title"),
        ("evidence: secondary", "evidence: certain", "certain"),
        ("days_off: 2024-01-01", "days_off: 2024-01-32", "不存在的日期"),
        ("days_off: 2024-01-01", "days_off: 2024-1-1..2024-1-3", "格式不对"),
        ("days_off: 2024-01-01", "off: 2024-01-01", "days_off"),
        ("2024-02-10..2024-02-12", "2024-02-12..2024-02-10", "起止颠倒"),
        ("workdays: [2024-02-04, 2024-02-18]", "workdays: [2024-02-10]", "既列为放假又列为上班"),
        ("note: 测试", "remark: 测试", "不认识的字段 remark"),
        ("issued_on: 2023-10-25", "issued_on: soon", "格式不对"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path: Path, old: str, new: str, told: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(CalendarDataError, match=r"wrong\.yaml") as refusal:
        read_calendar_file(file)
    assert told in str(refusal.value)


@pytest.mark.parametrize("content", [b"- a list", b"{", "year: é".encode("latin-1"), b""])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_bytes(content)
    with pytest.raises(CalendarDataError, match=r"wrong\.yaml"):
        read_calendar_file(file)


def test_two_files_of_one_revision_are_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(CalendarDataError, match="2024 年第 1 版有两个文件"):
        read_calendar_dir(tmp_path)


def test_a_folder_without_calendars_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarDataError, match="没有日历文件"):
        read_calendar_dir(tmp_path / "absent")
