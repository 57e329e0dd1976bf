"""A sheet of 200 000 rows, within the bounds of the reader's process. Identities are invented."""

import resource
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongkai.documents import bounds, processes
from gongkai.documents.reader import Reader

pytestmark = pytest.mark.slow

ROWS = 200_000
MOST_MEMORY = 800 * bounds.MIB  # resident; what docs/operating/documents.md tells operators
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FRAME = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPES}.sharedStrings+xml"/></Types>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>'
    '<sheet name="名单" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    f'relationships"><Relationship Id="rId1" Type="{_RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATED}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


def _strings() -> Iterator[str]:
    yield from ("序号", "姓名", "手机号码", "家庭住址", "备注")
    for n in range(ROWS):
        yield from (str(n), f"林志{n}", f"138{n:08}", f"安溪县凤城镇大同路{n}号{n % 9 + 1}栋101室", f"第{n}批")


def _write(path: Path) -> None:
    """A list as Excel writes it: every text in the table of shared strings."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _FRAME.items():
            archive.writestr(name, text)
        with archive.open("xl/sharedStrings.xml", "w") as part:
            part.write(f'<sst xmlns="{_MAIN}">'.encode())
            part.writelines(f"<si><t>{text}</t></si>".encode() for text in _strings())
            part.write(b"</sst>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for row in range(ROWS + 1):
                cells = "".join(f'<c r="{"ABCDE"[n]}{row + 1}" t="s"><v>{row * 5 + n}</v></c>' for n in range(5))
                part.write(f'<row r="{row + 1}">{cells}</row>'.encode())
            part.write(b"</sheetData></worksheet>")


def _peak(reader: Reader) -> int:
    """The most memory the reader's process ever had resident."""
    assert reader._process is not None
    status = Path(f"/proc/{reader._process.pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "list.xlsx"
    _write(path)
    return path


def test_a_sheet_of_200_000_rows_is_checked_within_the_bounds(sheet: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Reader() as reader:
        answers = list(reader.ask("read", sheet, name=sheet.name))
        peak = _peak(reader)
    processes.stop()  # only what has ended is counted
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    summary = answers[-1]["summary"]
    assert summary["pages"] == ROWS // bounds.ROWS_PER_PAGE + 1
    assert summary["findings"] >= 2 * ROWS
    assert sum("finding" in one for one in answers) == bounds.FINDINGS
    assert peak < MOST_MEMORY
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert seconds < bounds.READ_SECONDS


def test_a_sheet_of_200_000_rows_is_masked_within_the_bounds(sheet: Path, tmp_path: Path) -> None:
    out = tmp_path / "masked.xlsx"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Reader() as reader:
        (done,) = reader.ask("mask", sheet, name=sheet.name, facts={"out": str(out)})
        peak = _peak(reader)
    processes.stop()  # only what has ended is counted
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done["masked"]["values"]["mobile"] == ROWS
    assert peak < MOST_MEMORY
    with zipfile.ZipFile(out) as archive:
        assert b"13800000007" not in archive.read("xl/sharedStrings.xml") + archive.read(
            "xl/worksheets/sheet1.xml"
        )
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert seconds < bounds.READ_SECONDS
