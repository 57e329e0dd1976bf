"""What may stand in a line or a paragraph an officer types: how long, and nothing that nobody can see."""

import re

from gongkai.core.said import Said

PARAGRAPH = 2000  # a reason, a ground, a note
# Line breaks and tabs are text; every other control character, and the marks that turn text around, are not.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def unfit(called: str, value: str, *, most: int = PARAGRAPH) -> Said | None:
    """Why ``value`` cannot be kept as what people call ``called``, and what to do; ``None`` when it can."""
    if len(value) > most:
        return Said(
            "%(called)s有 %(length)d 字,最多 %(most)d 字。请精简,或把详细内容放进正文、附件。",
            called=called,
            length=len(value),
            most=most,
        )
    if control := UNSEEN.search(value):
        return Said(
            "%(called)s第 %(place)d 个字符是不可见的控制字符。请删去后重新粘贴为纯文本。",
            called=called,
            place=control.start() + 1,
        )
    return None
