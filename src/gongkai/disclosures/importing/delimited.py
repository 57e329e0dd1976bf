"""CSV files and cells pasted from a spreadsheet."""

import codecs
import csv
import io
from collections.abc import Iterator

from gongkai.core.said import Said
from gongkai.disclosures.importing import bounds
from gongkai.disclosures.importing.cells import Cell, read_value
from gongkai.disclosures.importing.faults import SheetShapeError

_MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_GUESSED = ("utf-8", "gb18030")  # Chinese spreadsheets write one or the other
_SEPARATORS = ",\t;"
_LONGEST_CELL = 131_072


def csv_lines(content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """The lines of a CSV file in UTF-8, UTF-16 or GB18030, separated by comma, tab or semicolon."""
    text = _decoded(content)
    return _lines(text, _separator(text))


def pasted_lines(content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """The lines of cells copied from a spreadsheet: separated by tabs."""
    return _lines(_decoded(content), "\t")


def _decoded(content: bytes) -> str:
    encodings = [name for mark, name in _MARKED if content.startswith(mark)] or _GUESSED
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetShapeError(Said("文字编码无法识别。请另存为“CSV UTF-8(逗号分隔)”或 .xlsx 后再上传。"))


def _separator(text: str) -> str:
    """The separator seen most in the first lines."""
    head = "\n".join(text.splitlines()[: bounds.HEADER_WITHIN])
    return max(_SEPARATORS, key=head.count)


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[Cell]]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error:
            raise SheetShapeError(
                Said(
                    "第 %(number)s 行读不下去:引号不成对,或一格超过 %(most)s 字。请用表格软件打开检查后另存。",
                    number=number,
                    most=_LONGEST_CELL,
                )
            ) from None
        if row is None:
            return
        yield number, [read_value(value) for value in row]
