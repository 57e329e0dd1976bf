"""Small attachments in the formats offices use, made with the libraries the product runs on."""

import io
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from docx import Document
from openpyxl import Workbook

from gongkai.core.drafting import Text
from gongkai.web.demo.names import masked_person


class File(NamedTuple):
    """A name and the bytes behind it."""

    name: str
    content: bytes


def files_of(item: str, text: Text, fields: Mapping[str, Any], *, number: int) -> list[File]:
    """One attachment, now and then two, saying the same as ``text`` or listing what it speaks of."""
    kind = number // 2 % 4
    if kind == 0:
        return [_document(text, fields), _list(item, text, fields, number=number)]
    return [_list(item, text, fields, number=number) if kind < 3 else _plain(text)]


def _document(text: Text, fields: Mapping[str, Any]) -> File:
    document = Document()
    document.add_heading(text.title, level=1)
    for name, value in text.elements.items():
        document.add_paragraph(f"{name}:{value}")
    document.add_paragraph(str(fields["agency"]))
    out = io.BytesIO()
    document.save(out)
    return File("公告正文.docx", out.getvalue())


def _list(item: str, text: Text, fields: Mapping[str, Any], *, number: int) -> File:
    people = item.startswith(("HA", "HC"))
    rows = _people(number) if people else _parts(fields)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名单" if people else "分项明细")
    sheet.append([text.title])
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return File("名单(已脱敏).xlsx" if people else "分项明细.xlsx", out.getvalue())


def _people(number: int) -> list[Sequence[Any]]:
    rng = Random(f"people {number}")  # noqa: S311 - a repeatable play, not a secret
    rows: list[Sequence[Any]] = [("序号", "姓名(脱敏)", "家庭人口", "备注")]
    return rows + [(n, masked_person(rng), rng.randint(1, 5), "") for n in range(1, 19)]


def _parts(fields: Mapping[str, Any]) -> list[Sequence[Any]]:
    price = float(fields["price"])
    shares = (("主要部分", 0.62), ("配套部分", 0.27), ("服务与培训", 0.11))
    rows: list[Sequence[Any]] = [("序号", "内容", "金额(万元)")]
    return rows + [(n, name, round(price * share, 2)) for n, (name, share) in enumerate(shares, start=1)]


def _plain(text: Text) -> File:
    lines = [text.title, "", *(f"{name}:{value}" for name, value in text.elements.items())]
    return File("要点.txt", "\r\n".join(lines).encode("utf-8-sig"))
