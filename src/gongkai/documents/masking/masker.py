"""Applying masks to blocks and texts, and counting what was done."""

import copy
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from gongkai.core.privacy import UNMASKABLE, Kind, Rules, masked, masked_name, scan_hits
from gongkai.core.privacy.passage import plain
from gongkai.documents.formats.packed_values import drop, file_passages, packed_values
from gongkai.documents.formats.passages import Passage
from gongkai.documents.formats.rest import claims, loose_blocks, mask_values
from gongkai.documents.formats.xmltext import Block, Edit, Element, rewrite
from gongkai.documents.inspection import Check
from gongkai.documents.seams import Parted, Seams

Edits = list[tuple[int, int, str]]
# What the passages of a file need because of the passages after them: turn → position → digit and what it becomes.
Plan = Mapping[int, Mapping[int, tuple[str, str]]]


class Masker:
    """Masks one file. ``masked`` counts replaced values by kind, ``removed`` what was taken out whole.

    A number that begins in one passage and ends in a later one is known when the first has gone by: the places of
    its characters are kept in ``plan``, and a second masker that is given the plan and asked for the same passages
    in the same order masks them (:func:`in_turns`).
    """

    def __init__(self, rules: Rules, *, plan: Plan | None = None) -> None:
        self.rules = rules
        self.check = Check(rules)
        self.masked: Counter[str] = Counter()
        self.removed: Counter[str] = Counter()
        self.plan: dict[int, dict[int, tuple[str, str]]] = {}
        self._known = plan or {}
        self._seams = Seams(rules.formats)
        self._with_unseen: Seams | None = (
            None  # the same over what stays and what goes; from the first that goes on
        )
        self._turn = -1

    def edits(self, passage: Passage) -> Edits:
        """The replacements a passage needs: start, end, text; in order and not overlapping."""
        whole, parts = self.parted(passage)
        return _together(whole, parts) if parts else whole

    def parted(self, passage: Passage) -> tuple[Edits, Edits]:
        """The replacements for what the passage holds whole, and for what it holds a part of (may overlap)."""
        self._turn += 1
        whole = self._whole(passage)
        if not passage.seams:
            self._learn(passage)
        return whole, self._parts(passage.text)

    def unseen(self, passage: Passage) -> None:
        """A passage that is read and then taken out whole: a part of a number in it leaves the other parts."""
        if self._with_unseen is None:
            self._with_unseen = copy.deepcopy(self._seams)
        self._turn += 1
        self._note(self._with_unseen.numbers(passage, self._turn))

    def _learn(self, passage: Passage) -> None:
        self._note(self._seams.numbers(passage, self._turn))
        if self._with_unseen is not None:
            self._note(self._with_unseen.numbers(passage, self._turn))

    def _note(self, numbers: Iterable[Parted]) -> None:
        for number in numbers:
            put = self.rules.formats.mask(Kind.RESIDENT_ID, number.digits)
            told = any(at in self.plan.get(turn, {}) for turn, at in number.marks)
            self.masked[Kind.RESIDENT_ID.value] += not told
            for (turn, at), old, new in zip(number.marks, number.digits, put, strict=True):
                if new != old:
                    self.plan.setdefault(turn, {})[at] = (old, new)

    def _parts(self, text: str) -> Edits:
        known = self._known.get(self._turn)
        if not known:
            return []
        seen = plain(text)
        return [(at, at + 1, new) for at, (old, new) in sorted(known.items()) if seen[at : at + 1] == old]

    def _whole(self, passage: Passage) -> Edits:
        findings = scan_hits(passage.text, self.rules, **self.check.labels(passage))
        if passage.seams:
            findings = [hit for hit in findings if any(hit.start < seam < hit.end for seam in passage.seams)]
        edits = masked(passage.text, findings, self.rules.formats)
        starts = {start for start, _, _ in edits}
        self.masked.update(finding.kind.value for finding in findings if finding.start in starts)
        return edits

    def block(self, block: Block) -> bool:
        """Mask a block in place; whether anything changed."""
        edits = self.edits(block.passage())
        if edits:
            rewrite(block, [Edit(*edit) for edit in edits])
        return bool(edits)

    def blocks(self, blocks: Iterable[Block]) -> int:
        """Mask blocks in place; how many changed."""
        return sum(self.block(block) for block in blocks)

    def name(self, name: str, *, taken: Collection[str] = (), longest: int = 200) -> str:
        """A name of a file or sheet, masked so that it stays legal; itself when nothing has to be masked."""
        fresh = masked_name(name, self.rules, taken=taken, longest=longest)
        if fresh != name:
            self.masked.update(hit.kind.value for hit in scan_hits(name, self.rules) if hit.kind not in UNMASKABLE)
        return fresh

    def left_over(self, root: Element, blocks: Iterable[Block] = ()) -> bool:
        """Mask in place what ``blocks`` leave out of a part; whether anything changed."""
        dropped = self._packed(root)
        claimed, _ = claims(blocks)
        found = self.blocks(loose_blocks(root, "", claimed))
        return mask_values(root, self.text) or bool(found) or dropped

    def _packed(self, root: Element) -> bool:
        """Take out the files that stand in a part's values where anything is found in them; whether one was."""
        before = self.removed["embedded_file"]
        for value, data in packed_values(root):
            check = Check(self.rules)
            if any(True for passage in file_passages(data, "") for _ in check.findings(passage)):
                drop(value)
                self.removed["embedded_file"] += 1
        return self.removed["embedded_file"] > before

    def text(self, passage: Passage) -> str:
        """The text of a passage, masked."""
        text = passage.text
        for start, end, put in reversed(self.edits(passage)):
            text = text[:start] + put + text[end:]
        return text


def emptied(block: Block) -> bool:
    """Take every character out of a block; whether there was one."""
    full = bool(block.text().strip())
    for cell in block.cells:
        for slot in cell:
            slot.put("")
    return full


def in_turns(rules: Rules, run: Callable[[Masker], None]) -> Masker:
    """Let ``run`` mask; where numbers lie in several passages, once more with a masker that knows them."""
    masker = Masker(rules)
    run(masker)
    if masker.plan:
        masker = Masker(rules, plan=masker.plan)
        run(masker)
    return masker


def runs(edits: Edits) -> Edits:
    """Edits of single characters that stand side by side as one."""
    found: Edits = []
    for start, end, put in edits:
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end, found[-1][2] + put)
        else:
            found.append((start, end, put))
    return found


def _together(whole: Edits, parts: Edits) -> Edits:
    """Both in order: a single character within a replacement of equal length is put into it."""
    found = list(whole)
    for at, end, put in parts:
        held = next((number for number, (first, last, _) in enumerate(found) if first <= at < last), None)
        if held is None:
            found.append((at, end, put))
            continue
        first, last, text = found[held]
        if len(text) == last - first:
            found[held] = (first, last, text[: at - first] + put + text[at - first + 1 :])
    return sorted(found)
