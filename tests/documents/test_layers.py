"""Every layer of every format: found by the check, gone after the mask. Identities are invented."""

import io
import unicodedata
import zipfile
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest
from bench.corpus import Labelled, build
from bench.corpus_browser import CHROMIUM, make_printed
from bench.corpus_files import MAKERS
from bench.identities import Invent, Writer
from bench.privacy import Tally, core_of, judge, ours

from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.formats.reading import passages
from gongkai.documents.masking.files import mask

INVENTED, MOBILE = "350524199001011238", "13812345678"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Labelled]]:
    folder = tmp_path_factory.mktemp("corpus")
    return folder, build(folder, seed=7, count=50)


def test_every_layer_of_every_format_is_read(corpus: tuple[Path, list[Labelled]]) -> None:
    folder, documents = corpus
    tally = Tally()
    for document in documents:
        judge(document, ours(folder / document.path)[0], tally)
    assert [one for one in tally.examples if "missed" in one] == []
    # A receipt whose number passes an identity number's checks by chance stays worth a look.
    assert tally.precision("resident_id") >= 0.98, tally.examples
    assert {layer for _, layer in tally.found} >= {
        "text", "cell", "hidden_row", "hidden_column", "hidden_sheet", "hidden_text", "comment", "note",
        "tracked_change", "header_footer", "property", "annotation", "form_field", "embedded_file", "exif",
    }  # fmt: skip


@pytest.mark.parametrize("format_name", [name for name, *_ in MAKERS])
def test_a_masked_copy_holds_none_of_it(
    corpus: tuple[Path, list[Labelled]], format_name: str, tmp_path: Path
) -> None:
    folder, documents = corpus
    for document in (d for d in documents if d.path.startswith(f"{format_name}-")):
        if any(label.kind == "secrecy_mark" for label in document.labels):
            continue
        out = tmp_path / document.path
        (done,) = mask({"path": folder / document.path, "out": out, "name": document.path})
        assert done["masked"]
        text = "\n".join(p.text for p in passages(io.BytesIO(out.read_bytes()), name=document.path))
        raw = unpacked(out.read_bytes())
        for label in document.labels:
            if label.kind in {"resident_id", "mobile", "bank_account", "passport"}:
                assert core_of(label.kind, label.value) not in core_of(label.kind, text)[-(10**9) :], label
                assert label.value.encode() not in raw, label


def unpacked(data: bytes) -> bytes:
    """Every byte of a file, containers opened all the way down, PDF streams decoded."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return b"".join(unpacked(archive.read(name)) for name in archive.namelist())
    if data.startswith(b"%PDF"):
        reader = pypdf.PdfReader(io.BytesIO(data))
        return data + b"".join(page.get_contents().get_data() for page in reader.pages if page.get_contents())
    return data


def masked(data: bytes, name: str, folder: Path) -> bytes:
    (folder / name).write_bytes(data)
    out = folder / f"out-{name}"
    list(mask({"path": folder / name, "out": out, "name": name}))
    return out.read_bytes()


@pytest.mark.skipif(not CHROMIUM, reason="left out: Chromium is not installed")
def test_a_pdf_a_browser_made_is_masked_where_radicals_stand_for_characters(tmp_path: Path) -> None:
    """It names 金 by the radical ⾦ in its fonts: what the check reads and what the page draws must still meet."""
    writer, done = Writer(Invent(77), tmp_path), 0
    for document in make_printed(writer, tmp_path, 7):
        if any(label.kind in {"secrecy_mark", "not_public_citation"} for label in document.labels):
            continue
        out = tmp_path / f"out-{document.path}"
        list(mask({"path": tmp_path / document.path, "out": out, "name": document.path}))
        text = "\n".join(p.text for p in passages(io.BytesIO(out.read_bytes()), name=document.path))
        raw = "".join(page.extract_text() for page in pypdf.PdfReader(out).pages)
        drawn = unicodedata.normalize("NFKC", raw).replace("戶", "户")  # as the font draws ⼾
        marks = [label.value for label in document.labels if label.kind in {"poverty", "health"}]
        assert [one for one in marks if one in drawn] == []
        assert [one for one in text if "⺀" <= one <= "⿟"] == []  # read as characters, for search too
        gone = [label for label in document.labels if label.kind in {"resident_id", "mobile", "address"}]
        assert [one for one in gone if core_of(one.kind, one.value) in core_of("resident_id", text)] == []
        assert [one for one in gone if one.value in text] == []
        done += len(gone)
    assert done > 10


def test_a_masked_workbook_opens_and_keeps_what_is_public(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "身份证号", "轮候号", "面积"])
    book.active.append(["甲某", INVENTED, "A-17", 45.5])
    book.active["A5"] = f'="电话"&"{MOBILE}"'
    stream = io.BytesIO()
    book.save(stream)
    fresh = openpyxl.load_workbook(io.BytesIO(masked(stream.getvalue(), "a.xlsx", tmp_path)))
    rows = [[cell.value for cell in row] for row in fresh.active.iter_rows(max_row=2)]
    assert rows == [["姓名", "身份证号", "轮候号", "面积"], ["甲某", "35*************238", "A-17", 45.5]]
    assert MOBILE not in str(fresh.active["A5"].value)


def test_a_masked_word_file_opens_with_its_changes_accepted(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("身份证:")
    paragraph.add_run(INVENTED[:7]).bold = True
    paragraph.add_run(INVENTED[7:] + ",经审核合格")
    stream = io.BytesIO()
    document.save(stream)
    fresh = docx.Document(io.BytesIO(masked(stream.getvalue(), "a.docx", tmp_path)))
    assert fresh.paragraphs[0].text == "身份证:35*************238,经审核合格"
    assert [run.bold for run in fresh.paragraphs[0].runs] == [None, True, None]


def test_a_secrecy_mark_cannot_be_masked_away(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="密"):
        masked("机密★10年\n正文".encode(), "a.txt", tmp_path)
    assert not (tmp_path / "out-a.txt").exists()


def test_line_ends_encoding_and_separator_of_plain_files_stay(tmp_path: Path) -> None:
    text = f"身份证{INVENTED}\r\n第二行\r\n"
    assert masked(text.encode("gb18030"), "a.txt", tmp_path).decode("gb18030") == (
        "身份证35*************238\r\n第二行\r\n"
    )
    table = f"姓名;手机\n甲某;{MOBILE}\n"
    assert (
        masked(table.encode("utf-8-sig"), "a.csv", tmp_path).decode("utf-8-sig") == "姓名;手机\n甲某;138****5678\n"
    )


def test_a_picture_keeps_its_points_and_its_upright_side(tmp_path: Path) -> None:
    from PIL import Image

    picture, exif = Image.new("RGB", (8, 4), (10, 200, 30)), Image.Exif()
    exif[0x010E], exif[0x0112] = f"tel {MOBILE}", 6
    for form in ("JPEG", "PNG", "TIFF"):
        stream = io.BytesIO()
        picture.save(stream, form, exif=exif)
        clean = masked(stream.getvalue(), f"a.{form.lower()}", tmp_path)
        assert MOBILE.encode() not in clean
        with Image.open(io.BytesIO(clean)) as fresh:
            assert sorted(fresh.size) == [4, 8]
            if form == "JPEG":
                assert fresh.getexif().get(0x0112) == 6
