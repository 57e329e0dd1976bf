"""What a file is: decided from its content, then compared with what its name claims."""

import zipfile
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from pathlib import PurePath

from gongkai.core.said import Said
from gongkai.documents.formats.package import BROKEN
from gongkai.documents.formats.passages import Source, UnreadableFileError
from gongkai.documents.formats.plain import decoded

OOXML = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX, PPTX = (
    OOXML + "wordprocessingml.document",
    OOXML + "spreadsheetml.sheet",
    OOXML + "presentationml.presentation",
)
ODF = "application/vnd.oasis.opendocument."
ODT, ODS, ODP = ODF + "text", ODF + "spreadsheet", ODF + "presentation"
PDF, OFD, ZIP, HTML, TXT, CSV = (
    "application/pdf", "application/ofd", "application/zip", "text/html", "text/plain", "text/csv"
)  # fmt: skip
XLS, DOC, PPT = "application/vnd.ms-excel", "application/msword", "application/vnd.ms-powerpoint"
JPEG, PNG, GIF, TIFF, WEBP = "image/jpeg", "image/png", "image/gif", "image/tiff", "image/webp"
IMAGES = frozenset({JPEG, PNG, GIF, TIFF, WEBP})
LOCKED = "application/x-ole-encrypted"

_ONE_NAME = {"pdf": PDF, "docx": DOCX, "xlsx": XLSX, "pptx": PPTX, "odt": ODT, "ods": ODS, "odp": ODP, "ofd": OFD}
_OLD_NAME = {"xls": XLS, "doc": DOC, "ppt": PPT, "html": HTML, "htm": HTML, "txt": TXT, "csv": CSV, "zip": ZIP}
_PICTURES = {"jpg": JPEG, "jpeg": JPEG, "png": PNG, "gif": GIF, "tif": TIFF, "tiff": TIFF, "webp": WEBP}
EXTENSIONS = {**_ONE_NAME, **_OLD_NAME, **_PICTURES}
_MAIN_PARTS = (
    (b"wordprocessingml.document.main+xml", DOCX), (b"spreadsheetml.sheet.main+xml", XLSX),
    (b"presentationml.presentation.main+xml", PPTX), (b"presentationml.slideshow.main+xml", PPTX),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_NAMES = (("EncryptedPackage", LOCKED), ("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS),
              ("PowerPoint Document", PPT))  # fmt: skip
_IMAGE_MAGIC = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"GIF8", GIF), (b"II*\0", TIFF),
                (b"MM\0*", TIFF))  # fmt: skip
_HTML_MARKS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<div", b"<p>", b"<meta")
_HEAD = 65_536
_PREFIXED = Said(
    "文件前面带有别的数据(自解压程序,或在别的文件后面接了压缩包),系统不能检查:请先解压,"
    "把里面的文件单独上传,或重新打成普通的 ZIP 再上传"
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the content says. ``macros`` is true where the file carries a program."""

    media_type: str
    macros: bool = False


def recognise(source: Source, *, name: str) -> Recognised:
    """The type of a file from its bytes. ``name`` only tells CSV from TXT, which no byte can.

    Raises :class:`UnreadableFileError` when the bytes are of no kind the system knows.
    """
    source.seek(0)
    head = source.read(_HEAD)
    source.seek(0)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(source)
    if head.startswith(_OLE):
        return _ole(source)
    if b"%PDF-" in head[:1024]:
        return Recognised(PDF)
    for magic, media_type in _IMAGE_MAGIC:
        if head.startswith(magic):
            return Recognised(media_type)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Recognised(WEBP)
    if b"\0" in head and zipfile.is_zipfile(source):
        raise UnreadableFileError(_PREFIXED)
    return _text(head, name)


def _zip(source: Source) -> Recognised:
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
            macros = any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names)
            if "[Content_Types].xml" in names:
                with archive.open("[Content_Types].xml") as part:
                    return _ooxml(part.read(1024 * 1024), macros=macros)
            if "mimetype" in names:
                with archive.open("mimetype") as part:
                    kind = part.read(100).decode("ascii", errors="replace").strip()
                if kind in {ODT, ODS, ODP}:
                    return Recognised(kind, macros=any(n.startswith(("Basic/", "Scripts/")) for n in names))
            return Recognised(OFD if "OFD.xml" in names else ZIP)
    except BROKEN as error:
        raise UnreadableFileError(Said("压缩结构已损坏,打不开:请用原软件重新保存后再上传")) from error


def _ooxml(types: bytes, *, macros: bool) -> Recognised:
    macros = macros or b"macroEnabled" in types
    for mark, media_type in _MAIN_PARTS:
        if mark in types:
            return Recognised(media_type, macros)
    for mark, media_type in ((b"ms-word", DOCX), (b"ms-excel", XLSX), (b"ms-powerpoint", PPTX)):
        if macros and mark in types:
            return Recognised(media_type, macros)
    return Recognised(ZIP, macros)


def ole_names(data: bytes) -> set[str]:
    """Names in the directory of an OLE compound file (legacy Office, encrypted Office)."""
    size = 1 << int.from_bytes(data[30:32], "little")
    if not 512 <= size <= 4096:
        return set()
    names = set()
    # Directory entries are 128 bytes and lie on sectors; every 128-byte step that looks like one is read.
    for offset in range(size, len(data) - 127, 128):
        length = int.from_bytes(data[offset + 64 : offset + 66], "little")
        if (
            4 <= length <= 64
            and length % 2 == 0
            and data[offset + 66] in {1, 2, 5}
            and data[offset + 67] in {0, 1}
        ):
            raw = data[offset : offset + length - 2]
            names.add(raw.decode("utf-16-le", errors="replace"))
    return names


def _ole(source: Source) -> Recognised:
    source.seek(0)
    names = ole_names(source.read())
    macros = bool(names & {"_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT", "Macros"})
    for name, media_type in _OLE_NAMES:
        if name in names:
            return Recognised(media_type, macros)
    raise UnreadableFileError(Said("无法识别的旧版文件:请另存为 docx、xlsx、pptx 或 PDF 后重新上传"))


def _text(head: bytes, name: str) -> Recognised:
    low = head[:4096].lower()
    try:
        decoded(head[: len(head) - len(head) % 2] if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else _whole(head))
    except UnreadableFileError:
        raise UnreadableFileError(
            Said("不支持的文件类型(%(kind)s):请转换为 PDF、docx、xlsx 等常用格式", kind=_guess(head))
        ) from None
    if any(mark in low for mark in _HTML_MARKS):
        return Recognised(HTML)
    return Recognised(CSV if extension(name) == "csv" else TXT)


def _whole(head: bytes) -> bytes:
    """The head without a character cut in two at its end: up to the last line break where it was cut."""
    return head if len(head) < _HEAD else head[: head.rfind(b"\n") + 1] or head[:-4]


def _guess(head: bytes) -> str:
    puremagic = import_module("puremagic")  # asked for strange files only, and every reader would wait for it
    try:
        found = puremagic.magic_stream(BytesIO(head))
    except (puremagic.PureError, ValueError):
        return Said("未知")
    return found[0].name or found[0].extension if found else Said("未知")


def extension(name: str) -> str:
    """The name's extension in small letters, without the dot."""
    return PurePath(name).suffix.lower().lstrip(".")


def fits(name: str, media_type: str) -> bool:
    """Whether the name's extension is one that ``media_type`` may carry."""
    return EXTENSIONS.get(extension(name)) == media_type


_SHOWN = {
    DOCX: "Word", XLSX: "Excel", PPTX: "PPT", XLS: "Excel 97-2003", DOC: "Word 97-2003", PPT: "PPT 97-2003",
    "text/plain": "TXT",
}  # fmt: skip


def shown(media_type: str) -> str:
    """The type's name for people."""
    return _SHOWN.get(media_type) or media_type.rpartition("/")[2].rpartition(".")[2].upper()
