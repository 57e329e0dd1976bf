"""Reading scanned pages with ``tesseract`` (chi_sim), where it is installed and switched on.

Runs in the reader's process, for PDF pages without a text layer and for pictures. What it reads is marked as
recognised: it is searched and checked, but a recognised page still asks for a person's look.
"""

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from gongkai.core.privacy import Layer, rules_from
from gongkai.core.said import Said
from gongkai.documents import media
from gongkai.documents.formats.passages import Passage
from gongkai.documents.inspection import Check, as_answer

PAGES = 30
SECONDS = 60
_SCALE = 200 / 72  # dots per inch over points per inch
_POINTS = 40_000_000


def recognise(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Answers ``page`` (marked ``recognised``) and ``finding`` for the pages ``request["numbers"]``.

    Nothing is answered where ``tesseract`` is missing, fails or takes longer than a minute for a page.
    """
    program = shutil.which("tesseract")
    if program is None:
        return
    check = Check(rules_from(request.get("rules") or {}))
    path: Path = request["path"]
    for number in request["numbers"][:PAGES]:
        text = _text(program, _picture(path, request["media_type"], number))
        if not text.strip():
            continue
        place = Said("第%(number)s页(识别文字)", number=number)
        yield {"page": {"number": number, "label": place, "text": text, "recognised": True}}
        for finding in check.findings(Passage(Layer.TEXT, place, text, number, place)):
            yield {"finding": as_answer(finding)}


def _picture(path: Path, media_type: str, number: int) -> bytes:
    """A page, or the picture itself, as PNG."""
    if media_type == media.PDF:
        document = pypdfium2.PdfDocument(path)
        page = document[number - 1]
        scale = min(_SCALE, (_POINTS / max(1.0, page.get_width() * page.get_height())) ** 0.5)
        image = page.render(scale=scale, grayscale=True).to_pil()
        document.close()
    else:
        with Image.open(path) as opened:
            image = opened.convert("L")
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def _text(program: str, picture: bytes) -> str:
    command = [program, "stdin", "stdout", "-l", "chi_sim+eng"]
    try:
        done = subprocess.run(  # noqa: S603 - the program of the machine, fixed words, no shell
            command, input=picture, capture_output=True, timeout=SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    # The recogniser puts blanks between Chinese characters; numbers keep theirs.
    return _joined(done.stdout.decode("utf-8", errors="replace"))


def _joined(text: str) -> str:
    kept = []
    for at, character in enumerate(text):
        beside = text[at - 1 : at] + text[at + 1 : at + 2]
        if character == " " and beside and all("一" <= one <= "龥" for one in beside):
            continue
        kept.append(character)
    return "".join(kept)
