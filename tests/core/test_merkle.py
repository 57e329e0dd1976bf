"""RFC 6962 trees: against outside vectors, against the definition, and against themselves."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.core import merkle

VECTORS = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "merkle"

# The entries and roots every RFC 6962 implementation is measured by.
REFERENCE_ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
REFERENCE_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(json.loads(path.read_text()), id=str(path.relative_to(VECTORS)))
        for path in sorted((VECTORS / kind).rglob("*.json"))
    ]


def require_vectors() -> None:
    if not VECTORS.is_dir():
        pytest.skip("the outside Merkle vectors are not beside this checkout")


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def proof_of(case: dict[str, Any]) -> list[bytes]:
    return [raw(part) for part in case["proof"] or []]


@pytest.mark.parametrize("case", cases("inclusion"))
def test_inclusion_is_accepted_and_refused_as_the_outside_vectors_say(case: dict[str, Any]) -> None:
    accepted = merkle.is_included(
        leaf=raw(case["leafHash"]),
        index=case["leafIdx"],
        size=case["treeSize"],
        proof=proof_of(case),
        root=raw(case["root"]),
    )
    assert accepted is not case["wantErr"], case["desc"]


@pytest.mark.parametrize("case", cases("consistency"))
def test_consistency_is_accepted_and_refused_as_the_outside_vectors_say(case: dict[str, Any]) -> None:
    accepted = merkle.is_consistent(
        old_size=case["size1"],
        old_root=raw(case["root1"]),
        new_size=case["size2"],
        new_root=raw(case["root2"]),
        proof=proof_of(case),
    )
    assert accepted is not case["wantErr"], case["desc"]


def test_the_outside_vectors_are_all_there() -> None:
    require_vectors()
    assert (len(cases("inclusion")), len(cases("consistency"))) == (98, 98)
    verdicts = {case.values[0]["wantErr"] for kind in ("inclusion", "consistency") for case in cases(kind)}
    assert verdicts == {True, False}


def test_roots_of_the_reference_entries_are_the_known_ones() -> None:
    tree = merkle.Tree()
    assert tree.root() == merkle.EMPTY_ROOT
    assert merkle.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for entry, root in zip(REFERENCE_ENTRIES, REFERENCE_ROOTS, strict=True):
        tree.append(merkle.leaf_hash(entry))
        assert tree.root().hex() == root
    assert len(tree) == 8


def by_definition(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if not hashes:
        return merkle.EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return merkle.node_hash(by_definition(hashes[:half]), by_definition(hashes[half:]))


HASHES = [os.urandom(32) for _ in range(600)]


@given(st.integers(0, 600))
def test_every_root_is_the_one_the_definition_gives(size: int) -> None:
    expected = by_definition(HASHES[:size])
    assert merkle.root_of(HASHES[:size]) == expected
    assert merkle.Tree(HASHES).root(size) == expected


SMALL = range(1, 34)  # one more than a power of two: every shape of a right edge


@pytest.mark.parametrize("size", SMALL)
def test_small_trees_are_right_at_every_leaf_and_every_beginning(size: int) -> None:
    hashes = HASHES[:size]
    root, tree = by_definition(hashes), merkle.Tree(hashes)
    assert merkle.root_of(hashes) == root
    for index in range(size):
        proof = tree.inclusion_proof(index)
        facts = {"leaf": hashes[index], "size": size, "root": root}
        assert [n for n in range(-1, size + 1) if merkle.is_included(**facts, index=n, proof=proof)] == [index]
        for wrong in ([*proof, HASHES[40]], proof[:-1] if proof else [b"short"]):
            assert not merkle.is_included(**facts, index=index, proof=wrong)
    for old in range(1, size + 1):
        proof = tree.consistency_proof(old)
        facts = {"old_size": old, "old_root": by_definition(hashes[:old]), "new_size": size, "new_root": root}
        assert merkle.is_consistent(**facts, proof=proof)
        for wrong in ([*proof, HASHES[40]], proof[:-1] if proof else [b"short"]):
            assert not merkle.is_consistent(**facts, proof=wrong)
        assert not merkle.is_consistent(**{**facts, "old_root": HASHES[40]}, proof=proof)
        assert not merkle.is_consistent(**{**facts, "new_root": HASHES[40]}, proof=proof)


@pytest.mark.parametrize("step", [1, 2, 3, 7])
def test_small_steps_give_the_tree_of_one_step(step: int) -> None:
    tree = merkle.Tree()
    for at in range(0, 42, step):
        tree.extend(HASHES[at : at + step])
        assert tree.root() == by_definition(HASHES[: at + step])


@given(st.lists(st.integers(1, 90), max_size=8))
def test_growing_in_steps_is_growing_at_once(steps: list[int]) -> None:
    tree, at = merkle.Tree(), 0
    for step in steps:
        tree.extend(HASHES[at : at + step])
        at += step
    at = min(at, len(HASHES))
    assert tree.root() == merkle.Tree(HASHES[:at]).root()


@given(st.data())
def test_every_leaf_is_shown_to_be_where_it_is_and_nowhere_else(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    tree = merkle.Tree(HASHES[:size])
    proof = tree.inclusion_proof(index)
    facts = {"leaf": HASHES[index], "index": index, "size": size, "proof": proof, "root": tree.root()}
    assert merkle.is_included(**facts)
    elsewhere = data.draw(st.integers(0, size + 2).filter(lambda other: other != index))
    assert not merkle.is_included(**{**facts, "index": elsewhere})
    assert not merkle.is_included(**{**facts, "leaf": os.urandom(32)})
    assert not merkle.is_included(**{**facts, "proof": [*proof, os.urandom(32)]})


@given(st.data())
@settings(max_examples=60)
def test_one_flipped_bit_anywhere_in_a_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 600))
    index = data.draw(st.integers(0, size - 1))
    tree = merkle.Tree(HASHES[:size])
    proof = tree.inclusion_proof(index)
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    broken = bytearray(proof[at])
    broken[bit // 8] ^= 1 << bit % 8
    proof[at] = bytes(broken)
    assert not merkle.is_included(leaf=HASHES[index], index=index, size=size, proof=proof, root=tree.root())


@given(st.data())
def test_every_tree_is_shown_to_continue_each_of_its_beginnings(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 600))
    old = data.draw(st.integers(1, new))
    tree = merkle.Tree(HASHES[:new])
    proof = tree.consistency_proof(old)
    facts = {"old_size": old, "old_root": tree.root(old), "new_size": new, "new_root": tree.root(), "proof": proof}
    assert merkle.is_consistent(**facts)
    assert not merkle.is_consistent(**{**facts, "old_root": os.urandom(32)})
    assert not merkle.is_consistent(**{**facts, "new_root": os.urandom(32)})
    assert not merkle.is_consistent(**{**facts, "proof": [*proof, os.urandom(32)]})
    if proof:
        assert not merkle.is_consistent(**{**facts, "proof": proof[:-1]})


def test_a_rewritten_history_is_not_shown_to_be_consistent() -> None:
    old = merkle.Tree(HASHES[:100])
    rewritten = merkle.Tree([*HASHES[:50], os.urandom(32), *HASHES[51:200]])
    assert not merkle.is_consistent(
        old_size=100,
        old_root=old.root(),
        new_size=200,
        new_root=rewritten.root(),
        proof=rewritten.consistency_proof(100),
    )


@pytest.mark.parametrize(("index", "size"), [(5, 5), (-1, 5), (0, 0)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_proof(index, size, merkle.Tree(HASHES[:5]).node)


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5)])
def test_nothing_is_shown_to_continue_an_empty_or_a_larger_tree(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no consistency proof"):
        merkle.consistency_proof(old, new, merkle.Tree(HASHES[:5]).node)
