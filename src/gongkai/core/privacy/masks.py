"""The prescribed masks: how much of a value may stay. The formats are a county's data; these are the defaults.

138****1234, identity numbers first 2 and last 3, addresses down to the township or subdistrict (永安市
2023-01-04, a Fujian notice; see ``docs/algorithms/privacy-check.md`` for the grade of each).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gongkai.core.privacy.kinds import Kind
from gongkai.core.privacy.passage import Late, plain
from gongkai.core.privacy.personal import kept_length
from gongkai.core.said import Said

_DEFAULT: dict[Kind, tuple[int, int]] = {
    Kind.RESIDENT_ID: (2, 3),
    Kind.MOBILE: (3, 4),
    Kind.BANK_ACCOUNT: (4, 4),
    Kind.PASSPORT: (2, 2),
    Kind.PERMIT: (2, 2),
    Kind.PLATE: (2, 2),
    Kind.BIRTH_DATE: (4, 0),
    Kind.LANDLINE: (4, 4),
}
_WORDS = "(略)"
_WITH_COUNTRY = 15  # digits of a mobile with 0086 before it; more are a number drawn more than once
_ABOUT_PEOPLE = frozenset({Kind.HEALTH, Kind.POVERTY, Kind.MINOR})
_CARD = 15  # digits of an identity number or of a card that holds one
_AGE, _DATE = Late(r"\d{1,2}(?:周?岁)?"), Late(r"(?:19|20)\d{2}[ ]?[年./\-]")
# What a mask cannot cure: the document itself must not be published, or a person has to decide.
UNMASKABLE = frozenset({Kind.SECRECY_MARK, Kind.NOT_PUBLIC_CITATION, Kind.COUNTY_WORD, Kind.UNREADABLE})


@dataclass(frozen=True, slots=True)
class MaskFormats:
    """Kind → how many characters stay at the front and at the end."""

    kept: Mapping[Kind, tuple[int, int]] = field(default_factory=lambda: dict(_DEFAULT))

    @classmethod
    def from_profile(cls, data: Mapping[str, Sequence[int]]) -> "MaskFormats":
        """A county's formats over the defaults, ``{"mobile": [3, 4]}``. Raises ``ValueError`` for others."""
        kept = dict(_DEFAULT)
        for name, ends in data.items():
            if len(ends) != 2 or min(ends) < 0:
                raise ValueError(Said("遮盖格式 %(name)s 应为两个不小于 0 的整数(保留前几位、后几位)", name=name))
            kept[Kind(name)] = (int(ends[0]), int(ends[1]))
        return cls(kept)

    def mask(self, kind: Kind, value: str) -> str:
        """``value`` masked. Numbers keep length and blanks; an address loses what lies below the town.

        Words about a person (a school, an illness, a group) go whole, unless the county keeps some characters of
        them; of an age the figure goes.
        """
        if kind in UNMASKABLE:
            return value
        if kind is Kind.ADDRESS:
            return value[: kept_length(value)] or _WORDS
        if kind is Kind.EMAIL:
            return f"{value[:1]}***{value[plain(value).index('@') :]}"
        if kind in _ABOUT_PEOPLE:
            return self._words(kind, value)
        return self._number(kind, value)

    def _words(self, kind: Kind, value: str) -> str:
        if sum(c.isdigit() for c in value) >= _CARD:
            return self._number(Kind.RESIDENT_ID, value)
        if _AGE.fullmatch(plain(value)) or _DATE.match(plain(value)):
            return "".join("*" if c.isdigit() else c for c in value)
        front, back = self.kept.get(kind, (0, 0))
        if 0 < front + back < len(value):
            return value[:front] + "*" * (len(value) - front - back) + value[len(value) - back :]
        return _WORDS

    def _number(self, kind: Kind, value: str) -> str:
        front, back = self.kept.get(kind, (0, 0))
        flat = plain(value)
        at = [i for i, c in enumerate(flat) if _counts(c, dates=kind is Kind.BIRTH_DATE)]
        if kind is Kind.MOBILE and 11 < len(at) <= _WITH_COUNTRY:
            front += len(at) - 11  # the country code stays
        if kind is Kind.LANDLINE and flat.lstrip("(").startswith(("010", "02")):
            front -= 1
        if front + back >= len(at):
            front, back = min(1, len(at)), 0
        hidden = set(at[front : len(at) - back])
        return "".join("*" if i in hidden else c for i, c in enumerate(value))


def _counts(character: str, *, dates: bool) -> bool:
    """Whether a character is part of the value and not of its spacing."""
    return character.isdigit() if dates else character.isalnum()


def shown(kind: Kind, value: str, formats: MaskFormats) -> str:
    """What may be stored and shown of a value: the mask; of words about a person only the first character."""
    if kind in _ABOUT_PEOPLE and not any(c.isdigit() for c in value):
        return value[:1] + "*" * (len(value) - 1)
    if kind is Kind.ADDRESS:
        return value[: kept_length(value)] + "****"
    return formats.mask(kind, value).replace("\t", " ").replace("\n", " ")[:60]
