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
from tests.documents.test_corners import CASES as CORNERS
from tests.documents.test_half_hidden import KINDS as HALF_HIDDEN
from tests.documents.test_members import MEMBERS
from tests.documents.test_parted_numbers import CASES as PARTED
from tests.documents.test_parted_numbers import THREE
from tests.documents.test_refusals import UNREAD_PARTS, unread_in

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
    # A figure beside what is masked stays the figure it was.
    assert re.search(r"^1,[^,]*,138\*{4}5678,35\*{13}238$", again, re.MULTILINE)


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


# Files of every sort whose number lies in odd places, or in several at once.
SORTS: dict[str, bytes] = {
    **{f"{name}.{name.partition(' ')[0]}": data for name, data in CORNERS.items()},
    **{f"member {name}.docx": data for name, data in MEMBERS.items()},
    **{name: data for name, data in PARTED.items() if name.endswith((".docx", ".xlsx", ".pptx", ".odt", ".ods"))},
    **{f"half hidden {kind}": make([(one, "x") for one in THREE], 2, 0) for kind, make in HALF_HIDDEN.items()},
    **{f"an object nobody reads {number}.odt": data for number, data in enumerate(map(unread_in, UNREAD_PARTS))},
}
NAMES = {name: f"{number}.{re.split(r'[. ]', name)[-1]}" for number, name in enumerate(SORTS)}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], str]:
    """What the program shows of each masked file, and what it complained about; it is started once for all."""
    folder = tmp_path_factory.mktemp("sorts")
    copies = []
    for name, data in SORTS.items():
        path = folder / NAMES[name]
        path.write_bytes(data)
        copies.append(folder / f"masked-{path.name}")
        list(mask({"path": path, "out": copies[-1], "name": path.name}))
    command = [OFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    done = subprocess.run(
        [*command, "--outdir", folder / "pdf", *copies], check=True, capture_output=True, text=True, timeout=900
    )
    lines = f"{done.stdout}\n{done.stderr}".splitlines()
    complaints = [
        line for line in lines if re.search("error|fail|corrupt|could not", line, re.I) and "java" not in line
    ]
    made = {path.stem: path for path in (folder / "pdf").iterdir()}
    shown = {
        name: everything(made[copy.stem]) for name, copy in zip(SORTS, copies, strict=True) if copy.stem in made
    }
    return shown, "\n".join(complaints)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="left out: pdftotext is not installed (poppler-utils)")
def test_a_masked_file_of_every_sort_opens_without_complaint(told: tuple[dict[str, str], str]) -> None:
    shown, complaints = told
    assert complaints == ""
    assert set(shown) == set(SORTS)
    assert [name for name, text in shown.items() if PERSON in re.sub(r"\s", "", text)] == []


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="left out: pdftotext is not installed (poppler-utils)")
def test_what_is_public_is_still_shown_and_the_parts_are_masked(told: tuple[dict[str, str], str]) -> None:
    shown, _ = told
    plain = {name: re.sub(r"\s", "", text) for name, text in shown.items()}
    for name in CORNERS:
        kind = name.partition(" ")[0]
        assert {"docx": "公示(虚构)", "xlsx": "姓名", "pptx": "虚构"}[kind] in plain[f"{name}.{kind}"], name
    for name in PARTED.keys() & plain.keys():
        # Figures stand at the right of their column and stars at its left: they are read in another order.
        assert sorted(re.sub(r"Page\d|[^\d*]", "", plain[name])) == sorted("35*************238"), name
    for kind in HALF_HIDDEN:
        assert "35*****238" in re.sub(r"[^\d*]", "", plain[f"half hidden {kind}"]), kind
