"""A list with a column of receipts' numbers, one of which passes as an identity number. All are invented."""

import csv
import io
from datetime import date
from pathlib import Path

from gongkai.core.privacy import Kind, Rules
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import Check
from gongkai.documents.masking.files import mask

PERSON = "350524199001011238"
FAILS, PASSES = "350524202002020011", "350524202002020018"
TODAY = date(2026, 11, 1)


def a_list(numbers: list[str], heading: str = "受理编号") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(
        [["序号", "姓名", heading, "身份证号"], *(["1", "林某", n, PERSON] for n in numbers)]
    )
    return text.getvalue().encode()


def places(data: bytes) -> list[str]:
    check = Check(Rules(today=TODAY))
    return [
        one.place
        for passage in passages(io.BytesIO(data), name="a.csv")
        for one in check.findings(passage)
        if one.kind is Kind.RESIDENT_ID
    ]


def test_the_column_explains_it_after_a_row_that_fails() -> None:
    assert places(a_list([FAILS, PASSES])) == ["第2行D列", "第3行D列"]
    assert places(a_list([PASSES, FAILS])) == ["第2行C列", "第2行D列", "第3行D列"]
    assert places(a_list([FAILS, PASSES], "编号")) == ["第2行D列", "第3行C列", "第3行D列"]


def test_the_next_list_of_the_file_begins_anew() -> None:
    assert "第5行C列" in places(a_list([FAILS, FAILS]) + a_list([PASSES]))


def test_the_mask_leaves_what_the_check_explains(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(a_list([FAILS, PASSES]))
    list(
        mask(
            {
                "path": tmp_path / "a.csv",
                "out": tmp_path / "out",
                "name": "a.csv",
                "rules": {"today": "2026-11-01"},
            }
        )
    )
    result = (tmp_path / "out").read_text(encoding="utf-8")
    assert PASSES in result
    assert PERSON not in result
