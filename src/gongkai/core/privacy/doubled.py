"""Numbers whose digits a file draws twice or three times, for bold letters or a shadow: what is read is 335500…"""

import re
from collections.abc import Iterator

from gongkai.core.privacy.broken import ID_LENGTH, id_number_holds
from gongkai.core.privacy.contact import is_mobile, luhn_holds
from gongkai.core.privacy.hits import Hit
from gongkai.core.privacy.kinds import Certainty, Kind
from gongkai.core.privacy.passage import Late, Passage
from gongkai.core.said import Said

_STRETCH = Late(r"[0-9][0-9Xx\s]{21,}")  # wherein all of it lies
# Runs of equal digits, no digit alone; drawn further apart, the copy runs on some places behind.
_RUN = r"(?:\s{0,2}\%d){1,15}+\s{0,2}"
_RUNS = Late(rf"([0-9])(?<![0-9].){_RUN % 1}(?:([0-9Xx]){_RUN % 2}){{5,19}}(?![0-9])")
_BEHIND = Late(r"[0-9](?<![0-9Xx].)(?<![0-9Xx] .)(?:[ ]?[0-9Xx]){21,37}(?![0-9Xx])(?![ ][0-9Xx])")
_EQUAL = re.compile(r"(\d|[Xx])\1*")
_MOBILE_LENGTH = 11
_CARD_LENGTHS = range(16, 20)


def doubled_numbers(passage: Passage) -> Iterator[Hit]:
    """Identity numbers, mobiles and cards that are drawn more than once over themselves."""
    for start, end, digits in _doubled(passage.text):
        if any(id_number_holds(one) for one in (digits[:ID_LENGTH], digits[-ID_LENGTH:]) if len(one) == ID_LENGTH):
            why = Said("每个数字重复画了几次的公民身份号码,校验位相符")
            yield Hit(Kind.RESIDENT_ID, Certainty.CERTAIN, start, end, why)
        elif is_mobile(digits[-_MOBILE_LENGTH:]) and len(digits) <= _MOBILE_LENGTH + 1:
            yield Hit(Kind.MOBILE, Certainty.CERTAIN, start, end, Said("每个数字重复画了几次的手机号码,号段有效"))
        elif len(digits) in _CARD_LENGTHS and digits.startswith("62") and luhn_holds(digits):
            why = Said("每个数字重复画了几次的银联卡号,校验位相符")
            yield Hit(Kind.BANK_ACCOUNT, Certainty.CERTAIN, start, end, why)


def _doubled(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and digits of what stands there more than once; a digit beside the number may be doubled too."""
    for stretch in _STRETCH.finditer(text):
        yield from _run_by_run(text, *stretch.span())
        for match in _BEHIND.finditer(text, *stretch.span()):
            once = _once(match.group().replace(" ", ""))
            if once:
                yield *match.span(), once


def _run_by_run(text: str, first: int, last: int) -> Iterator[tuple[int, int, str]]:
    for match in _RUNS.finditer(text, first, last):
        runs = [(run[1], len(run[0])) for run in _EQUAL.finditer("".join(match.group().split()))]
        end = match.start() + len(match.group().rstrip())
        # Drawn twice, three times; or so that the copy of a digit falls on an equal one beside it and goes.
        for times in (2, 3):
            if not any(length % times for _, length in runs):
                yield match.start(), end, "".join(digit * (length // times) for digit, length in runs)
        yield match.start(), end, "".join(digit * (length - 1) for digit, length in runs)


def _once(digits: str) -> str:
    """The number of which ``digits`` are two copies, one of them some places behind the other; else nothing."""
    whole, odd = len(digits), len(digits) % 2
    for lag in () if odd else range(1, whole // 2 - 1):
        # The first copy alone at the beginning, then both by turns, then the second alone.
        first = digits[: lag + 1] + digits[lag + 2 : whole - lag : 2]
        if first == digits[lag + 1 : whole - lag : 2] + digits[whole - lag :]:
            return first
    return ""
