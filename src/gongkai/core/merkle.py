"""RFC 6962 hashing and proofs. Standard library only: the offline verifier stands on this file.

A tree over *n* leaves is split at the largest power of two below *n*; a leaf hash is ``SHA-256(00 ‖ entry)``,
a node hash ``SHA-256(01 ‖ left ‖ right)``, the empty tree's root ``SHA-256("")`` (RFC 6962 §2.1). A node is
named by ``(level, index)``: the root of the *full* subtree over leaves ``index·2^level … (index+1)·2^level-1``.
Whoever can answer for such nodes — a list in memory, tiles on disk — can have every proof made from them.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

NodeReader = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """The hash under which ``entry`` stands in the tree, 32 bytes."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two neighbouring subtrees, 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


def parents(hashes: Sequence[bytes]) -> list[bytes]:
    """The level above: one node hash for each whole pair; a last odd hash is left out."""
    return [
        sha256(b"\x01" + left + right).digest() for left, right in zip(hashes[::2], hashes[1::2], strict=False)
    ]


def fold(peaks: Iterable[bytes]) -> bytes:
    """The root over full subtrees given from left to right, each smaller than the one before it."""
    root = b""
    for peak in reversed(list(peaks)):
        root = node_hash(peak, root) if root else peak
    return root or EMPTY_ROOT


def peaks_of(hashes: Sequence[bytes]) -> list[bytes]:
    """Roots of the full subtrees that make up ``hashes``, left to right, largest first."""
    peaks: list[bytes] = []
    level = list(hashes)
    while level:
        if len(level) % 2:
            peaks.append(level.pop())
        level = parents(level)
    return peaks[::-1]


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over the given leaf hashes."""
    return fold(peaks_of(hashes))


def _range_root(start: int, end: int, node: NodeReader) -> bytes:
    """The root over leaves ``start … end-1``, where ``start`` is a multiple of the width's power of two."""
    peaks: list[bytes] = []
    while start < end:
        level = (end - start).bit_length() - 1
        peaks.append(node(level, start >> level))
        start += 1 << level
    return fold(peaks)


def tree_root(size: int, node: NodeReader) -> bytes:
    """The root over the first ``size`` leaves."""
    return _range_root(0, size, node)


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[bytes]:
    """The audit path of leaf ``index`` in a tree of ``size`` leaves, from the leaf's sibling upwards.

    Raises ``ValueError`` when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    own, last = index, size - 1
    level = 0
    while last:
        if own % 2:
            path.append(node(level, own - 1))
        elif own + 1 < last:
            path.append(node(level, own + 1))
        elif own + 1 == last:  # the right edge: this sibling may be cut short
            path.append(_range_root(last << level, size, node))
        own, last, level = own >> 1, last >> 1, level + 1
    return path


def consistency_proof(old_size: int, new_size: int, node: NodeReader) -> list[bytes]:
    """The nodes that show the first ``old_size`` leaves are the same in a tree of ``new_size`` leaves.

    Raises ``ValueError`` unless ``0 < old_size <= new_size``: nothing can be shown from an empty tree.
    """
    if not 0 < old_size <= new_size:
        raise ValueError(f"no consistency proof from {old_size} to {new_size}")
    proof: list[bytes] = []
    start, end, old_is_whole = 0, new_size, True
    while old_size != end - start:
        half = 1 << (end - start - 1).bit_length() - 1
        if old_size <= half:
            proof.append(_range_root(start + half, end, node))
            end = start + half
        else:
            proof.append(_range_root(start, start + half, node))
            start, old_size, old_is_whole = start + half, old_size - half, False
    if not old_is_whole:
        proof.append(_range_root(start, end, node))
    return proof[::-1]


def is_included(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows leaf hash ``leaf`` at ``index`` of the tree ``(size, root)`` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or len(leaf) != HASH_BYTES or any(len(part) != HASH_BYTES for part in proof):
        return False
    own, last, reached = index, size - 1, leaf
    for part in proof:
        if not last:
            return False
        if own % 2 or own == last:
            reached = node_hash(part, reached)
            while own and not own % 2:
                own, last = own >> 1, last >> 1
        else:
            reached = node_hash(reached, part)
        own, last = own >> 1, last >> 1
    return not last and reached == root


def is_consistent(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether ``proof`` shows that the new tree only added leaves to the old one (RFC 9162 §2.1.4.2).

    ``False`` from an empty tree: every tree is a continuation of it, so nothing is shown.
    """
    if not 0 < old_size <= new_size or any(len(part) != HASH_BYTES for part in proof):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    parts = list(proof)
    if old_size & (old_size - 1) == 0:
        parts.insert(0, old_root)
    return bool(parts) and _climb(parts, old_size - 1, new_size - 1) == (old_root, new_root)


def _climb(parts: Sequence[bytes], old_last: int, new_last: int) -> tuple[bytes, bytes] | None:
    """Both roots rebuilt from a consistency proof, or ``None`` when the proof has the wrong length."""
    while old_last % 2:
        old_last, new_last = old_last >> 1, new_last >> 1
    old_root = new_root = parts[0]
    for part in parts[1:]:
        if not new_last:
            return None
        if old_last % 2 or old_last == new_last:
            old_root, new_root = node_hash(part, old_root), node_hash(part, new_root)
            while old_last and not old_last % 2:
                old_last, new_last = old_last >> 1, new_last >> 1
        else:
            new_root = node_hash(new_root, part)
        old_last, new_last = old_last >> 1, new_last >> 1
    return None if new_last else (old_root, new_root)


class Tree:
    """A growing tree kept in memory level by level: about 64 bytes of hashes a leaf, every proof a look-up."""

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        self.extend(hashes)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        level, node = 0, leaf
        while True:
            if len(self._levels) == level:
                self._levels.append([])
            nodes = self._levels[level]
            nodes.append(node)
            if len(nodes) % 2:
                return
            node = node_hash(nodes[-2], node)
            level += 1

    def extend(self, hashes: Iterable[bytes]) -> None:
        """Add leaf hashes in order; each full subtree is hashed once, when it becomes full."""
        self._levels[0].extend(hashes)
        level = 0
        while len(self._levels[level]) > 1:
            if len(self._levels) == level + 1:
                self._levels.append([])
            above = self._levels[level + 1]
            above.extend(parents(self._levels[level][2 * len(above) :]))
            level += 1

    def node(self, level: int, index: int) -> bytes:
        """The root of a full subtree. Raises ``IndexError`` when it is not there yet."""
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` leaves, all of them when not given."""
        return tree_root(len(self) if size is None else size, self.node)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """As :func:`inclusion_proof`, in the tree of the first ``size`` leaves."""
        return inclusion_proof(index, len(self) if size is None else size, self.node)

    def consistency_proof(self, old_size: int, new_size: int | None = None) -> list[bytes]:
        """As :func:`consistency_proof`, to the tree of the first ``new_size`` leaves."""
        return consistency_proof(old_size, len(self) if new_size is None else new_size, self.node)
