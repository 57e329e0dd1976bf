"""The privacy check on a labelled corpus: recall and precision by kind and layer, beside Presidio; and its speed.

``python -m bench.privacy --count 2000 --seed 90210`` prints everything that was missed or wrong.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bench.corpus import HELD_OUT_SEED, Labelled, build
from bench.identities import CLOSED, WORDS
from bench.privacy_speed import speeds
from gongkai.core.privacy import Kind, Rules
from gongkai.core.privacy.passage import plain
from gongkai.documents.formats.passages import Passage
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import Check

FURTHER = (11, 23, 37)  # seeds of further corpora, half as large: the spread of what one corpus tells
COUNT = int(os.environ.get("GONGKAI_BENCH_DOCUMENTS", "2000"))
COUNTY = Rules(words=WORDS, closed_documents=CLOSED, today=date(2026, 11, 1))
_ALL_BUT_NUMBERS = re.compile(r"[^0-9A-Za-z]+")
_NUMBERS = frozenset({"resident_id", "mobile", "landline", "bank_account", "passport", "hk_mo_tw_permit"})
_PEERS = frozenset({"mobile", "landline", "email", "bank_account"})  # what the peer is asked for
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
        """The share of what was found, with whatever certainty, that was put in."""
        right = sum(n for k, n in self.right.items() if kind in {"", k})
        wrong = sum(n for k, n in self.wrong.items() if kind in {"", k})
        return right / (right + wrong) if right + wrong else 1.0


def core_of(kind: str, text: str) -> str:
    """A value without its spacing, to compare what was put in with what was found."""
    text = plain(text).strip()
    if kind in _NUMBERS:
        text = _ALL_BUT_NUMBERS.sub("", unicodedata.normalize("NFKC", text)).upper()
        return text[-11:] if kind == "mobile" else text
    if kind == "not_public_citation":
        text = re.sub(r"^(?:根据|依据|现按照)", "", text)  # where the name of an office begins is not judged
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
    check, hits, read = Check(COUNTY), [], []
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


def run() -> list[dict[str, Any]]:
    """The rows of the performance page."""
    mine, theirs, documents = quality(COUNT, HELD_OUT_SEED, peer=True)
    rows = []
    for kind in sorted({kind for kind, _ in (*mine.found, *mine.missed)}):
        row: dict[str, Any] = {"work": f"{kind}, {documents} documents", "ours": _share(mine, kind)}
        row["peer"] = _peer(theirs, kind)
        rows.append(row)
    rows += _layers(mine, theirs)
    rows.append(
        {
            "work": "identity numbers, findings of every certainty counted",
            "ours": f"precision {mine.precision('resident_id'):.2%}",
            "peer": "Presidio has no recogniser for them",
            "target": "≥ 99 %",
        }
    )
    rows.append(_spread())
    everything = {"work": "all kinds", "ours": f"precision {mine.precision():.2%}", "target": "≥ 95 %"}
    if isinstance(theirs, Tally):
        everything["peer"] = f"Presidio precision {theirs.precision():.2%}"
    return [*rows, everything, *speeds()]


def _spread() -> dict[str, Any]:
    """Precision and recall on identity numbers in corpora from other seeds: the least of each, and the best."""
    others = [quality(COUNT // 2, seed, peer=False)[0] for seed in FURTHER]
    exact = sorted(one.precision("resident_id") for one in others)
    found = sorted(one.recall("resident_id") for one in others)
    return {
        "work": f"identity numbers, {len(FURTHER)} further seeds of {COUNT // 2} documents",
        "ours": f"precision {exact[0]:.2%} to {exact[-1]:.2%}, recall {found[0]:.2%} to {found[-1]:.2%}",
        "peer": "Presidio has no recogniser for them",
        "target": "≥ 99 %, ≥ 99.5 %",
    }


def _layers(mine: Tally, theirs: Tally | str) -> list[dict[str, Any]]:
    """Recall on identity numbers and mobiles in each layer of a file. Presidio is handed our passages."""
    rows = []
    wanted = {"resident_id", "mobile"}
    for layer in sorted({layer for kind, layer in (*mine.found, *mine.missed) if kind in wanted}):
        numbers, phones = mine.recall("resident_id", layer), mine.recall("mobile", layer)
        row = {"work": f"layer {layer}: identity numbers, mobiles", "target": "≥ 99.5 %"}
        row["ours"] = f"recall {numbers:.2%}, {phones:.2%}"
        if isinstance(theirs, Tally):
            row["peer"] = f"Presidio recall –, {theirs.recall('mobile', layer):.2%}"
        rows.append(row)
    return rows


def _peer(theirs: Tally | str, kind: str) -> str:
    if kind not in _PEERS:
        return "Presidio has no recogniser for it"
    return f"Presidio {_share(theirs, kind) if isinstance(theirs, Tally) else theirs}"


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
