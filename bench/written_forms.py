"""The many ways in which offices write an identity number or a mobile, and what only looks like one of them."""

import random
from collections.abc import Callable

_CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
_SPACES = "\u2006\u200a\u205f\u00a0\u2009"
_UNSEEN = "\u200b\u200e\u2063\ufe0f\u00ad\u2060"
_Form = Callable[[str, random.Random], str]


def _parted(sign: str) -> _Form:
    return lambda value, _: sign.join((value[:6], value[6:14], value[14:]))


def _unseen(value: str, draw: random.Random) -> str:
    at = draw.randint(1, len(value) - 1)
    return value[:at] + draw.choice(_UNSEEN) + value[at:]


def _thin(value: str, draw: random.Random) -> str:
    sign = draw.choice(_SPACES)
    return sign.join((value[:6], value[6:14], value[14:]))


ID_FORMS: tuple[_Form, ...] = (
    *(_parted(sign) for sign in (" ", "-", ",", "、", ":", "~", "|", "/", "_", "·", "——")),
    lambda value, _: f"{value[:6]}({value[6:14]}){value[14:]}",
    lambda value, _: "".join(f"[{one}]" for one in value),
    lambda value, _: " ".join(value),
    lambda value, _: ",".join(value),
    _unseen,
    _thin,
    lambda value, _: f"{value}.0",
    lambda value, _: value.translate(_CIRCLED),
)
MOBILE_FORMS: tuple[_Form, ...] = (
    *((lambda value, _, sign=sign: sign.join((value[:3], value[3:7], value[7:])))
      for sign in (" ", "-", "   ", "/", "·")),
    lambda value, _: f"+86 {value}",
    lambda value, _: f"0{value}",
    lambda value, _: f"{value}.0",
    lambda value, _: f"{value}-1",
    _unseen,
)  # fmt: skip


def receipt(draw: random.Random) -> str:
    """The number of a receipt: place, the day it was issued, a serial."""
    day = f"20{draw.randint(16, 26)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}"
    return f"350524{day}{draw.randint(0, 9999):04}"


def timestamp(draw: random.Random) -> str:
    """Seconds or milliseconds, as machines write the time."""
    return str(draw.choice((draw.randint(1_400_000_000, 1_800_000_000), draw.randint(13 * 10**9, 19 * 10**9))))


def listed(draw: random.Random) -> str:
    """A row of small numbers, as statistics have them."""
    return "、".join(str(draw.randint(0, 9)) for _ in range(draw.randint(12, 30)))


def tonnes(draw: random.Random) -> str:
    """An amount of eleven digits with its unit."""
    return f"{draw.randint(13_000_000_000, 19_900_000_000)}{draw.choice(('公斤', '平方米', '株', '元', 'kg'))}"
