"""What cannot be masked says where it is and what the officer does next. Invented identities."""

import io
import zipfile
from pathlib import Path

import pytest
import xlwt
from reportlab.pdfgen import canvas

from gongkai.core.privacy import Certainty, Finding, Kind, Layer
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.masking.refusal import refusal
from tests.documents.test_corners import found, masked, members, run, word
from tests.documents.test_members import OLE
from tests.documents.test_parted_numbers import open_file, packed

ID = "350524199001011238"
JUDGED = "这类内容不能用遮盖去掉:请先做保密审查,再在原软件中删去或改写,另存后重新上传"
UNREAD = "系统读不到的部分不能遮盖:请在原软件中删去这一部分,或把它另存为 docx、xlsx、PDF 后重新上传"
PRINTED = "请在制作这份 PDF 的原软件(如 Word、WPS)中删去或改写这些内容,重新导出 PDF 后上传"
WRITTEN = "请在原软件中找到这些位置,删去或改写后另存,再重新上传"


def all_hidden() -> bytes:
    book, target = xlwt.Workbook(), io.BytesIO()
    book.add_sheet("a").visibility = 1
    book.save(target)
    return target.getvalue()


def with_macros() -> bytes:
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    data = word(f"<w:p>{run(ID)}</w:p>")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    plain = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return members(data, {"[Content_Types].xml": types.replace(plain, kind), "word/vbaProject.bin": b"x"})


def two_ages_of_letters() -> bytes:
    inner = packed({"里.zip": packed({"名单.txt": ID})})
    return packed({"外.zip": inner})


REFUSED = {
    "a secrecy mark": ("a.txt", "机密★10年\n正文".encode(), JUDGED),
    "an old letter in an archive": ("a.zip", packed({"名单.doc": OLE, "b.txt": ID}), UNREAD),
    "a third archive": ("a.zip", two_ages_of_letters(), UNREAD),
    "macros": ("a.docm", with_macros(), "请在原软件中另存为不带宏的 docx、xlsx 或 pptx 后重新上传"),
    "nothing shown": ("a.xls", all_hidden(), "请在原软件中取消隐藏要公开的工作表后重新上传"),
    "an old letter": ("a.doc", OLE, "请另存为 docx、xlsx、pptx 或 PDF 后重新上传"),
    "a broken PDF": ("a.pdf", b"%PDF-1.4\n" + b"x" * 99, "请重新导出后再上传"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_says_what_to_do_next_and_repeats_no_number(case: str, tmp_path: Path) -> None:
    name, data, todo = REFUSED[case]
    with pytest.raises(UnreadableFileError) as refused:
        masked(data, name, tmp_path)
    assert todo in str(refused.value)
    assert ID not in str(refused.value)
    assert not (tmp_path / f"out-{name}").exists()


def test_what_remains_in_a_pdf_is_mended_where_the_pdf_is_made() -> None:
    left = [Finding(Kind.MOBILE, Certainty.CERTAIN, 0, 0, "138****5678", "号段", "").at(Layer.TEXT, "第1页")]
    assert str(refusal(left, is_pdf=True)) == f"自动遮盖后仍有不能公开的内容,没有生成文件:第1页 号段。{PRINTED}"
    assert str(refusal(left * 2, is_pdf=False)).endswith(f":第1页 号段。{WRITTEN}")


def test_what_is_read_but_not_found_in_what_is_drawn_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page whose streams do not hold what the page reads as: nothing half masked is handed on."""
    target = io.BytesIO()
    page = canvas.Canvas(target)
    page.drawString(80, 700, f"ID {ID}")
    page.save()
    monkeypatch.setattr("gongkai.documents.masking.pdf_drawn._changed", lambda *_: [])
    with pytest.raises(UnreadableFileError, match="请在制作这份 PDF 的原软件"):
        masked(target.getvalue(), "a.pdf", tmp_path)
    assert not (tmp_path / "out-a.pdf").exists()


TEXT = open_file("text", f"<text:p xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'>证 {ID}</text:p>")


UNREAD_PARTS: list[dict[str, str | bytes]] = [
    {"Object 1/content.xml": "<a><b></a>"},
    {"Object 1": OLE + bytes(range(256)) * 30 + ID.encode()},
    {"layout-cache": bytes(range(256)) + ID.encode()},
    {"META-INF/documentsignatures.xml": f"<s>{ID}</s>"},
]


def unread_in(put: dict[str, str | bytes]) -> bytes:
    """An open file with a part that its manifest names."""
    entry = f'<m:file-entry m:full-path="{next(iter(put))}" m:media-type=""/></m:manifest>'
    with zipfile.ZipFile(io.BytesIO(TEXT)) as archive:
        manifest = archive.read("META-INF/manifest.xml").decode().replace("</m:manifest>", entry)
    return members(TEXT, {"META-INF/manifest.xml": manifest, **put})


@pytest.mark.parametrize("put", UNREAD_PARTS)
def test_what_an_open_file_holds_unread_goes_and_its_manifest_knows(
    put: dict[str, str | bytes], tmp_path: Path
) -> None:
    name, data = next(iter(put)), unread_in(put)
    assert found(data, "a.odt") != []
    result = masked(data, "a.odt", tmp_path)
    assert found(result, "a.odt") == []
    with zipfile.ZipFile(io.BytesIO(result)) as archive:
        kept = archive.namelist()
        assert (name in archive.read("META-INF/manifest.xml").decode()) == (name in kept)
        assert not any(ID.encode() in archive.read(one) for one in kept)


def test_a_letter_with_a_workbook_in_the_second_archive_is_masked_like_any_other(tmp_path: Path) -> None:
    chart = members(word(f"<w:p>{run(ID)}</w:p>"), {"word/embeddings/图表.docx": word(f"<w:p>{run(ID)}</w:p>")})
    result = masked(packed({"外.zip": packed({"信.docx": chart})}), "a.zip", tmp_path)
    with zipfile.ZipFile(io.BytesIO(result)) as outer, zipfile.ZipFile(io.BytesIO(outer.read("外.zip"))) as inner:
        letter = inner.read("信.docx")
    with zipfile.ZipFile(io.BytesIO(letter)) as archive:
        assert "35*************238" in archive.read("word/document.xml").decode()
        embedded = archive.read("word/embeddings/图表.docx")
    with zipfile.ZipFile(io.BytesIO(embedded)) as archive:
        assert "35*************238" in archive.read("word/document.xml").decode()


def test_a_signature_over_the_old_bytes_of_a_letter_goes(tmp_path: Path) -> None:
    kind = "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml"
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    data = word(f"<w:p>{run(ID)}</w:p>")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    part = f'<Override PartName="/_xmlsignatures/sig1.xml" ContentType="{kind}"/></Types>'
    relation = f'<Relationships xmlns="{space}"><Relationship Id="r1" Type="t" Target="sig1.xml"/></Relationships>'
    signed = members(data, {
        "[Content_Types].xml": types.replace("</Types>", part),
        "_xmlsignatures/sig1.xml": "<Signature/>",
        "_xmlsignatures/origin.sigs": b"",
        "_xmlsignatures/_rels/origin.sigs.rels": relation,
    })  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(masked(signed, "a.docx", tmp_path))) as archive:
        assert not [name for name in archive.namelist() if "signature" in name]
        assert "signature" not in archive.read("[Content_Types].xml").decode()
