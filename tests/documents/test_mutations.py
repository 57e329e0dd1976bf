"""Files damaged at random: whatever is changed in them, the readers and the masker answer, and never break."""

import io
import os
import random
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bench.corpus_files import MAKERS
from bench.identities import Invent, Writer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from gongkai.core.privacy import Rules
from gongkai.documents import bounds
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import Check
from gongkai.documents.masking.files import mask

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


def picture(kind: str) -> Callable[[Writer, io.BytesIO], object]:
    """A small picture with what a camera writes beside it."""

    def make(_: Writer, target: io.BytesIO) -> None:
        exif = Image.Exif()
        exif[0x010E] = "tel 13800138000"
        exif.get_ifd(0x8825)[2] = (1.0, 2.0, 3.0)
        points = Image.new("RGB", (30, 30), (9, 120, 40))
        points.save(target, kind, **({} if kind == "GIF" else {"exif": exif}))

    return make


KINDS: dict[str, tuple[str, Callable[..., object]]] = {
    **{name: (extension, make) for name, extension, _, make in MAKERS},
    **{kind: (kind.lower(), picture(kind)) for kind in ("PNG", "GIF", "TIFF", "WEBP")},
}
EXTREMES = (b"", b"\0", b"\xff\xff\xff\xff", b"<", b">", b"&", b"-1", b"99999999999", b"%PDF", b"PK\x03\x04", b"/")
EXAMPLES = int(os.environ.get("GONGKAI_MUTATIONS", "12"))
RUNS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def whole(kind: str) -> bytes:
    """One small file of the corpus."""
    stream = io.BytesIO()
    KINDS[kind][1](Writer(Invent(11), Path()), stream)
    return stream.getvalue()


def damaged(data: bytes, draw: random.Random) -> bytes:
    """Some bytes changed, cut out, doubled, or the end cut off."""
    changed = bytearray(data)
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(changed) + 1)
        length = draw.choice((0, 1, 1, 2, 8, 64))
        put = draw.choice((*EXTREMES, bytes(changed[at : at + length]) * 2, draw.randbytes(length)))
        changed[at : at + length] = put
    return bytes(changed) if draw.random() < 0.9 else bytes(changed[: draw.randrange(len(changed) + 1)])


def damaged_inside(data: bytes, draw: random.Random) -> bytes:
    """A container that is whole, around a part that is damaged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as fresh:
        victim = draw.choice(archive.namelist())
        for name in archive.namelist():
            part = archive.read(name)
            fresh.writestr(name, damaged(part, draw) if name == victim else part)
    return out.getvalue()


def answer(data: bytes, name: str) -> None:
    """Read and check everything; the text stays within the bounds."""
    check, characters = Check(Rules()), 0
    for passage in passages(io.BytesIO(data), name=name):
        characters += len(passage.text)
        assert passage.page <= bounds.ROWS_PER_SHEET
        list(check.findings(passage))
    assert characters < bounds.FILE_CHARACTERS


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # remarks about damaged fields
@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 2**32))
@RUNS
def test_a_damaged_file_is_read_or_said_to_be_unreadable(kind: str, seed: int) -> None:
    draw, data = random.Random(seed), whole(kind)  # noqa: S311 - damage, not a secret
    inside = data.startswith(b"PK") and draw.random() < 0.7
    answer(damaged_inside(data, draw) if inside else damaged(data, draw), f"a.{KINDS[kind][0]}")


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # remarks about damaged fields
@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 2**32))
@RUNS
def test_a_damaged_file_is_masked_or_refused(kind: str, seed: int) -> None:
    draw, data = random.Random(seed), whole(kind)  # noqa: S311 - damage, not a secret
    inside = data.startswith(b"PK") and draw.random() < 0.7
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "in", Path(folder) / "out"
        path.write_bytes(damaged_inside(data, draw) if inside else damaged(data, draw))
        try:
            list(mask({"path": path, "out": out, "name": f"a.{KINDS[kind][0]}"}))
        except UnreadableFileError:
            assert not out.exists()
        else:
            assert out.exists()
