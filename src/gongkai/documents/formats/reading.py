"""Reading any file: the right reader, then whatever lies inside it, to a bounded depth."""

import io
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents import bounds, media
from gongkai.documents.formats import registry
from gongkai.documents.formats.loose import is_font, is_xml
from gongkai.documents.formats.package import Package, is_embedded, shown_name
from gongkai.documents.formats.passages import Passage, Source, UnreadableFileError, fault
from gongkai.documents.formats.printed import printed

OFFICE = frozenset({media.DOCX, media.XLSX, media.PPTX})
_CONTAINERS = OFFICE | {media.ODT, media.ODS, media.ODP, media.OFD}
_SAYING = frozenset({media.PDF})  # their readers say by a passage of that layer that files lie inside
_PACKED = _CONTAINERS | {media.ZIP}


_BINARY = re.compile(r"^layout-cache$|(?:^|/)Signs?/.*\.(?:dat|esl|cer|cert)$", re.IGNORECASE)
_ANYWHERE = frozenset({media.ODT, media.ODS, media.ODP, media.OFD})


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
        yield fault("", Said("这种文件没有可读的文字"))
        return
    inside = media_type not in _SAYING
    for passage in reader(source):
        inside = inside or passage.layer is Layer.EMBEDDED_FILE or (bool(passage.fault) and not passage.picture)
        yield passage
    if media_type in _CONTAINERS:
        yield from _members(source, media_type, depth)
    elif media_type in registry.ATTACHING and inside:
        yield from _attached(source, media_type, depth)


def _attached(source: Source, media_type: str, depth: int) -> Iterator[Passage]:
    """The passages of the files that hang on a PDF or a page."""
    source.seek(0)
    try:
        for name, data in registry.attachments(media_type, source.read()):
            yield from _inner(io.BytesIO(data), name, depth, embedded=True)
    except UnreadableFileError as error:
        yield fault(Said("附件"), str(error))


def _archive(source: Source, depth: int) -> Iterator[Passage]:
    package = Package(source)
    page = 0
    if package.comment:
        yield Passage(Layer.FILE, Said("压缩包注释"), package.comment)
    for info in package.infos:
        if info.is_dir():
            yield Passage(Layer.FILE, Said("文件夹名称"), shown_name(info))
            continue
        last = page
        for passage in _inner(io.BytesIO(package.read(info.filename)), shown_name(info), depth, embedded=False):
            shown = passage.page + page if passage.page else 0
            last = max(last, shown)
            yield _paged(passage, shown)
        page = last


def _paged(passage: Passage, page: int) -> Passage:
    return Passage(passage.layer, passage.place, passage.text, page, passage.label, passage.table, passage.fault,
                   passage.picture, passage.seams)  # fmt: skip


def _members(source: Source, media_type: str, depth: int) -> Iterator[Passage]:
    """Documents, pictures and whatever else is no part of the text of an office file, in any folder."""
    package = Package(source)
    every = media_type in OFFICE
    for text in [package.comment, *printed(package.around())] if every else ():
        yield Passage(Layer.FILE, Said("压缩包注释"), text)
    for info in package.infos:
        name, inside = info.filename, is_embedded(info.filename)
        if not inside and media_type in _ANYWHERE and not info.is_dir() and name != "mimetype":
            inside = not is_xml(package, name) and not is_font(package, name)
            if inside and _BINARY.search(name):  # signatures and seals, a program's own cache: only letters count
                yield from (Passage(Layer.OTHER, name, text) for text in printed(package.read(name)))
                continue
        if inside or (every and not info.is_dir() and _members_module().is_other(name)):
            yield from _inner(io.BytesIO(package.read(name)), name, depth, embedded=True)


def _members_module() -> Any:
    """What is needed for members of office files only: a plain text never waits for it."""
    return import_module("gongkai.documents.formats.members")


def _inner(source: Source, name: str, depth: int, *, embedded: bool) -> Iterator[Passage]:
    """The passages of a file inside a file; the text of an embedded one lies in the layer ``embedded_file``."""
    yield Passage(Layer.FILE, Said("文件名称"), name).inside(name)
    try:
        kind = media.recognise(source, name=name).media_type
        most = bounds.NESTED_DEPTH if embedded and kind != media.ZIP else bounds.ARCHIVE_DEPTH
        if depth >= most and (kind in _PACKED or not embedded):
            yield fault(name, Said("压缩包套叠超过 %(most)s 层,里层没有检查:请展开后重新上传", most=most))
            return
        xml = _members_module().loose(source.read(), name) if embedded and kind == media.TXT else None
        for passage in xml or read_as(source, kind, depth=depth + 1):
            yield _embedded(passage.inside(name)) if embedded else passage.inside(name)
    except UnreadableFileError as error:
        if not embedded:
            yield fault(name, str(error))
            return
        source.seek(0)
        yield from _strange(source.read(), name, depth)


def _strange(data: bytes, name: str, depth: int) -> Iterator[Passage]:
    """A member of a kind nobody reads: the files in it, its readable characters, and whether more may be there."""
    members = _members_module()
    data = members.unpacked(data, bounds.PART_BYTES)
    known = False
    for file in members.inside(data):
        read = list(_inner(io.BytesIO(file), name, depth, embedded=True))
        known = known or not any(passage.fault for passage in read)
        yield from read
    drawn = "\n".join(members.words(data))
    for text in [drawn, *(one for one in printed(data) if one not in drawn)] if drawn else printed(data):
        yield Passage(Layer.EMBEDDED_FILE, name, text)
    if not known and members.is_opaque(name, data):
        yield fault(name, members.OPAQUE)


def member_passages(data: bytes, name: str) -> Iterator[Passage]:
    """What is read of one member of an office file."""
    return _inner(io.BytesIO(data), name, 0, embedded=True)


def _embedded(passage: Passage) -> Passage:
    visible = passage.layer in {Layer.TEXT, Layer.CELL, Layer.NOTE}
    layer = Layer.EMBEDDED_FILE if visible else passage.layer
    # A picture in a document says nothing about the document's own text.
    fault_ = "" if passage.picture else passage.fault
    return Passage(
        layer, passage.place, passage.text, 0, passage.label, passage.table, fault_, seams=passage.seams
    )
