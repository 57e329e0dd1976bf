"""The corpus's files in open formats, written by hand: ODT, ODS, OFD."""

import zipfile
from html import escape
from typing import Any

from bench.identities import Label, Writer, labels, sentence

_ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def _odf(target: Any, kind: str, body: str) -> None:
    """A package of OpenDocument around ``body``."""
    mime = f"application/vnd.oasis.opendocument.{kind}"
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    entries = "".join(
        f'<m:file-entry m:full-path="{path}" m:media-type="{media}"/>'
        for path, media in (("/", mime), ("content.xml", "text/xml"))
    )
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", mime)
        archive.writestr(
            "META-INF/manifest.xml", f'<m:manifest xmlns:m="{space}" m:version="1.2">{entries}</m:manifest>'
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content {_ODF} office:version="1.2"><office:body><office:{kind}>{body}'
            f"</office:{kind}></office:body></office:document-content>",
        )


def _odf_row(cells: list[str], *, hidden: bool = False) -> str:
    shown = ' table:visibility="collapse"' if hidden else ""
    inner = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row{shown}>{inner}</table:table-row>"


def make_ods(writer: Writer, target: Any) -> list[Label]:
    table, found = writer.rows(writer.pick(3), 4)
    marks = [Label(kind, "cell", value) for kind, value in found]
    columns = "<table:table-column/>" * len(table[0]) + '<table:table-column table:visibility="collapse"/>'
    value = writer.invent.resident_id()
    marks.append(Label("resident_id", "hidden_column", value))
    rows = [_odf_row([*row, value if number == 2 else ""]) for number, row in enumerate(table)]
    value = writer.invent.mobile()
    marks.append(Label("mobile", "hidden_row", value))
    rows.append(_odf_row([f"电话{value}"], hidden=True))
    _odf(target, "spreadsheet", f'<table:table table:name="名单">{columns}{"".join(rows)}</table:table>')
    return marks


def make_odt(writer: Writer, target: Any) -> list[Label]:
    plan = writer.pick(4, marks=True)
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in writer.sentences(plan))
    ((kind, shown, value),) = writer.pick(1)
    remark = (
        f"<office:annotation><text:p>{escape(sentence(writer.invent, kind, shown))}</text:p></office:annotation>"
    )
    _odf(target, "text", f"{lines}<text:p>说明{remark}</text:p>")
    return [*labels(plan, "text"), Label(kind, "comment", value)]


def make_ofd(writer: Writer, target: Any) -> list[Label]:
    plan, objects, at = writer.pick(4), [], 20.0
    for number, line in enumerate(writer.sentences(plan), start=10):
        objects.append(
            f'<ofd:TextObject ID="{number}" Boundary="10 {at} 180 6" Font="1" Size="4">'
            f'<ofd:TextCode X="0" Y="4">{line}</ofd:TextCode></ofd:TextObject>'
        )
        at += 9
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    value = writer.invent.mobile()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("OFD.xml", f"<ofd:OFD {space}><ofd:DocBody><ofd:DocInfo><ofd:Subject>{value}"
                         "</ofd:Subject></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
                         "</ofd:OFD>")  # fmt: skip
        archive.writestr("Doc_0/Document.xml", f'<ofd:Document {space}><ofd:Pages><ofd:Page ID="1" BaseLoc='
                         '"Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>')  # fmt: skip
        archive.writestr("Doc_0/Pages/Page_0/Content.xml", f'<ofd:Page {space}><ofd:Content><ofd:Layer ID="2">'
                         f'{"".join(objects)}</ofd:Layer></ofd:Content></ofd:Page>')  # fmt: skip
    return [*labels(plan, "text"), Label("mobile", "property", value)]
