"""Masking PDF: the glyphs themselves are taken out of the content streams; nothing is painted over."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from gongkai.core.privacy import Layer
from gongkai.core.said import Said
from gongkai.documents.formats.passages import Passage, UnreadableFileError, foreign
from gongkai.documents.formats.pdf import page_text, scattered_passage
from gongkai.documents.formats.pdf_scattered import Scattered
from gongkai.documents.masking.masker import Masker, runs
from gongkai.documents.masking.pdf_drawn import mask_form, mask_page
from gongkai.documents.masking.pdf_loose import Loose
from gongkai.documents.masking.pdf_shown import Shown
from gongkai.documents.masking.pdf_values import Value, value_at

_KEPT_ANNOTATIONS = frozenset({"/Link", "/Widget"})
_STRIPPED = (
    "/Metadata",
    "/PieceInfo",
    "/OpenAction",
    "/AA",
    "/AF",
    "/Collection",
    "/Perms",
    "/DSS",
    "/LastModified",
)
_STRANGE = Said("PDF 内部结构特殊,不能自动遮盖:请在制作这份 PDF 的原软件中改好后重新导出")
Values = list[Value]


def pdf(data: bytes, out: Path, masker: Masker) -> None:
    """Write a masked PDF: values out of the text, annotations, attachments and metadata gone.

    Raises :class:`UnreadableFileError` where the text is not shown and what lies beneath it is, as in a scan with
    recognised text: the picture would still show it.
    """
    values = list(_values(data, masker))
    try:
        with foreign(_STRANGE):
            _write(data, values, out, masker)
    except RecursionError as error:
        raise UnreadableFileError(_STRANGE) from error


def _write(data: bytes, values: Sequence[Values], out: Path, masker: Masker) -> None:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(data), strict=False))
    _strip(writer, masker)
    seen: set[int] = set()
    for number, (page, found) in enumerate(zip(writer.pages, values, strict=False)):
        for key in _STRIPPED:
            masker.removed["property"] += page.pop(NameObject(key), None) is not None
        _annotations(page, found, masker, seen)
        if found:
            mask_page(page, found, Shown(data, number))
    Loose(masker).mask(writer.root_object)
    first = io.BytesIO()
    writer.write(first)
    # Cloned again, only what can still be reached is written: nothing that was removed stays in the file.
    again = pypdf.PdfWriter(clone_from=pypdf.PdfReader(first))
    again.metadata = None
    with out.open("wb") as target:
        again.write(target)


def _values(data: bytes, masker: Masker) -> Iterator[Values]:
    """For each page, what must go, and of a number that goes on from page to page the part that is on this one."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError(Said("PDF 已损坏或设有密码,打不开:请重新导出后再上传")) from error
    try:
        for index in range(len(document)):
            page = document[index]
            text, numbers = page_text(page.raw)
            page.close()
            whole, parts = masker.parted(Passage(Layer.TEXT, "", text))
            found = [value_at(text, edit) for edit in whole]
            found += [value_at(text, edit, only_there=True) for edit in runs(parts)]
            yield [*found, *(one for number in numbers for one in _scattered(number, masker))]
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError(Said("PDF 中有一页已损坏,不能自动遮盖:请用原软件重新导出后再上传")) from error
    finally:
        document.close()


def _scattered(number: Scattered, masker: Masker) -> Iterator[Value]:
    """What must go of a number that the page shows and its text does not hold."""
    for start, end, put in masker.edits(scattered_passage(number, "")):
        yield Value(number.text[start:end], put, points=number.points[start:end])


def _strip(writer: pypdf.PdfWriter, masker: Masker) -> None:
    """Metadata, attachments, scripts: out of the catalogue."""
    root = writer.root_object
    writer.metadata = None
    for key in _STRIPPED:
        masker.removed["property"] += root.pop(NameObject(key), None) is not None
    names = root.get("/Names")
    for key in ("/EmbeddedFiles", "/JavaScript"):
        if names is not None and names.get_object().pop(NameObject(key), None) is not None:
            masker.removed["embedded_file"] += 1
    form = root.get("/AcroForm")
    if form is not None:
        for key in ("/XFA", "/SigFlags"):
            form.get_object().pop(NameObject(key), None)


def _annotations(page: Any, values: Values, masker: Masker, seen: set[int]) -> None:
    """Notes and attachments go; links and form fields stay, with what the fields show masked."""
    holder = page.get("/Annots")
    if holder is None:
        return
    kept = ArrayObject()
    for item in holder.get_object():
        annotation = item.get_object()
        if annotation.get("/Subtype") not in _KEPT_ANNOTATIONS:
            masker.removed["annotation"] += 1
            continue
        kept.append(item)
        signed = annotation.get("/FT") == "/Sig"  # a signature over the old bytes would no longer hold
        for key in ("/RC", "/AA", "/NM", *(["/V"] if signed else [])):
            annotation.pop(NameObject(key), None)
        shown = str(annotation.get("/V") or "")
        if shown:
            edits = masker.edits(Passage(Layer.FORM_FIELD, "", shown))
            values = [*values, *(value_at(shown, edit) for edit in edits)]
        if values and annotation.get("/AP") is not None:
            _appearances(annotation["/AP"].get_object(), values, seen)
    page[NameObject("/Annots")] = kept


def _appearances(holder: Any, values: Values, seen: set[int]) -> None:
    for item in list(holder.values()):
        appearance = item.get_object()
        if isinstance(appearance, StreamObject) and id(appearance) not in seen:
            seen.add(id(appearance))
            mask_form(appearance, values)
        elif isinstance(appearance, DictionaryObject) and not isinstance(appearance, StreamObject):
            _appearances(appearance, values, seen)
