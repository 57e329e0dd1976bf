"""Files made to break a reader: each gets a clear answer within the bounds."""

import io
import os
import struct
import zipfile
from pathlib import Path

import openpyxl
import pypdf
import pytest
import xlwt
from reportlab.pdfgen import canvas

from gongkai.core.privacy import Certainty
from gongkai.documents import bounds
from gongkai.documents.formats.passages import Passage, UnreadableFileError
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import inspect
from gongkai.documents.reader import Reader


def read(data: bytes, name: str) -> list[Passage]:
    return list(passages(io.BytesIO(data), name=name))


def faults(data: bytes, name: str) -> str:
    return ";".join(passage.fault for passage in read(data, name) if passage.fault)


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def document(body: bytes) -> bytes:
    types = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/w" '
        b'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    return zipped({"[Content_Types].xml": types, "word/document.xml": body})


def test_an_entity_bomb_is_not_expanded() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><w><t>&b;</t></w>'
    assert "XML 炸弹" in faults(document(bomb), "a.docx")


def test_an_entity_bomb_in_a_streamed_sheet_is_not_expanded() -> None:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    with zipfile.ZipFile(stream) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.xml"] = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><worksheet><sheetData><row r="1"><c><v>&a;</v></c>'
        b"</row></sheetData></worksheet>"
    )
    assert "XML 炸弹" in faults(zipped(members), "a.xlsx")


def test_broken_xml_says_so() -> None:
    assert "已损坏" in faults(document(b"<w><t>"), "a.docx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    data = zipped({"a.txt": b"0" * (bounds.RATIO_FLOOR * 3)})
    assert "压缩炸弹" in faults(data, "a.zip")


def test_a_member_that_lies_about_its_size_is_stopped() -> None:
    data = bytearray(zipped({"a.txt": b"0" * (bounds.RATIO_FLOOR + 1)}))
    central = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 10)  # claims to unpack to ten bytes
    assert faults(bytes(data), "a.zip")


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "ARCHIVE_ENTRIES", 3)
    assert "超过 3 个" in faults(zipped({f"{n}.txt": b"x" for n in range(4)}), "a.zip")


def test_what_unpacks_to_too_much_in_all_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "ARCHIVE_UNPACKED", 1000)
    assert "解压后过大" in faults(zipped({"a.txt": b"abc " * 200, "b.txt": b"abd " * 200}), "a.zip")


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "..\\a.txt", "C:/a.txt", "a/../../b.txt"])
def test_a_path_that_leaves_the_archive_is_refused(name: str) -> None:
    assert "越出目录" in faults(zipped({name: b"x"}), "a.zip")


def test_archives_in_archives_end_at_the_second_level() -> None:
    data = zipped({"in.txt": "电话13812345678".encode()})
    for _ in range(2):
        data = zipped({"in.zip": data})
    assert "套叠" in faults(data, "a.zip")
    assert faults(zipped({"in.zip": zipped({"in.txt": b"x"})}), "a.zip") == ""


def test_an_encrypted_archive_is_not_passed_over() -> None:
    data = bytearray(zipped({"a.txt": b"secret"}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.index(mark) + (6 if mark == b"PK\x03\x04" else 8)
        data[at] |= 1
    assert "密码" in faults(bytes(data), "a.zip")


def test_an_encrypted_pdf_is_not_passed_over() -> None:
    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    page.drawString(10, 10, "x")
    page.save()
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(stream))
    writer.encrypt("word")
    locked = io.BytesIO()
    writer.write(locked)
    assert "密码" in faults(locked.getvalue(), "a.pdf")


def test_an_encrypted_office_file_is_not_passed_over() -> None:
    entry = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0") + bytes([34, 0, 2, 1])
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 22 + bytes([9, 0]) + b"\0" * 480
    assert "密码" in faults(data + entry.ljust(512, b"\0"), "a.docx")


def test_a_scanned_page_is_said_to_be_one() -> None:
    from PIL import Image

    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    page.drawInlineImage(Image.new("RGB", (50, 50), (9, 9, 9)), 10, 10, 500, 700)
    page.save()
    (shown,) = [passage for passage in read(stream.getvalue(), "a.pdf") if passage.picture]
    assert "扫描" in shown.fault
    assert shown.place == "第1页"


@pytest.mark.parametrize("size", [0, 1, 100, 5000])
def test_cut_off_files_never_crash_the_reader(size: int, tmp_path: Path) -> None:
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    for name, data in (("a.xlsx", book.getvalue()), ("a.pdf", b"%PDF-1.7 1 0 obj << /Type /Page >>" * 200)):
        for passage in read(data[:size], name):
            assert passage.fault or passage.text is not None


def test_a_file_that_cannot_be_checked_is_a_certain_finding(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4 nonsense")
    found = [a["finding"] for a in inspect({"path": path, "name": "a.pdf"}) if "finding" in a]
    assert (found[0]["kind"], found[0]["certainty"]) == ("unreadable", Certainty.CERTAIN)


def test_a_reader_that_is_too_slow_is_ended_and_the_next_file_is_read(tmp_path: Path) -> None:
    path, endless = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_text("安溪", encoding="utf-8")
    os.mkfifo(endless)  # nobody writes into it: a reader waits for ever
    with Reader(seconds=0.5) as reader, pytest.raises(UnreadableFileError, match="秒"):
        list(reader.ask("read", endless, name="b.txt"))
    with Reader() as reader:
        assert [a for a in reader.ask("read", path, name="a.txt") if "page" in a]
        assert [a for a in reader.ask("read", path, name="a.txt") if "page" in a]


def test_a_reader_that_dies_says_so_and_the_next_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("安溪", encoding="utf-8")
    with Reader() as reader:
        with pytest.raises(UnreadableFileError, match="中断"):
            list(reader.ask("no such action", path, name="a.txt"))
        assert [a for a in reader.ask("read", path, name="a.txt") if "page" in a]


def test_whatever_a_library_raises_the_file_is_said_to_be_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.BytesIO()
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "x")
    book.save(stream)
    errors: list[type[Exception]] = [struct.error, ZeroDivisionError, StopIteration, MemoryError]

    def breaks(**_: object) -> None:
        raise errors[0]

    monkeypatch.setattr("xlrd.open_workbook", breaks)
    while errors[0] is not MemoryError:
        assert "已损坏" in faults(stream.getvalue(), "a.xls")
        del errors[0]
    with pytest.raises(MemoryError):  # the reader's process says what its bound is
        read(stream.getvalue(), "a.xls")


@pytest.mark.parametrize("before", [b"MZ\x90\0\3" + bytes(200), bytes(64), b"\x7fELF" + bytes(900_000)])
@pytest.mark.parametrize("name", ["a.zip", "a.docx", "a.exe"])
def test_an_archive_behind_other_bytes_is_refused_with_what_to_do(before: bytes, name: str) -> None:
    said = faults(before + zipped({"a.txt": b"x"}), name)
    assert "自解压" in said
    assert "请先解压" in said


def test_an_archive_behind_a_picture_is_not_passed_over() -> None:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (9, 9)).save(stream, "JPEG")
    for picture in (stream.getvalue(), stream.getvalue()[:-2]):
        assert "另附有文件" in faults(picture + zipped({"a.txt": b"x" * 90}), "a.jpg")
    stream = io.BytesIO()
    Image.new("RGB", (9, 9)).save(stream, "PNG")
    assert "另附有文件" in faults(stream.getvalue() + zipped({"a.txt": b"x" * 90}), "a.png")
    stream = io.BytesIO()
    Image.new("RGB", (9, 9)).save(stream, "GIF")
    assert "另附有文件" in faults(stream.getvalue() + zipped({"a.txt": b"x" * 90}), "a.gif")
    assert "另附有文件" not in faults(stream.getvalue(), "a.gif")
