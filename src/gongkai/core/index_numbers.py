"""索引号: a pattern engine. What the number looks like is a fact of the county, given by its profile.

A pattern is written with named places, for example Fujian's ``{unit}-{class}-{year}-{serial:05d}``. Places are
``unit`` (机构代码), ``class`` (信息类别), ``area`` (区划代码), ``year`` (four digits, the system's) and ``serial``
with its width, which is required.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gongkai.core.said import Said

_PLACE = re.compile(r"\{([a-z]+)(?::0([1-9])d)?\}")
_FORMS = {"unit": "[0-9A-Z]+", "class": "[0-9A-Z]+", "area": "[0-9]{6}", "year": "[0-9]{4}"}


class IndexNumberError(Exception):
    """A pattern that cannot number, or a number that cannot be made; the message says what to do."""


@dataclass(frozen=True)
class IndexPattern:
    """One county's way of numbering. ``classes`` maps 领域 code → 信息类别 code; ``area`` is the county's code.

    Raises ``IndexNumberError`` on creation when the template could give two things one number.
    """

    template: str
    classes: Mapping[str, str] = field(default_factory=dict)
    area: str = ""

    def __post_init__(self) -> None:
        places = [match[1] for match in _PLACE.finditer(self.template)]
        literal = _PLACE.sub("", self.template)
        if "{" in literal or "}" in literal:
            raise IndexNumberError(
                Said("索引号格式的花括号里只能写 unit、class、area、year 或 serial:05d 这样的流水号。")
            )
        unknown = next((p for p in places if p != "serial" and p not in _FORMS), None)
        if unknown:
            raise IndexNumberError(
                Said("索引号格式不认识“%(unknown)s”。可用:unit、class、area、year、serial。", unknown=unknown)
            )
        if places.count("serial") != 1 or len(set(places)) != len(places):
            raise IndexNumberError(Said("索引号格式中流水号 serial 必须出现一次,其他各部分最多出现一次。"))
        if not re.search(r"\{serial:0[1-9]d\}", self.template):
            raise IndexNumberError(Said("流水号须写明位数,例如 {serial:05d}。"))
        if re.search(r"\{(unit|class)\}[{0-9A-Z]", self.template):
            raise IndexNumberError(
                Said("长度不定的机构代码、信息类别后面须有 - 或 / 一类的分隔符,否则不同的信息会得到同一个号。")
            )
        if "unit" not in places or "year" not in places:
            raise IndexNumberError(Said("索引号格式须含机构代码 unit 和年份 year,否则号码会重复。"))

    @cached_property
    def form(self) -> re.Pattern[str]:
        """The regular expression every number of this pattern matches, with a group for each place."""
        out, at = "", 0
        for match in _PLACE.finditer(self.template):
            place = match[1]
            inner = f"[0-9]{{{match[2]}}}" if place == "serial" else _FORMS[place]
            out += re.escape(self.template[at : match.start()]) + f"(?P<{place}>{inner})"
            at = match.end()
        return re.compile(out + re.escape(self.template[at:]))

    @cached_property
    def width(self) -> int:
        """How many digits the serial has."""
        return next(int(m[2]) for m in _PLACE.finditer(self.template) if m[1] == "serial")

    def parse(self, number: str) -> dict[str, str] | None:
        """The places of ``number``, or ``None`` when it is not a number of this pattern."""
        match = self.form.fullmatch(number)
        return match.groupdict() if match else None


def index_group(pattern: IndexPattern, *, unit: str, domain: str, year: int) -> str:
    """The series in which serials of ``unit`` and ``year`` run on: the number with its serial left open.

    Raises ``IndexNumberError`` when the domain has no 信息类别 in the profile or a part does not fit.
    """
    values = {"unit": unit, "area": pattern.area, "year": f"{year:04d}"}
    if "{class}" in pattern.template:
        if domain not in pattern.classes:
            raise IndexNumberError(
                Said("领域 %(domain)s 没有索引号的信息类别代码。请在县配置的 county.yaml 中补上。", domain=domain)
            )
        values["class"] = pattern.classes[domain]

    def fill(match: re.Match[str]) -> str:
        place = match[1]
        if place == "serial":
            return match[0]
        if not re.fullmatch(_FORMS[place], values[place]):
            raise IndexNumberError(
                Said(
                    "索引号的 %(place)s 不能是“%(value)s”。请在县配置中改正后再公开。",
                    place=place,
                    value=values[place],
                )
            )
        return values[place]

    return _PLACE.sub(fill, pattern.template)


def index_number(pattern: IndexPattern, *, group: str, serial: int) -> str:
    """The 索引号 of the ``serial``-th thing of ``group`` (from :func:`index_group`), from 1.

    Raises ``IndexNumberError`` when the serial does not fit its width: numbers are never cut short.
    """
    if not 0 < serial < 10**pattern.width:
        raise IndexNumberError(
            Said(
                "流水号 %(serial)s 超出%(width)s位。请县政务公开办在县配置中加长流水号。",
                serial=serial,
                width=pattern.width,
            )
        )
    return _PLACE.sub(f"{serial:0{pattern.width}d}", group)
