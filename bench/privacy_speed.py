"""How long the privacy check takes: a housing list, and large PDFs beside ``pdftotext``."""

import base64
import io
import random
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
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
from gongkai.documents import processes
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


def clocked(work: Callable[[], object]) -> float:
    """Seconds by the clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def ask(path: Path, action: str, **facts: Any) -> None:
    """One request to a reader's process started for it, as ``store`` and the commands do."""
    with Reader() as reader:
        list(reader.ask(action, path, name=path.name, facts=facts))


@dataclass(frozen=True)
class Took:
    """Seconds of processor time and by the clock."""

    processor: float
    clock: float

    def __str__(self) -> str:
        return f"{self.processor:.2f} s of processor time, {self.clock:.2f} s by the clock"


def ready(path: Path) -> None:
    """A server that has read its first file, and whose keeper has got ready since."""
    ask(path, "read", parts=["findings"])
    status, before = Path(f"/proc/{processes.keeper()}/stat"), ""
    while before != (now := " ".join(status.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13])):
        before = now
        time.sleep(1)


def took(work: Callable[[], object]) -> Took:
    """What ``work`` takes a server, at which it is not the first: the processor time of all its processes.

    The mean of five on the processor, the middle of five by the clock. What starting takes is measured alone and
    taken off.
    """
    clocks: list[float] = []

    def serve(times: int) -> None:
        with tempfile.NamedTemporaryFile(suffix=".txt") as first:
            first.write(b"first")
            first.flush()
            ready(Path(first.name))
        clocks.extend(clocked(work) for _ in range(times))
        processes.stop()

    starting = spent(lambda: serve(0))
    return Took((spent(lambda: serve(_TIMES)) - starting) / _TIMES, sorted(clocks)[_TIMES // 2])


_TIMES = 5


def first_reading(path: Path) -> Took:
    """The same of the first reading after a server's start, with all that starts for it."""
    processes.stop()
    clocks: list[float] = []
    seconds = spent(lambda: (clocks.append(clocked(lambda: ask(path, "read"))), processes.stop()))
    return Took(seconds, clocks[0])


def seconds_for_list() -> tuple[Took, Took]:
    """To check, and to mask and check again, a list of 5 000 rows."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "list.xlsx", Path(folder) / "masked.xlsx"
        path.write_bytes(housing_list())
        checked = took(lambda: ask(path, "read", parts=["findings"]))
        return checked, took(lambda: ask(path, "mask", out=str(out)))


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


def office_pdf(target: Path, rows: int = 20_000) -> bool:
    """A public list as an office program exports it: parts of a Chinese font embedded with the codes of their
    characters, a table over hundreds of pages. Whether there is such a program.
    """
    if not OFFICE:
        return False
    invent = Invent(1)
    names = ("序号", "姓名", "身份证号码", "手机号码", "乡镇", "困难类别", "项目编号", "配租房号")
    people = (
        (str(number), invent.name(), f"{invent.resident_id()[:6]}********{invent.digits(4)}",
         f"{invent.mobile()[:3]}****{invent.digits(4)}", "湖头镇", "低收入家庭", invent.project(), f"{number}室")
        for number in range(1, rows + 1)
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "list.xlsx"
        with source.open("wb") as sheet:
            write_xlsx(sheet, [Column(name) for name in names], people)
        profile = f"-env:UserInstallation=file://{folder}/office"
        command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=900)
        shutil.move(source.with_suffix(".pdf"), target)
    return True


OFFICE = shutil.which("soffice") or shutil.which("libreoffice") or ""


def seconds_for_pdf(path: Path) -> tuple[Took, Took | None]:
    """Our extraction and check, and ``pdftotext``: the middle of five."""
    mine = took(lambda: ask(path, "read"))
    if not shutil.which("pdftotext"):
        return mine, None
    command, clocks = ["pdftotext", str(path), f"{path}.txt"], []

    def peer() -> None:
        clocks.append(clocked(lambda: subprocess.run(command, check=True)))

    processor = sorted(spent(peer) for _ in range(_TIMES))[_TIMES // 2]
    return mine, Took(processor, sorted(clocks)[_TIMES // 2])


def speeds() -> list[dict[str, Any]]:
    """The rows of the performance page that are about time."""
    checked, masked = seconds_for_list()
    said = f"check {checked}; mask {masked}"
    rows = [{"work": "a list of 5 000 rows", "ours": said, "target": "≤ 5 s"}]
    with tempfile.TemporaryDirectory() as folder:
        makers: dict[str, Callable[[Path], object]] = {
            "simple fonts (ReportLab)": big_pdf,
            "printed by a browser": printed_pdf,
            "a list exported by an office program": office_pdf,
        }
        for number, (name, make) in enumerate(makers.items()):
            path = Path(folder) / f"{number}.pdf"
            if make(path) is not False:
                rows.append(_pdf_row(name, path))
    return rows


def _pdf_row(name: str, path: Path) -> dict[str, Any]:
    mine, peer = seconds_for_pdf(path)
    ratio = f"; ratio {mine.processor / peer.processor:.1f}, {mine.clock / peer.clock:.1f}" if peer else ""
    return {
        "work": f"PDF of {path.stat().st_size / 1e6:.0f} MB, {name}: text and check",
        "ours": f"{mine}; the first after a start {first_reading(path)}",
        "peer": f"pdftotext {peer}{ratio}" if peer else "pdftotext is not installed",
        "target": "≤ 3 ×",
    }
