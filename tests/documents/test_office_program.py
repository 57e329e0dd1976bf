"""Files as an office program writes them: read layer by layer, masked, opened again. Identities are invented."""

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from openpyxl.comments import Comment

from gongkai.core.privacy import Rules
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import Check
from gongkai.documents.masking.files import mask

OFFICE = shutil.which("soffice") or shutil.which("libreoffice") or ""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not OFFICE, reason="left out: LibreOffice is not installed (libreoffice-writer, -calc)"),
]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SHOWN, HIDDEN, REMARK, CHANGE = "13812345678", "13912345678", "15012345678", "18612345678"
OTHER, PERSON = "13512345678", "350524199001011238"


def converted(source: Path, kind: str, folder: Path) -> Path:
    """``source`` as the office program saves it in another format."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [OFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(folder / kind), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / kind / f"{source.stem}.{kind}"


def seen(path: Path) -> dict[str, set[str]]:
    """Layer → the numbers found in it."""
    check: dict[str, set[str]] = {}
    with path.open("rb") as source:
        detectors = Check(Rules())
        for passage in passages(source, name=path.name):
            for finding in detectors.findings(passage):
                value = re.sub(r"\D", "", passage.text[finding.start : finding.end])
                check.setdefault(finding.layer.value, set()).add(value)
    return check


def masked(path: Path, folder: Path) -> Path:
    out = folder / f"masked{path.suffix}"
    list(mask({"path": path, "out": out, "name": path.name}))
    return out


def everything(path: Path) -> str:
    """Every byte of a container as text, or what ``pdftotext`` reads."""
    if path.suffix == ".pdf":
        return subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True).stdout
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8", errors="replace") for name in archive.namelist())


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["序号", "姓名", "手机号码", "身份证号码"])
    page.append([1, "林志明", SHOWN, PERSON])
    page.append([2, "陈建国", HIDDEN, ""])
    page.append([3, "王国强", OTHER, ""])
    page.row_dimensions[3].hidden = True
    page["B2"].comment = Comment(f"已电话核实 {REMARK}", "经办人")
    path = tmp_path_factory.mktemp("book") / "list.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    document = docx.Document()
    paragraph = document.add_paragraph(f"申请人林志明,身份证号码{PERSON},联系电话 {SHOWN}。")
    document.add_comment(paragraph.runs[0], text=f"电话 {REMARK}", author="经办人")
    gone = f'<w:del {W} w:id="7" w:author="a" w:date="2026-03-02T09:00:00Z"><w:r><w:delText>旧电话 {CHANGE}'
    document.add_paragraph("修改")._p.append(parse_xml(f"{gone}</w:delText></w:r></w:del>"))
    document.add_paragraph().add_run(f"另一电话 {HIDDEN}").font.hidden = True
    path = tmp_path_factory.mktemp("letter") / "letter.docx"
    document.save(path)
    return path


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_it_wrote_keeps_nothing_from_the_check_or_through_the_mask(
    workbook: Path, kind: str, tmp_path: Path
) -> None:
    path = converted(workbook, kind, tmp_path)
    layers = seen(path)
    assert layers["cell"] >= {SHOWN, PERSON}
    assert HIDDEN in layers["hidden_row"]
    assert REMARK in layers["comment"]
    out = masked(path, tmp_path)
    text = everything(out)
    assert [n for n in (SHOWN, HIDDEN, OTHER, REMARK, PERSON) if n in text] == []
    again = converted(out, "csv", tmp_path).read_text(encoding="utf-8", errors="replace")
    assert "138****5678" in again


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_a_letter_it_wrote_keeps_nothing_from_the_check_or_through_the_mask(
    letter: Path, kind: str, tmp_path: Path
) -> None:
    path = converted(letter, kind, tmp_path)
    layers = seen(path)
    assert layers["text"] >= {SHOWN, PERSON}
    assert REMARK in layers["comment"]
    assert CHANGE in layers["tracked_change"]
    assert HIDDEN in layers["hidden_text"]
    out = masked(path, tmp_path)
    text = everything(out)
    assert [n for n in (SHOWN, HIDDEN, REMARK, CHANGE, PERSON) if n in text] == []
    assert "138****5678" in everything(converted(out, "pdf", tmp_path))


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="left out: pdftotext is not installed (poppler-utils)")
@pytest.mark.parametrize("source", ["workbook", "letter"])
def test_a_pdf_it_wrote_is_masked_in_its_glyphs(
    source: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = converted(request.getfixturevalue(source), "pdf", tmp_path)
    # The program cuts the telephone in its narrow column, and the identity number follows it at once.
    found = "".join(seen(path)["text"])
    assert PERSON in found
    assert (OTHER if source == "workbook" else SHOWN) in found
    out = masked(path, tmp_path)
    text = re.sub(r"\s", "", everything(out))
    assert "138****5678" in text or source == "workbook"
    assert [n for n in (SHOWN, OTHER, PERSON) if n in text] == []
    assert not any(PERSON in p.text for p in passages(io.BytesIO(out.read_bytes()), name=out.name))
