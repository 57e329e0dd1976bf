"""Media type → reader. Readers are loaded when first needed: a text file never waits for a PDF engine."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from gongkai.core.said import Said
from gongkai.documents import media
from gongkai.documents.formats.passages import Passages, Source

Reader = Callable[[Source], Passages]

_READERS = {
    media.PDF: "pdf:pdf",
    media.DOCX: "ooxml:docx",
    media.XLSX: "ooxml:xlsx",
    media.PPTX: "ooxml:pptx",
    media.TXT: "plain:txt",
    media.CSV: "plain:comma",
    media.HTML: "web:html",
    media.XLS: "legacy:xls",
    media.ODT: "opendocument:odf",
    media.ODS: "opendocument:odf",
    media.ODP: "opendocument:odf",
    media.OFD: "fixed:ofd",
    **dict.fromkeys(media.IMAGES, "image:picture"),
}
WORDLESS = {
    media.DOC: Said("旧版 Word(.doc)的文字不能读取:请另存为 .docx 后重新上传"),
    media.PPT: Said("旧版幻灯片(.ppt)的文字不能读取:请另存为 .pptx 后重新上传"),
    media.LOCKED: Said("文件设有打开密码,系统不能检查:请去掉密码后重新上传"),
}


# The module that knows the files inside.
ATTACHING = {media.PDF: "pdf_layers", media.HTML: "web"}


def reader(media_type: str) -> Reader | None:
    """The reader of a type, or ``None`` when the system reads no text from it."""
    entry = _READERS.get(media_type)
    if entry is None:
        return None
    module, _, function = entry.partition(":")
    return cast(Reader, getattr(import_module(f"gongkai.documents.formats.{module}"), function))


def attachments(media_type: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The files inside a PDF or a page."""
    find = import_module(f"gongkai.documents.formats.{ATTACHING[media_type]}").attachments
    return cast(Iterator[tuple[str, bytes]], find(data))
