"""What a PDF holds outside its pages' text, and pages that no program can read."""

import io
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from PIL import Image
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, TextStringObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from gongkai.core.privacy import Kind
from gongkai.documents.reader import Reader

INVENTED = "350524199001011238"  # 测试用虚构号码
SURE = (Kind.RESIDENT_ID.value, "certain")


def drawn(draw: Callable[[canvas.Canvas], object]) -> bytes:
    target = io.BytesIO()
    page = canvas.Canvas(target, pagesize=A4)
    draw(page)
    page.save()
    return target.getvalue()


def found(path: Path, data: bytes) -> list[tuple[str, str]]:
    path.write_bytes(data)
    with Reader() as reader:
        answers = list(reader.ask("read", path, name="a.pdf", facts={"parts": ["findings"]}))
    told = [answer["finding"] for answer in answers if "finding" in answer]
    return [(one["kind"], one["certainty"]) for one in told]


def words(page: canvas.Canvas) -> None:
    for line in range(12):
        page.drawString(80, 700 - line * 20, "words enough for a page that nobody takes for a picture")


def stream(data: bytes, **facts: str) -> StreamObject:
    made = StreamObject()
    made.set_data(data)
    made.update({NameObject(f"/{key}"): NameObject(value) for key, value in facts.items()})
    return made


def changed(put: Callable[[pypdf.PdfWriter], object]) -> bytes:
    writer, target = pypdf.PdfWriter(clone_from=io.BytesIO(drawn(words))), io.BytesIO()
    put(writer)
    writer.write(target)
    return target.getvalue()


def hung(key: str, made: Callable[[pypdf.PdfWriter], object], *, page: bool = False) -> bytes:
    def put(writer: pypdf.PdfWriter) -> None:
        holder = writer.pages[0] if page else writer.root_object
        holder[NameObject(key)] = made(writer)

    return changed(put)


def annotation(writer: pypdf.PdfWriter, **facts: object) -> None:
    made = DictionaryObject(
        {NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Stamp")}
    )
    made.update({NameObject(f"/{key}"): value for key, value in facts.items()})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(made)])


def specification(writer: pypdf.PdfWriter) -> DictionaryObject:
    inside = writer._add_object(stream(f"证件{INVENTED}".encode(), Type="/EmbeddedFile"))
    return DictionaryObject({NameObject("/F"): TextStringObject("a.txt"),
                             NameObject("/EF"): DictionaryObject({NameObject("/F"): inside})})  # fmt: skip


XMP = f'<x:xmpmeta xmlns:x="a"><r pdf:Keywords="{INVENTED}"/></x:xmpmeta>'.encode()
CASES = {
    "values of XMP": lambda: hung("/Metadata", lambda w: w._add_object(stream(XMP, Type="/Metadata"))),
    "metadata of a page": lambda: hung("/Metadata", lambda w: w._add_object(stream(XMP)), page=True),
    "private data": lambda: hung("/PieceInfo", lambda w: w._add_object(stream(b"\x81data " + INVENTED.encode()))),
    "a script": lambda: hung("/OpenAction", lambda w: DictionaryObject({
        NameObject("/JS"): w._add_object(stream(f'x="{INVENTED}"'.encode()))})),
    "a name": lambda: hung("/Dests", lambda _: DictionaryObject({NameObject(f"/D{INVENTED}"): ArrayObject()})),
    "rich text": lambda: changed(lambda w: annotation(w, RC=w._add_object(stream(f"<p>{INVENTED}</p>".encode())))),
    "the mark of an annotation": lambda: changed(lambda w: annotation(w, NM=TextStringObject(INVENTED))),
    "a paper clip": lambda: changed(lambda w: annotation(w, FS=specification(w))),
    "an object nothing leads to": lambda: changed(lambda w: w._add_object(stream(f"({INVENTED})".encode()))),
    "behind the end": lambda: drawn(words) + INVENTED.encode(),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_a_reader_does_not_see_is_found_and_gone_after_masking(tmp_path: Path, case: str) -> None:
    path, out = tmp_path / "a.pdf", tmp_path / "out.pdf"
    assert SURE in found(path, CASES[case]())
    if case != "a name":
        with Reader() as reader:
            list(reader.ask("mask", path, name="a.pdf", facts={"out": str(out)}))
        assert SURE not in found(path, out.read_bytes())


def test_an_earlier_revision_is_read(tmp_path: Path) -> None:
    first = drawn(lambda page: (words(page), page.drawString(80, 200, f"ID {INVENTED}")))
    writer, target = pypdf.PdfWriter(io.BytesIO(first), incremental=True), io.BytesIO()
    contents = writer.pages[0]["/Contents"]
    writer._replace_object(contents.indirect_reference, stream(b"BT /F1 12 Tf 80 700 Td (nothing here) Tj ET"))
    writer.write(target)
    assert SURE in found(tmp_path / "a.pdf", target.getvalue())


def test_an_appearance_is_read_where_it_is_all_there_is(tmp_path: Path) -> None:
    def stamp(writer: pypdf.PdfWriter) -> None:
        fonts = writer.pages[0]["/Resources"]["/Font"]  # type: ignore[index] # reportlab writes them
        shown = stream(f"BT /F1 12 Tf 1 1 Td ({INVENTED}) Tj ET".encode(), Type="/XObject", Subtype="/Form")
        shown[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        annotation(writer, AP=DictionaryObject({NameObject("/N"): writer._add_object(shown)}))

    assert SURE in found(tmp_path / "a.pdf", changed(stamp))


def noise() -> io.BytesIO:
    target = io.BytesIO()
    Image.new("L", (200, 280), 90).save(target, "PNG")
    target.seek(0)
    return target


def scan(page: canvas.Canvas) -> None:
    from reportlab.lib.utils import ImageReader

    page.drawImage(ImageReader(noise()), 0, 0, A4[0], A4[1] - 60)
    page.drawString(80, 800, "Annex 1, list of persons")


def curves(page: canvas.Canvas) -> None:
    for number in range(300):
        page.circle(50 + number % 40 * 12, 100 + number // 40 * 30, 4)


@pytest.mark.parametrize("draw", [scan, curves])
def test_a_page_no_program_can_read_is_said_to_be_one(
    tmp_path: Path, draw: Callable[[canvas.Canvas], None]
) -> None:
    assert found(tmp_path / "a.pdf", drawn(draw)) == [(Kind.UNREADABLE.value, "possible")]


def test_a_page_of_words_and_a_blank_form_are_not(tmp_path: Path) -> None:
    assert found(tmp_path / "a.pdf", drawn(words)) == []
    assert (
        found(tmp_path / "b.pdf", drawn(lambda page: [page.line(50, y, 500, y) for y in range(100, 700, 30)]))
        == []
    )
