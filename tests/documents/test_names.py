"""Names of files, folders, sheets and pages are texts too: found, masked, never repeated. All are invented."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pptx
import pytest
import xlrd
import xlwt
from bench.corpus_open import _odf, _odf_row
from django.core.management import CommandError, call_command
from openpyxl.workbook.defined_name import DefinedName

from gongkai.core.privacy import Rules, masked_name, masked_place, rules_from
from gongkai.documents.actions import store
from gongkai.documents.formats.package import Package
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import Check, inspect
from gongkai.documents.masking.files import mask
from gongkai.documents.masking.naming import follow
from tests.make import NOW

ID, OTHER = "350524199001011238", "350524199001012338"
MASKED = "35" + "×" * 13 + "238"
SHEET = f"林某{ID}"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    first.title = SHEET
    first["A1"], first["A2"] = 3, 4
    second = book.create_sheet("汇总")
    second["A1"] = f"=SUM('{SHEET}'!A1:A2)"
    second["A2"] = f"={SHEET}!A1+INDIRECT(\"'{SHEET}'!A2\")"
    second["A3"] = "电话 13812345678"
    book.create_sheet(f"林某{MASKED}")  # the name a mask would choose is taken
    book.defined_names["总数"] = DefinedName("总数", attr_text=f"'{SHEET}'!$A$1:$A$2")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def old_workbook() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    book.add_sheet(SHEET).write(0, 0, "内容")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def open_workbook() -> bytes:
    out = io.BytesIO()
    one = f'<table:table table:name="{SHEET}">{_odf_row(["内容"])}</table:table>'
    sums = f"<table:table-cell table:formula=\"of:=SUM([$'{SHEET}'.A1:.A2];[{SHEET}.A1])\"/>"
    two = f'<table:table table:name="汇总"><table:table-row>{sums}</table:table-row></table:table>'
    _odf(out, "spreadsheet", one + two)
    return out.getvalue()


def slides() -> bytes:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide._element.cSld.set("name", SHEET)
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def archive(*, comment: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(f"{OTHER}/", "")
        made.writestr(f"名单/{SHEET}.txt", "无")
        made.writestr("表.xlsx", workbook())
        made.comment = comment.encode()
    return out.getvalue()


FILES = {
    "a.xlsx": workbook, "a.xls": old_workbook, "a.ods": open_workbook, "a.pptx": slides, "a.zip": archive,
}  # fmt: skip


def certain(data: bytes, name: str) -> list[Any]:
    check = Check(rules_from({}))
    found = [f for p in passages(io.BytesIO(data), name=name) for f in check.findings(p)]
    return [f for f in found if f.certainty == "certain"]


def masked_copy(tmp_path: Path, name: str, data: bytes) -> bytes:
    (tmp_path / name).write_bytes(data)
    (done,) = mask({"path": tmp_path / name, "out": tmp_path / f"out-{name}", "name": name})
    assert done["masked"]["values"]["resident_id"] >= 1
    return (tmp_path / f"out-{name}").read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_a_name_inside_a_file_is_found_and_no_place_repeats_it(name: str) -> None:
    found = certain(FILES[name](), name)
    assert {f.kind for f in found} >= {"resident_id"}
    assert not [f.place for f in found if ID in f.place or OTHER in f.place]


@pytest.mark.parametrize("name", FILES)
def test_a_masked_copy_has_no_such_name_and_can_be_read(name: str, tmp_path: Path) -> None:
    out = masked_copy(tmp_path, name, FILES[name]())
    assert certain(out, name) == []
    whole = [out]
    if name != "a.xls":
        package = Package(io.BytesIO(out))
        whole = [info.filename.encode() + package.read(info.filename) for info in package.infos]
    assert not [1 for data in whole if ID.encode() in data or ID.encode("utf-16-le") in data]


def test_what_calls_a_renamed_sheet_calls_it_by_its_new_name(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(masked_copy(tmp_path, "a.xlsx", workbook())))
    assert book.sheetnames == [f"林某{MASKED}(2)", "汇总", f"林某{MASKED}"]
    assert not set("".join(book.sheetnames)) & set("\\/?*[]:")
    fresh = f"'林某{MASKED}(2)'!"
    assert book["汇总"]["A1"].value == f"=SUM({fresh}A1:A2)"
    assert book["汇总"]["A2"].value == f'={fresh}A1+INDIRECT("{fresh}A2")'
    assert book.defined_names["总数"].attr_text == f"{fresh}$A$1:$A$2"


def test_an_old_and_an_open_workbook_keep_legal_names_and_references(tmp_path: Path) -> None:
    old = xlrd.open_workbook(file_contents=masked_copy(tmp_path, "a.xls", old_workbook()))
    assert old.sheet_names() == [f"林某{MASKED}"]
    content = Package(io.BytesIO(masked_copy(tmp_path, "a.ods", open_workbook()))).read("content.xml").decode()
    name = f"林某{MASKED}"
    assert f'table:name="{name}"' in content
    assert f"[$'{name}'.A1:.A2];['{name}'.A1]" in content


def test_members_and_folders_of_an_archive_are_renamed_and_its_comment_goes(tmp_path: Path) -> None:
    data = archive(comment=f"林某 {ID}")
    assert [f for f in certain(data, "a.zip") if f.place == "压缩包注释"]
    out = zipfile.ZipFile(io.BytesIO(masked_copy(tmp_path, "a.zip", data)))
    assert set(out.namelist()) == {f"名单/林某{MASKED}.txt", "表.xlsx"}
    assert out.comment == b""


def test_a_name_from_an_old_chinese_windows_is_read_and_written_anew(tmp_path: Path) -> None:
    name, out = f"林{ID}.txt".encode("gb18030"), io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("y" * len(name), "无")
    data = out.getvalue().replace(b"y" * len(name), name)
    masked = zipfile.ZipFile(io.BytesIO(masked_copy(tmp_path, "a.zip", data)))
    assert masked.namelist() == [f"林{MASKED}.txt"]


@pytest.mark.django_db
def test_no_number_is_stored_in_a_place_a_label_or_a_note(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr(f"{SHEET}.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000)
        made.writestr(f"{SHEET}.xlsx", workbook())
    stored = store(io.BytesIO(inner.getvalue()), name="a.zip", by=None, at=NOW)
    kept = [*stored.findings.values_list("place", flat=True), *stored.pages.values_list("label", flat=True)]
    assert stored.findings.exists()
    assert stored.extract_note
    assert not [text for text in [*kept, stored.extract_note] if ID in text]
    (tmp_path / "a.zip").write_bytes(inner.getvalue())
    answers = str(list(inspect({"path": tmp_path / "a.zip", "name": "a.zip", "parts": ["findings"]})))
    assert ID not in answers


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("SUM('甲'!A1)", "SUM('乙'!A1)"),
        ("甲!A1", "'乙'!A1"),
        ("'甲:丙'!A1", "'乙:丙'!A1"),
        ("'It''s'!A1+丙!A1", "'It''s'!A1+丙!A1"),
        ("A1>甲!B2", "A1>'乙'!B2"),
        ("无", "无"),
    ],
)
def test_references_follow_a_new_name(text: str, after: str) -> None:
    assert follow(text, {"甲": "乙"}) == after


def test_a_county_chooses_the_sign_that_stands_in_names() -> None:
    rules = rules_from({"name_mark": "某"})
    assert masked_name(f"{ID}.pdf", rules) == "35" + "某" * 13 + "238.pdf"
    assert masked_name("普通.pdf", rules) == "普通.pdf"
    assert masked_name(ID, Rules()) == MASKED
    assert masked_name(f"{ID}.pdf", Rules(), longest=10) == "35××××.pdf"
    taken = {f"{MASKED}.pdf", f"{MASKED}(2).pdf"}
    assert masked_name(f"{ID}.pdf", Rules(), taken=taken) == f"{MASKED}(3).pdf"
    assert masked_place(f"工作表“{SHEET}”第3行", Rules()) == "工作表“林某35*************238”第3行"
    assert masked_place("工作表“名单”第3行", Rules()) == "工作表“名单”第3行"


def test_the_commands_look_at_the_names_of_the_files_they_are_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"{SHEET}.txt"
    path.write_text("无", encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("scan", str(path))
    assert "文件名称" in capsys.readouterr().out
    with pytest.raises(CommandError, match="换一个名称"):
        call_command("mask", str(path), "--out", str(tmp_path / f"新{SHEET}.txt"))
