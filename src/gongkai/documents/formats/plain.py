"""TXT and CSV, in whatever encoding Chinese offices save them."""

import csv
import io
import re
from collections.abc import Iterator

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents import bounds
from gongkai.documents.formats.passages import CELL_GAP, Passage, Source, UnreadableFileError

LINES_PER_PAGE = 200
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LOOK = 65536
_WRITTEN = re.compile(r"[\t\n\r -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef·—“”‘’…]")
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 27}
_MOST_CONTROLS = 0.005  # word processors leave some in pages they save; a file of another kind has many more


def decoded(data: bytes) -> tuple[str, str]:
    """The text and its encoding: a byte order mark, then UTF-8, then GB 18030.

    Raises :class:`UnreadableFileError` when the bytes are no text in any of them.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _checked(data, encoding), encoding
    wide = _unmarked_wide(data) if b"\0" in data[:_LOOK] else ""
    if wide:
        return _checked(data[: len(data) & ~1], wide), wide
    head = data[:_LOOK]
    if b"\0" in head or sum(head.count(byte) for byte in _CONTROLS) > len(head) * _MOST_CONTROLS:
        raise UnreadableFileError(Said("内容不是文本:请确认文件没有改过扩展名"))
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError(Said("文字编码无法识别:请另存为 UTF-8 后重新上传"))


def _unmarked_wide(data: bytes) -> str:
    """The encoding of UTF-16 without a byte order mark, or nothing: it must read as what people write."""
    head = data[: min(len(data), _LOOK) & ~1]
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = head.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text and sum(bool(_WRITTEN.match(one)) for one in text) >= len(text) * 0.95:
            return encoding
    return ""


def _checked(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(Said("文字编码无法识别:请另存为 UTF-8 后重新上传")) from error


def read_all(source: Source) -> bytes:
    """All bytes of a text file. Raises :class:`UnreadableFileError` above ``PART_BYTES``."""
    source.seek(0)
    data = source.read(bounds.PART_BYTES + 1)
    if len(data) > bounds.PART_BYTES:
        raise UnreadableFileError(
            Said("文本超过 %(megabytes)s MB,没有读取:请拆分后重新上传", megabytes=bounds.PART_BYTES // bounds.MIB)
        )
    return data


def txt(source: Source) -> Iterator[Passage]:
    """A text file, ``LINES_PER_PAGE`` lines a page; one passage a page keeps numbers broken over lines whole."""
    text, _ = decoded(read_all(source))
    lines = text.splitlines()
    for start in range(0, len(lines), LINES_PER_PAGE):
        page = start // LINES_PER_PAGE + 1
        place = Said("第%(start)s行起", start=start + 1)
        yield Passage(Layer.TEXT, place, "\n".join(lines[start : start + LINES_PER_PAGE]), page, place)


def dialect(text: str) -> str:
    """The separator of a CSV text: the one that occurs most in its first line."""
    first = text.partition("\n")[0]
    return max(",\t;|", key=first.count)


def rows(text: str) -> Iterator[list[str]]:
    """The rows of a CSV text. Raises :class:`UnreadableFileError` for a field beyond the bound."""
    csv.field_size_limit(bounds.PAGE_CHARACTERS)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=dialect(text))
    except csv.Error as error:
        raise UnreadableFileError(Said("CSV 结构有误(有一格过长或引号不配对):请用表格软件重新保存")) from error


def comma(source: Source) -> Iterator[Passage]:
    """A CSV file as rows."""
    text, _ = decoded(read_all(source))
    for number, row in enumerate(rows(text), start=1):
        if any(row):
            page = (number - 1) // bounds.ROWS_PER_PAGE + 1
            label = (
                Said("表格")
                if page == 1
                else Said("表格第%(page)s行起", page=(page - 1) * bounds.ROWS_PER_PAGE + 1)
            )
            cells = CELL_GAP.join(cell.replace(CELL_GAP, " ") for cell in row)
            yield Passage(Layer.CELL, Said("第%(number)s行", number=number), cells, page, label, table="csv")
