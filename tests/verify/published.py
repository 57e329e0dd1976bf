"""A county's log as a stranger meets it: files in a folder, made without a database."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gongkai.core import canonical
from gongkai.core.merkle import Tree, leaf_hash
from gongkai.core.notes import Checkpoint, VerifierKey, sign
from gongkai.core.proofs import LeafProof
from gongkai.core.tiles import LogGrowth

AT = "2026-11-23T11:06:00.000000Z"


def content(number: int) -> bytes:
    """The canonical content of an invented notice."""
    return canonical.encode({"title": f"测试公告 {number}", "salt": f"{number:032x}"})


def attachment(number: int) -> bytes:
    """The one attachment of an invented notice."""
    return f"附件 {number}".encode()


def digests(data: bytes) -> dict[str, str]:
    """Both digests, as a record carries them."""
    return {"sha256": canonical.sha256(data), "sm3": canonical.sm3(data)}


def notice(number: int, **facts: Any) -> dict[str, Any]:
    """The record of a publication."""
    return {
        "kind": "publish",
        "subject": f"disclosure:{number}",
        "at": AT,
        "agency": "CZJ",
        "index_number": f"QZ05-{number}",
        **digests(content(number)),
        "files": [digests(attachment(number))],
        "replaces": None,
        **facts,
    }


@dataclass
class Published:
    """A log with its key, and whatever a reader can download from it."""

    folder: Path
    records: list[bytes]
    name: str = "log.example/ceshi"
    seed: bytes = b"k" * 32

    @property
    def private(self) -> Ed25519PrivateKey:
        """The key; every test may forge what it likes."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def vkey(self) -> str:
        """The public key, as printed in a newspaper."""
        return str(VerifierKey.of(self.name, self.private))

    @property
    def tree(self) -> Tree:
        """The tree over the records."""
        return Tree(leaf_hash(record) for record in self.records)

    def note(self, size: int | None = None) -> str:
        """A signed head."""
        size = len(self.records) if size is None else size
        head = Checkpoint(self.name, size, self.tree.root(size))
        return sign(head.text, name=self.name, key=self.private)

    def write(self) -> Path:
        """The log's folder."""
        growth = LogGrowth()
        files = {place.path: data for place, data in growth.extend(self.records)}
        files |= {place.path: data for place, data in growth.edge()}
        files |= {"checkpoint": self.note().encode(), "log.vkey": f"{self.vkey}\n".encode()}
        for path, data in files.items():
            target = self.folder / "log" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return self.folder / "log"

    def proof(self, position: int, *, size: int | None = None, vkey: str | None = None) -> Path:
        """A proof file as downloaded from a notice's page."""
        size = len(self.records) if size is None else size
        path = tuple(self.tree.inclusion_proof(position, size))
        text = str(LeafProof(position, path, self.records[position], vkey or self.vkey, self.note(size)))
        return self.file(f"notice-{position}-{size}.tlog-proof", text.encode())

    def file(self, name: str, data: bytes) -> Path:
        """Any file beside the log."""
        target = self.folder / name
        target.write_bytes(data)
        return target


def published(folder: Path, *records: dict[str, Any], **facts: Any) -> Published:
    """A log of these records; of three notices when none are given."""
    chosen = records or tuple(notice(number) for number in range(3))
    folder.mkdir(parents=True, exist_ok=True)
    return Published(folder, [canonical.encode(record) for record in chosen], **facts)
