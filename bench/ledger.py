"""The publication log at a million leaves, beside pymerkle, the Python package for the same kind of tree.

pymerkle is GPL and so no requirement of ours: it is installed into a folder that is thrown away, and where that is
not possible its figures are told to be absent.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LEAVES = 1_000_000
STEP = 50_000
ASKED = 3_000  # proofs in a timed loop
COLD = 200
ABSENT = "pymerkle could not be installed here"

PEER = """
import json, random, sys, tempfile, time
from pymerkle import InmemoryTree, SqliteTree, verify_inclusion
count, asked, found = int(sys.argv[1]), int(sys.argv[2]), {}
def timed(work, times):
    started = time.perf_counter()
    work()
    return times / (time.perf_counter() - started)
entries = [b"%0256d" % n for n in range(count)]
chosen = random.Random(1).sample(range(1, count + 1), asked)
tree = InmemoryTree()
found["append"] = timed(lambda: [tree.append_entry(entry) for entry in entries], count)
found["prove"] = timed(lambda: [tree.prove_inclusion(n) for n in chosen], asked)
proof, base, root = tree.prove_inclusion(chosen[0]), tree.get_leaf(chosen[0]), tree.get_state()
found["verify"] = timed(lambda: [verify_inclusion(base, root, proof) for _ in range(asked)], asked)
del tree
disk = SqliteTree(tempfile.mktemp())
disk.append_entries(entries, chunksize=100_000)
some = chosen[: asked // 10]
found["disk_prove"] = timed(lambda: [disk.prove_inclusion(n) for n in some], len(some))
print(json.dumps(found))
"""


def run() -> list[dict[str, Any]]:
    """Every figure of the log, at a million leaves on SQLite; the peer's on as many entries of 256 bytes."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    peer = _peer()
    rows = [_hashing(), *_appending(peer)]
    _fill()
    rows += _rebuilding()
    rows += _proving(peer)
    rows += _verifying(peer)
    return rows


def _row(
    work: str, ours: str, *, peer: float | None = None, mine: float | None = None, what: str = ""
) -> dict[str, Any]:
    return {
        "work": work,
        "ours": ours,
        "peer": f"{peer:,.0f}/s" if peer else (what and ABSENT),
        "peer is": what,
        "ratio": f"{mine / peer:.1f}×" if peer and mine else "",
    }


def _rate(work: Callable[[], object], times: int) -> float:
    started = time.perf_counter()
    work()
    return times / (time.perf_counter() - started)


def _peer() -> dict[str, float]:
    """pymerkle's figures, measured by itself in its own environment; empty when it cannot be had."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        try:
            venv.create(folder, with_pip=True)
            install = [python, "-m", "pip", "install", "--quiet", "pymerkle==7.0.0"]
            subprocess.run(install, check=True, capture_output=True, timeout=300)
            words = [python, "-c", PEER, str(LEAVES), str(ASKED)]
            told = subprocess.run(words, check=True, capture_output=True, text=True, timeout=1800, cwd=folder)
        except (OSError, subprocess.SubprocessError):
            return {}
        found: dict[str, float] = json.loads(told.stdout)
        return found


def _hashing() -> dict[str, Any]:
    from gongkai.core.merkle import leaf_hash

    entry = b"x" * 256
    mine = _rate(lambda: [leaf_hash(entry) for _ in range(LEAVES)], LEAVES)
    return _row("leaf hash, 256 bytes", f"{mine:,.0f}/s")


def _appending(peer: dict[str, float]) -> list[dict[str, Any]]:
    from django.db import transaction
    from django.utils import timezone

    from gongkai.core.merkle import Tree, leaf_hash
    from gongkai.core.vocabulary import LeafKind
    from gongkai.ledger import actions

    at, digest = timezone.now(), "a" * 64
    record = {
        "agency": "CZJ",
        "index_number": "QZ05-1",
        "sha256": digest,
        "sm3": digest,
        "files": [],
        "replaces": None,
    }

    def many(count: int) -> None:
        for number in range(count):
            actions.append(kind=LeafKind.PUBLISH, subject=f"bench:{number}", record=record, at=at)

    def alone(count: int) -> None:
        for _ in range(count):
            with transaction.atomic():
                many(1)

    with transaction.atomic():
        together = _rate(lambda: many(2000), 2000)
    single = _rate(lambda: alone(300), 300)
    entries = [b"%0256d" % number for number in range(LEAVES)]
    tree = Tree()
    grown = _rate(lambda: [tree.append(leaf_hash(entry)) for entry in entries], LEAVES)
    what = "pymerkle in memory, append_entry"
    return [
        _row(
            "tree in memory, append one by one", f"{grown:,.0f}/s", peer=peer.get("append"), mine=grown, what=what
        ),
        _row("append a leaf, 2 000 in one transaction (SQLite, FULL)", f"{together:,.0f}/s"),
        _row("append a leaf, a transaction each (SQLite, FULL)", f"{single:,.0f}/s"),
    ]


def _fill() -> None:
    """Bring the table to a million rows of the usual length, written together."""
    from django.db import transaction
    from django.utils import timezone

    from gongkai.core.canonical import moment
    from gongkai.core.merkle import leaf_hash
    from gongkai.ledger.models import Leaf, LogHead

    at = timezone.now()
    told = '{"agency":"CZJ","at":"%s","files":[],"index_number":"QZ05-%d","kind":"publish","replaces":null,'
    told += '"revision":1,"rule":"R-ZFCG-2","sha256":"%064x","sm3":"%064x","subject":"bench:%d"}'
    size = LogHead.objects.get().size
    for start in range(size, LEAVES, STEP):
        stop = min(start + STEP, LEAVES)
        entries = [(n, (told % (moment(at), n, n, n, n)).encode()) for n in range(start, stop)]
        with transaction.atomic():
            Leaf.objects.bulk_create(
                [
                    Leaf(position=n, kind="publish", subject=f"bench:{n}", at=at, record=e, leaf_hash=leaf_hash(e))
                    for n, e in entries
                ],
                batch_size=5000,
            )
            LogHead.objects.update(size=stop)


def _rebuilding() -> list[dict[str, Any]]:
    from django.conf import settings

    from gongkai.ledger import follower
    from gongkai.ledger.queries import scrutinise
    from gongkai.verify.command import main

    per = LEAVES / 1e6
    built = 1 / _rate(follower.publish, 1) / per
    rebuilt = 1 / _rate(follower.rebuild, 1) / per
    seen = 1 / _rate(lambda: list(scrutinise(lambda done, total: None)), 1) / per
    with _silence():
        offline = 1 / _rate(lambda: main([str(settings.LEDGER_DIR)]), 1) / per
    return [
        _row("write the static log, a million leaves from the database", f"{built:.1f} s"),
        _row("rebuild it over the existing files, a million leaves", f"{rebuilt:.1f} s"),
        _row("verify_log without content, a million leaves", f"{seen:.1f} s"),
        _row("python -m gongkai.verify of the folder, a million leaves", f"{offline:.1f} s"),
    ]


def _positions(count: int) -> list[int]:
    return [n * 7_919 % LEAVES for n in range(1, count + 1)]


def _forgotten() -> Iterator[Path]:
    """Ask the system to forget the files of the log, so that the next read comes from the disk."""
    from django.conf import settings

    os.sync()
    for path in Path(settings.LEDGER_DIR).rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            yield path


def _proving(peer: dict[str, float]) -> list[dict[str, Any]]:
    from django.conf import settings

    from gongkai.core.merkle import inclusion_proof
    from gongkai.core.tiles import TileNodes
    from gongkai.ledger.queries import proof_for, proofs

    files = sum(1 for _ in _forgotten())
    proofs._subtrees.cache_clear()
    taken = []
    for position in _positions(COLD):
        taken.append(1 / _rate(lambda at=position: proof_for(at), 1))
        proofs._subtrees.cache_clear()
    taken.sort()
    root = Path(settings.LEDGER_DIR)
    nodes = TileNodes(LEAVES, lambda place: proofs._file(root, place, proofs.subtrees_of))

    def ask() -> None:
        for position in _positions(ASKED):
            inclusion_proof(position, LEAVES, nodes.node)

    ask()
    path = _rate(ask, ASKED)
    text = _rate(lambda: [proof_for(position) for position in _positions(ASKED)], ASKED)
    cold = f"median {taken[COLD // 2] * 1e3:.2f} ms, worst of {COLD} {taken[-1] * 1e3:.2f} ms"
    on_disk, in_memory = peer.get("disk_prove"), peer.get("prove")
    mean = COLD / sum(taken)
    return [
        _row(
            f"whole proof file, cold, from {files:,} static files",
            cold,
            peer=on_disk,
            mine=mean,
            what="pymerkle on SQLite",
        ),
        _row("audit path, warm tiles", f"{path:,.0f}/s", peer=in_memory, mine=path, what="pymerkle in memory"),
        _row(
            "whole proof file, warm tiles",
            f"{text:,.0f}/s",
            peer=in_memory,
            mine=text,
            what="pymerkle in memory, path only",
        ),
    ]


def _verifying(peer: dict[str, float]) -> list[dict[str, Any]]:
    from gongkai.core import proofs as proof_files
    from gongkai.core.notes import VerifierKey
    from gongkai.ledger.queries import proof_for, state
    from gongkai.verify.claims import check_proof
    from gongkai.verify.command import main

    key = VerifierKey.parse(state().vkey)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{position}.tlog-proof" for position in _positions(ASKED)]
        for path, position in zip(paths, _positions(ASKED), strict=True):
            path.write_text(proof_for(position), encoding="utf-8")

        def each() -> None:
            for path in paths:
                proof_files._opened.cache_clear()
                check_proof(path, pinned=key)

        alone = _rate(each, ASKED)
        with _silence():
            whole = _rate(lambda: main([str(path) for path in paths]), ASKED)
    what = "pymerkle, path only, no signature, no file"
    return [
        _row(
            "verify a proof file, signature and all",
            f"{alone:,.0f}/s",
            peer=peer.get("verify"),
            mine=alone,
            what=what,
        ),
        _row("python -m gongkai.verify on 3 000 proofs of one head", f"{whole:,.0f}/s"),
    ]


class _silence:  # noqa: N801 - reads as a verb where it is used
    """The command's answers are not part of what is timed on the terminal."""

    def __enter__(self) -> None:
        self._out, sys.stdout = sys.stdout, Path(os.devnull).open("w", encoding="utf-8")

    def __exit__(self, *_: object) -> None:
        sys.stdout.close()
        sys.stdout = self._out
