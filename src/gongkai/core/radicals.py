"""Radicals that stand for characters: what programs that print to PDF write where one drawing serves both.

A browser names 户 by the radical ⼾ when its font draws both alike; a reader sees, and means, the character.
"""

import re
import unicodedata

_BLOCKS = range(0x2E80, 0x2FE0)  # CJK Radicals Supplement, Kangxi Radicals
# Those Unicode gives no equal, or (⼾) another one than the fonts of the mainland draw.
_DRAWN_AS = dict(
    zip(
        "⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻯⻰⼾",
        "民虎西见角贝车长长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿竜龙户",
        strict=True,
    )
)
RADICALS: dict[str, str] = {
    radical: character
    for radical in map(chr, _BLOCKS)
    if (character := _DRAWN_AS.get(radical, unicodedata.normalize("NFKC", radical))) != radical
}
"""Radical → the character it stands for; always one for one."""

_ANY = re.compile("[⺀-⿟]")
_TABLE = str.maketrans(RADICALS)


def read_as_characters(text: str) -> str:
    """``text`` with every radical as the character it stands for; as long as ``text``."""
    return text.translate(_TABLE) if _ANY.search(text) else text
