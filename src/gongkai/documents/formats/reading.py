"""Reading any file: the right reader, then whatever lies inside it, to a bounded depth."""

import io
import re
from collections.abc import Iterator

from gongkai.core.privacy.kinds import Layer
from gongkai.documents import bounds, media
from gongkai.documents.formats import registry
from gongkai.documents.formats.office import is_embedded
from gongkai.documents.formats.package import Package, shown_name
from gongkai.documents.formats.passages import Passage, Source, UnreadableFileError, fault

_ONE_BYTE = re.compile(rb"[ -~]{7,2000}")
_TWO_BYTE = re.compile(rb"(?:[ -~]\0){7,1000}")
_CONTAINERS = frozenset({media.DOCX, media.XLSX, media.PPTX, media.ODT, media.ODS, media.ODP, media.OFD})


def passages(source: Source, *, name: str) -> Iterator[Passage]:
    """Every passage of a file and of the files inside it. What cannot be read is a passage with a fault."""
    try:
        recognised = media.recognise(source, name=name)
        yield from read_as(source, recognised.media_type, depth=0)
    except UnreadableFileError as error:
        yield fault("", str(error))


def read_as(source: Source, media_type: str, *, depth: int) -> Iterator[Passage]:
    """The passages of a file known to be of ``media_type``, ``depth`` containers down."""
    if media_type == media.ZIP:
        yield from _archive(source, depth)
        return
    if media_type in registry.WORDLESS:
        yield fault("", registry.WORDLESS[media_type])
        return
    reader = registry.reader(media_type)
    if reader is None:
        yield fault("", "这种文件没有可读的文字")
        return
    yield from reader(source)
    if media_type in _CONTAINERS:
        yield from _members(source, depth)
    elif media_type == media.PDF:
        source.seek(0)
        for name, data in _attachments(source):
            yield from _inner(io.BytesIO(data), name, depth, embedded=True)


def _attachments(source: Source) -> Iterator[tuple[str, bytes]]:
    data = source.read()
    if b"/EmbeddedFile" in data or b"/ObjStm" in data:
        yield from registry.pdf_attachments(data)


def _archive(source: Source, depth: int) -> Iterator[Passage]:
    package = Package(source)
    page = 0
    for info in package.infos:
        if info.is_dir():
            continue
        last = page
        for passage in _inner(io.BytesIO(package.read(info.filename)), shown_name(info), depth, embedded=False):
            shown = passage.page + page if passage.page else 0
            last = max(last, shown)
            yield _paged(passage, shown)
        page = last


def _paged(passage: Passage, page: int) -> Passage:
    return Passage(passage.layer, passage.place, passage.text, page, passage.label, passage.table, passage.fault,
                   passage.picture)  # fmt: skip


def _members(source: Source, depth: int) -> Iterator[Passage]:
    """Documents and pictures inside an office file."""
    package = Package(source)
    for info in package.infos:
        if is_embedded(info.filename):
            yield from _inner(io.BytesIO(package.read(info.filename)), info.filename, depth, embedded=True)


def _inner(source: Source, name: str, depth: int, *, embedded: bool) -> Iterator[Passage]:
    """The passages of a file inside a file; the text of an embedded one lies in the layer ``embedded_file``."""
    if depth >= bounds.ARCHIVE_DEPTH:
        yield fault(name, f"压缩包套叠超过 {bounds.ARCHIVE_DEPTH} 层,里层没有检查:请展开后重新上传")
        return
    try:
        recognised = media.recognise(source, name=name)
        for passage in read_as(source, recognised.media_type, depth=depth + 1):
            yield _embedded(passage.inside(name)) if embedded else passage.inside(name)
    except UnreadableFileError as error:
        if not embedded:
            yield fault(name, str(error))
            return
        source.seek(0)
        for text in printed(source.read()):
            yield Passage(Layer.EMBEDDED_FILE, name, text)


def printed(data: bytes) -> Iterator[str]:
    """Runs of readable characters in bytes of a kind nobody reads (OLE objects), one- and two-byte ones."""
    for match in _ONE_BYTE.finditer(data):
        yield match.group().decode("ascii")
    for match in _TWO_BYTE.finditer(data):
        yield match.group().decode("utf-16-le", errors="ignore")


def _embedded(passage: Passage) -> Passage:
    visible = passage.layer in {Layer.TEXT, Layer.CELL, Layer.NOTE}
    layer = Layer.EMBEDDED_FILE if visible else passage.layer
    # A picture in a document says nothing about the document's own text.
    fault_ = "" if passage.picture else passage.fault
    return Passage(layer, passage.place, passage.text, 0, passage.label, passage.table, fault_)
