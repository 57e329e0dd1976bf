"""How long the privacy check takes: a housing list, and large PDFs beside ``pdftotext``."""

import base64
import io
import random
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import reportlab
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from bench.corpus_browser import CHROMIUM
from bench.identities import HELD_OUT_SEED, Invent, decoy_sentence
from gongkai.documents.reader import Reader
from gongkai.documents.sheets import Column, write_xlsx


def housing_list(rows: int = 5_000) -> bytes:
    """A list of applicants as an office has it."""
    invent, target = Invent(HELD_OUT_SEED), io.BytesIO()
    names = ("序号", "姓名", "身份证号码", "手机号码", "家庭住址", "困难类别", "家庭人口", "配租房号")
    people = (
        (str(n), invent.name(), invent.resident_id(), invent.mobile(), invent.address(), "低保户", "3", f"{n}室")
        for n in range(1, rows + 1)
    )
    write_xlsx(target, [Column(name) for name in names], people)
    return target.getvalue()


def spent(work: Callable[[], object]) -> float:
    """Processor seconds of the processes ``work`` starts and ends: other work on the machine counts for less."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ask(path: Path, action: str, **facts: Any) -> None:
    """One request to a reader's process started for it, as ``store`` and the commands do."""
    with Reader() as reader:
        list(reader.ask(action, path, name=path.name, facts=facts))


def seconds_for_list() -> tuple[float, float]:
    """Seconds to check, and to mask and check again, a list of 5 000 rows."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "list.xlsx", Path(folder) / "masked.xlsx"
        path.write_bytes(housing_list())
        return spent(lambda: ask(path, "read", parts=["findings"])), spent(lambda: ask(path, "mask", out=str(out)))


def big_pdf(target: Path, size: int = 10_000_000, pages: int = 250) -> str:
    """A report of about ``size`` bytes as offices export them: text in an embedded font, photographs between.

    The name of the font: a Chinese one where the machine has one as TrueType, else one without Chinese.
    """
    chinese = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
    latin = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    font = chinese if chinese.exists() else latin
    pdfmetrics.registerFont(TTFont("Text", str(font)))
    invent, page = Invent(1), canvas.Canvas(str(target))
    noise = random.Random(1)  # noqa: S311 - a picture
    side = round((size / pages / 1.1) ** 0.5)
    for _ in range(pages):
        page.setFont("Text", 9)
        for row in range(45):
            line = decoy_sentence(invent)
            shown = line if font is chinese else "".join(c if c.isascii() else "x" for c in line)
            page.drawString(30, 800 - row * 13, shown)
        points = io.BytesIO()
        Image.frombytes("L", (side, side), noise.randbytes(side * side)).save(points, "JPEG", quality=95)
        page.drawImage(ImageReader(points), 30, 20, 150, 150)
        page.showPage()
    page.save()
    return font.stem


def printed_pdf(target: Path, sections: int = 350) -> bool:
    """A report as a browser prints it, with prose, tables and photographs; whether there is a browser."""
    if not CHROMIUM:
        return False
    from playwright.sync_api import sync_playwright

    invent, parts = Invent(1), ["<style>td{border:1px solid}</style>"]
    noise = random.Random(1)  # noqa: S311 - words and pictures
    for number in range(sections):
        parts.append(f"<h2 style='break-before:page'>第{number + 1}节</h2>")
        for _ in range(6):
            parts.append(f"<p>{''.join(noise.choices(_WORDS, k=180))}。{decoy_sentence(invent)}</p>")
        cells = ((str(n), invent.project(), invent.money(), decoy_sentence(invent)) for n in range(8))
        rows = ("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
        points = io.BytesIO()
        Image.frombytes("L", (150, 150), noise.randbytes(150 * 150)).save(points, "JPEG", quality=95)
        picture = base64.b64encode(points.getvalue()).decode()
        parts.append(f"<table>{''.join(rows)}</table><img width=150 src='data:image/jpeg;base64,{picture}'>")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_content("".join(parts), timeout=120_000)
        page.pdf(path=target, format="A4")
        browser.close()
    return True


_WORDS = "招标采购项目资金管理监督部门单位公开信息时限办理审核工程建设土地出让评审专家合同履约验收支付住房保障"


def seconds_for_pdf(path: Path) -> tuple[float, float | None]:
    """Seconds of our extraction and check, and of ``pdftotext``: the middle of five each."""
    mine = sorted(spent(lambda: ask(path, "read")) for _ in range(5))[2]
    if not shutil.which("pdftotext"):
        return mine, None
    command = ["pdftotext", str(path), f"{path}.txt"]
    return mine, sorted(spent(lambda: subprocess.run(command, check=True)) for _ in range(5))[2]


def speeds() -> list[dict[str, Any]]:
    """The rows of the performance page that are about time."""
    checked, masked = seconds_for_list()
    said = f"check {checked:.2f} s + mask {masked:.2f} s of processor time"
    rows = [{"work": "a list of 5 000 rows", "ours": said, "target": "≤ 5 s"}]
    with tempfile.TemporaryDirectory() as folder:
        simple, printed = Path(folder) / "simple.pdf", Path(folder) / "printed.pdf"
        big_pdf(simple)
        files = [("simple fonts (ReportLab)", simple)]
        files += [("printed by a browser", printed)] if printed_pdf(printed) else []
        for name, path in files:
            seconds, peer = seconds_for_pdf(path)
            said = f"pdftotext {peer:.2f} s, ratio {seconds / peer:.1f}" if peer else "pdftotext is not installed"
            work = f"PDF of {path.stat().st_size / 1e6:.0f} MB, {name}: text and check"
            rows.append(
                {"work": work, "ours": f"{seconds:.2f} s of processor time", "peer": said, "target": "≤ 3 ×"}
            )
    return rows
