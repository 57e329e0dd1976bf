"""Applying masks to blocks and texts, and counting what was done."""

from collections import Counter
from collections.abc import Collection, Iterable

from gongkai.core.privacy import UNMASKABLE, Rules, masked, masked_name, scan_hits
from gongkai.documents.formats.passages import Passage
from gongkai.documents.formats.rest import claims, loose_blocks, mask_values
from gongkai.documents.formats.xmltext import Block, Edit, Element, rewrite
from gongkai.documents.inspection import Check


class Masker:
    """Masks one file. ``masked`` counts replaced values by kind, ``removed`` what was taken out whole."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.check = Check(rules)
        self.masked: Counter[str] = Counter()
        self.removed: Counter[str] = Counter()

    def edits(self, passage: Passage) -> list[tuple[int, int, str]]:
        """The replacements a passage needs: start, end, text."""
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
        claimed, _ = claims(blocks)
        found = self.blocks(loose_blocks(root, "", claimed))
        return mask_values(root, self.text) or bool(found)

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
