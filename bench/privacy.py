"""The privacy check on a labelled corpus: recall and precision by kind and layer, beside Presidio; and its speed.

``python -m bench.privacy --count 2000 --seed 90210`` prints everything that was missed or wrong.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bench.corpus import HELD_OUT_SEED, Labelled, build
from gongkai.core.privacy import Kind, Rules
from gongkai.core.privacy.passage import plain
from gongkai.documents.formats.passages import Passage
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import Check

COUNT = int(os.environ.get("GONGKAI_BENCH_DOCUMENTS", "2000"))
TODAY = date(2026, 11, 1)
_GAPS = str.maketrans("", "", " \t\n-._·/\u200b")
_NUMBERS = frozenset({"resident_id", "mobile", "landline", "bank_account", "passport", "hk_mo_tw_permit"})
_VENV = Path(__file__).resolve().parents[1] / "var" / "bench" / "presidio"


@dataclass
class Tally:
    """What was found, missed and wrong."""

    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def recall(self, kind: str, layer: str = "") -> float:
        """The share of what was put in that was found."""
        found = sum(n for (k, where), n in self.found.items() if k == kind and layer in {"", where})
        missed = sum(n for (k, where), n in self.missed.items() if k == kind and layer in {"", where})
        return found / (found + missed) if found + missed else 1.0

    def precision(self, kind: str = "") -> float:
        """The share of what was found that was put in."""
        right = sum(n for k, n in self.right.items() if kind in {"", k})
        wrong = sum(n for k, n in self.wrong.items() if kind in {"", k})
        return right / (right + wrong) if right + wrong else 1.0


def core_of(kind: str, text: str) -> str:
    """A value without its spacing, to compare what was put in with what was found."""
    text = plain(text).strip()
    if kind in _NUMBERS:
        text = text.translate(_GAPS).upper().replace("(", "").replace(")", "")
        return text[-11:] if kind == "mobile" else text
    return text.rstrip("。")


def judge(document: Labelled, hits: list[tuple[str, str, str]], tally: Tally) -> None:
    """Compare one document's hits (kind, layer, value) with what was put into it."""
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for label in document.labels:
        wanted[label.kind, core_of(label.kind, label.value)].append(label.layer)
    seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for kind, layer, value in hits:
        key = (kind, core_of(kind, value))
        if key in wanted:
            tally.right[kind] += 1
            seen[key][layer] += 1
        else:
            tally.wrong[kind] += 1
            tally.examples.append(f"{document.path}: wrong {kind} {value!r} in {layer}")
    for key, layers in wanted.items():
        for layer in layers:
            if seen[key][layer] > 0:
                seen[key][layer] -= 1
                tally.found[key[0], layer] += 1
            else:
                tally.missed[key[0], layer] += 1
                tally.examples.append(f"{document.path}: missed {key[0]} {key[1]!r} in {layer}")


def ours(path: Path) -> tuple[list[tuple[str, str, str]], list[Passage]]:
    """Our findings in a file with their raw values, and the passages that were read."""
    check, hits, read = Check(Rules(today=TODAY)), [], []
    with path.open("rb") as source:
        for passage in passages(source, name=path.name):
            read.append(passage)
            for finding in check.findings(passage):
                if finding.kind is not Kind.UNREADABLE:
                    hits.append(
                        (finding.kind.value, finding.layer.value, passage.text[finding.start : finding.end])
                    )
    return hits, read


def presidio(read: dict[str, list[Passage]]) -> dict[str, list[tuple[str, str, str]]] | str:
    """Presidio's hits on the same passages, or why there are none. It reads text only: extraction is ours."""
    python = _VENV / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(_VENV)], check=True, capture_output=True)
            subprocess.run([str(python), "-m", "pip", "install", "-q", "presidio-analyzer"], check=True,
                           capture_output=True, timeout=600)  # fmt: skip
        lines = "".join(
            json.dumps({"path": path, "layer": one.layer.value, "text": one.text}) + "\n"
            for path, found in read.items()
            for one in found
            if one.text.strip()
        )
        peer = Path(__file__).with_name("presidio_peer.py")
        done = subprocess.run([str(python), str(peer)], input=lines, text=True, capture_output=True, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return f"could not be installed or run ({type(error).__name__})"
    hits: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for line in done.stdout.splitlines():
        hit = json.loads(line)
        hits[hit["path"]].append((hit["kind"], hit["layer"], hit["value"]))
    return hits


def quality(count: int, seed: int, *, peer: bool) -> tuple[Tally, Tally | str, int]:
    """Ours and Presidio's tallies on a corpus, and the number of its documents."""
    mine, theirs = Tally(), Tally()
    with tempfile.TemporaryDirectory() as folder:
        documents = build(Path(folder), seed=seed, count=count)
        read: dict[str, list[Passage]] = {}
        for document in documents:
            hits, read[document.path] = ours(Path(folder) / document.path)
            judge(document, hits, mine)
    answer = presidio(read) if peer else "not asked"
    if isinstance(answer, str):
        return mine, answer, len(documents)
    for document in documents:
        judge(document, answer[document.path], theirs)
    return mine, theirs, len(documents)


def housing_list(rows: int = 5_000) -> bytes:
    """A list of applicants as an office has it."""
    from bench.identities import Invent
    from gongkai.documents.sheets import Column, write_xlsx

    invent, target = Invent(HELD_OUT_SEED), io.BytesIO()
    names = ("序号", "姓名", "身份证号码", "手机号码", "家庭住址", "困难类别", "家庭人口", "配租房号")
    people = (
        (str(n), invent.name(), invent.resident_id(), invent.mobile(), invent.address(), "低保户", "3", f"{n}室")
        for n in range(1, rows + 1)
    )
    write_xlsx(target, [Column(name) for name in names], people)
    return target.getvalue()


def seconds_for_list() -> tuple[float, float]:
    """Seconds to check, and to mask and check again, a list of 5 000 rows, the way the commands do."""
    from gongkai.documents.reader import Reader

    with tempfile.TemporaryDirectory() as folder, Reader() as reader:
        path, out = Path(folder) / "list.xlsx", Path(folder) / "masked.xlsx"
        path.write_bytes(housing_list())
        start = time.perf_counter()
        list(reader.ask("read", path, name=path.name, facts={"parts": ["findings"]}))
        middle = time.perf_counter()
        list(reader.ask("mask", path, name=path.name, facts={"out": str(out)}))
        return middle - start, time.perf_counter() - middle


def big_pdf(target: Path, size: int = 10_000_000, pages: int = 250) -> str:
    """A report of about ``size`` bytes as offices export them: text in an embedded font, photographs between.

    The name of the font: a Chinese one where the machine has one as TrueType, else one without Chinese.
    """
    import random

    import reportlab
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen import canvas

    from bench.identities import Invent, decoy_sentence

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


def seconds_for_pdf() -> tuple[float, float | None, float]:
    """Seconds of our extraction and check, of ``pdftotext``, and the file's megabytes."""
    from gongkai.documents.reader import Reader

    with tempfile.TemporaryDirectory() as folder, Reader() as reader:
        path = Path(folder) / "big.pdf"
        big_pdf(path)
        start = time.perf_counter()
        list(reader.ask("read", path, name=path.name))
        mine = time.perf_counter() - start
        try:
            start = time.perf_counter()
            subprocess.run(
                ["pdftotext", str(path), str(Path(folder) / "out.txt")], check=True, capture_output=True
            )
            peer = time.perf_counter() - start
        except OSError:
            peer = None
        return mine, peer, path.stat().st_size / 1e6


def run() -> list[dict[str, Any]]:
    """The rows of the performance page."""
    mine, theirs, documents = quality(COUNT, HELD_OUT_SEED, peer=True)
    rows = []
    for kind in sorted({kind for kind, _ in (*mine.found, *mine.missed)}):
        row: dict[str, Any] = {"work": f"{kind}, {documents} documents", "ours": _share(mine, kind)}
        row["peer"] = f"Presidio {_share(theirs, kind)}" if isinstance(theirs, Tally) else f"Presidio {theirs}"
        rows.append(row)
    layers = sorted({layer for _, layer in (*mine.found, *mine.missed)})
    worst = min((mine.recall(kind, layer), kind, layer) for kind in ("resident_id", "mobile") for layer in layers)
    least = f"recall {worst[0]:.2%} ({worst[2]})"
    rows.append({"work": "identity numbers and mobiles, worst layer", "ours": least, "target": "≥ 99.5 %"})
    rows.append(
        {"work": "identity numbers", "ours": f"precision {mine.precision('resident_id'):.2%}", "target": "≥ 99 %"}
    )
    rows.append({"work": "all kinds", "ours": f"precision {mine.precision():.2%}", "target": "≥ 95 %"})
    checked, masked = seconds_for_list()
    rows.append(
        {"work": "a list of 5 000 rows", "ours": f"check {checked:.2f} s + mask {masked:.2f} s", "target": "≤ 5 s"}
    )
    seconds, peer, size = seconds_for_pdf()
    named = f"pdftotext {peer:.2f} s, ratio {seconds / peer:.1f}" if peer else "pdftotext is not installed"
    rows.append({"work": f"PDF of {size:.0f} MB: text and check", "ours": f"{seconds:.2f} s", "peer": named,
                 "target": "≤ 3 ×"})  # fmt: skip
    return rows


def _share(tally: Tally, kind: str) -> str:
    return f"recall {tally.recall(kind):.2%}, precision {tally.precision(kind):.2%}"


def main() -> int:
    """Print the figures and every miss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=HELD_OUT_SEED)
    parser.add_argument("--peer", action="store_true")
    options = parser.parse_args()
    mine, theirs, documents = quality(options.count, options.seed, peer=options.peer)
    for line in mine.examples[:200]:
        print(line)
    print(documents, "documents")
    for kind in sorted({kind for kind, _ in (*mine.found, *mine.missed)} | set(mine.wrong)):
        print(f"{kind:18} {_share(mine, kind)}  {_share(theirs, kind) if isinstance(theirs, Tally) else ''}")
    for (kind, layer), count in sorted(mine.missed.items()):
        print(f"missed {count} {kind} in {layer}")
    print(f"all: precision {mine.precision():.2%}", "" if isinstance(theirs, Tally) else theirs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
