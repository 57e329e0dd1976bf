"""A labelled corpus for the privacy check: documents of every format, personal data in every layer, decoys.

Every identity is invented: area codes with serials drawn at random, names from a list, numbers from a generator.
Nothing here knows the detectors; what is written down is only what was put in. ``build(folder, seed=…)`` writes
the files and returns the labels.
"""

from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from bench.corpus_browser import make_printed
from bench.corpus_files import MAKERS
from bench.identities import HELD_OUT_SEED, TRAINING_SEED, Invent, Label, Labelled, Writer

PRINTED = 2  # the weight of PDFs printed by a browser, where there is one

__all__ = ["HELD_OUT_SEED", "TRAINING_SEED", "Label", "Labelled", "build"]


def build(folder: Path, *, seed: int, count: int = 2_000) -> list[Labelled]:
    """Write ``count`` documents into ``folder``; what is in each. The same seed gives the same values."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    folder.mkdir(parents=True, exist_ok=True)
    invent = Invent(seed)
    writer = Writer(invent, folder)
    total = sum(weight for _, _, weight, _ in MAKERS)
    documents = []
    for name, extension, weight, make in MAKERS:
        for number in range(-(-count * weight // total)):
            path = folder / f"{name}-{number:04}.{extension}"
            with path.open("wb") as target:
                found = make(writer, target)
            documents.append(Labelled(path.name, found))
    return documents + make_printed(writer, folder, -(-count * PRINTED // total))
