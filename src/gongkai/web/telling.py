"""What the layers below the web say, in the reader's language.

A :class:`~gongkai.core.said.Said` is translated by its template. Texts that were kept (findings, refused sheets,
reasons of a clock) are plain Chinese in the database; they are recognised by the templates of the catalogue.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import polib
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from gongkai.agencies.queries import CountyNotLoadedError, county
from gongkai.core.said import Said, in_series, marked

SOURCE_LANGUAGE = "zh"
_LONGEST = 4000  # characters of a kept text that is still looked at
_PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])")
_GREEDY = r"(?P<%s>.*)"  # 第45条(公告义务) has brackets of its own
_NUMBER, _COLUMN = r"(?P<%s>\d+)", r"(?P<%s>[A-Z]{1,3})"
_FEWEST = 2  # characters of its own by which a template is recognised
_SERIES = (marked(";"), marked("、"))
_CELL = "%(column)s列"
_HEADS = 3  # beginnings that are tried for a text of several sayings
_HAN = re.compile("[\u3400-\u9fff]")
_SIGNS = "\u2018-\u201d\u3000-\u303f\uff00-\uffef"
_OWN = f"[{_SIGNS}\u3400-\u9fff]"
# 安财采〔2026〕12号 is one text, numbers and all.
_CHINESE = re.compile(
    rf"{_OWN}*[\u3400-\u9fff](?:[{_SIGNS}\u3400-\u9fff0-9A-Za-z.,()\[\]-]*[\u3400-\u9fff])?{_OWN}*"
)
_QUOTED = '<span lang="zh-Hans">'
_BETWEEN = re.compile(r"[;;\s]+")


class _Known(NamedTuple):
    """One template with placeholders, and the texts that can be one of it."""

    template: str
    pattern: re.Pattern[str]
    numbers: frozenset[str]


def told(said: object) -> str:
    """``said`` (a text, or an exception that holds one) in the active language."""
    if isinstance(said, BaseException) and len(said.args) == 1:
        said = said.args[0]
    if not isinstance(said, Said):
        return recalled(str(said))
    if not said.values:
        return recalled(str(said))
    return gettext(said.template) % {name: _value(value) for name, value in said.values.items()}


def _value(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return in_series([_value(part) for part in value], gettext("、"))
    return told(value) if isinstance(value, Said) else value


def recalled(kept: str) -> str:
    """A text as it was kept, in the active language: whole, or sentence by sentence; else as it is."""
    language = get_language() or SOURCE_LANGUAGE
    if language.startswith(SOURCE_LANGUAGE) or not kept or len(kept) > _LONGEST:
        return kept
    words = _county_words()
    return "\n".join(_recalled(line, language, words) for line in kept.split("\n"))


class _Words(NamedTuple):
    """What the county calls its names in English; told apart by the digest of its profile."""

    edition: str
    english: Mapping[str, str]

    def __hash__(self) -> int:
        return hash(self.edition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Words) and self.edition == other.edition


_NO_WORDS = _Words("", {})
# The words of this request; ``None`` in a request that has not asked for them yet.
_words: ContextVar[_Words | None] = ContextVar("words", default=_NO_WORDS)


class CountyWords:
    """Middleware: within a request the county's English names are asked for once, where a text needs them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reset = _words.set(None)
        try:
            return self.get_response(request)
        finally:
            _words.reset(reset)


def _county_words() -> _Words:
    words = _words.get()
    if words is None:
        try:
            facts = county()
            words = _Words(facts.digest, facts.english)
        except CountyNotLoadedError:
            words = _NO_WORDS
        _words.set(words)
    return words


def county_name(name: str) -> str:
    """What the county calls one of its own names in the active language; empty for any other name."""
    if (get_language() or SOURCE_LANGUAGE).startswith(SOURCE_LANGUAGE):
        return ""
    return _county_words().english.get(name, "")


def marked_up(said: object) -> SafeString:
    """``said`` in the active language as HTML; what has no translation is marked as Chinese (class ``untold``)."""
    return _with_language(told(said) if said else "", '<span class="untold" lang="zh-Hans">')


def as_written(text: object) -> SafeString:
    """A text of an officer, or a sentence that quotes one, as HTML: not translated, its Chinese marked as such."""
    if isinstance(text, SafeString) and "<" in text:  # HTML of ours that has marked its own
        return text
    return _with_language(text if isinstance(text, str) else str(text or ""), _QUOTED)


def _is_quoted(text: str) -> bool:
    """Whether it stands in quotation marks: a name, or what is to be typed, which no translation changes."""
    return text.startswith("“") and text.endswith("”")


def _with_language(text: str, mark: str) -> SafeString:
    clean = str(conditional_escape(text))
    if (get_language() or SOURCE_LANGUAGE).startswith(SOURCE_LANGUAGE):
        return mark_safe(clean)
    return mark_safe(_CHINESE.sub(lambda m: f"{_QUOTED if _is_quoted(m[0]) else mark}{m[0]}</span>", clean))


@lru_cache(maxsize=4096)
def _recalled(kept: str, language: str, words: "_Words") -> str:
    """The reading that leaves the least Chinese: texts that officers typed stay in all of them alike."""
    if not _HAN.search(kept):  # 第22、54条 leaves its numbers
        return kept.replace("、", gettext("、"))
    best, least = kept, len(_HAN.findall(kept))
    for reading in _readings(kept, _known(language), language, words):
        left = len(_HAN.findall(reading))
        if left < least:
            best, least = reading, left
        if not left:
            break
    return best


def _readings(kept: str, known: "_Catalogue", language: str, words: "_Words") -> Iterator[str]:
    """Every way to read a text: as one template, as a series, as several sayings one behind the other."""
    exact = words.english.get(kept) or gettext(kept)
    if exact != kept:
        yield exact
        return
    for mark in (m for m in _SERIES if m in kept):
        yield gettext(mark).join(_recalled(part, language, words) for part in kept.split(mark))
    yield from (
        _filled(shape, match, language, words)
        for shape in known.shapes
        if (match := shape.pattern.fullmatch(kept))
    )
    part, _space, place = kept.partition(" ")
    if place and (called := words.english.get(part) or gettext(part)) != part:  # 正文 第1段
        yield f"{called} {_recalled(place, language, words)}"
    plain = (text for text in known.plain if kept.startswith(text))
    for text in islice(plain, _HEADS):
        yield _and_the_rest(gettext(text), kept[len(text) :], language, words)
    opened = ((shape, match) for shape in known.opening if (match := shape.pattern.match(kept)))
    for shape, match in islice(opened, _HEADS):
        yield _and_the_rest(_filled(shape, match, language, words), kept[match.end() :], language, words)


def _filled(shape: "_Known", match: re.Match[str], language: str, words: "_Words") -> str:
    """The translation with the values of ``match``; what stands in quotation marks is a name and stays."""
    values: dict[str, object] = {}
    for name, text in match.groupdict().items():
        if name in shape.numbers:
            values[name] = int(text)
        else:
            values[name] = text if f"“%({name})s”" in shape.template else _recalled(text, language, words)
    return gettext(shape.template) % values


def _and_the_rest(head: str, rest: str, language: str, words: "_Words") -> str:
    gap = _BETWEEN.match(rest)
    between = "; " if gap and gap[0].strip() else " "
    return head + between + _recalled(rest[gap.end() if gap else 0 :], language, words)


class _Catalogue(NamedTuple):
    """The texts of a translation: with placeholders, able to open a longer text, and plain ones."""

    shapes: list[_Known]
    opening: list[_Known]
    plain: list[str]


@lru_cache(maxsize=4)
def _known(language: str) -> _Catalogue:
    path = settings.LOCALE_PATHS[0] / language.split("-", maxsplit=1)[0] / "LC_MESSAGES" / "django.mo"
    entries = polib.mofile(str(path)) if path.exists() else []
    texts = sorted((entry.msgid for entry in entries), key=_own, reverse=True)
    shapes = [
        _shape(text) for text in texts if _PLACEHOLDER.search(text) and (_own(text) >= _FEWEST or text == _CELL)
    ]
    opening = [known for known in shapes if not known.template.endswith(("s", "d"))]
    return _Catalogue(shapes, opening, [text for text in texts if "%(" not in text and len(text) > _FEWEST])


def _own(text: str) -> int:
    """How many characters of a template are its own."""
    return len(_PLACEHOLDER.sub("", text))


def _shape(template: str) -> _Known:
    out, at = "", 0
    seen: set[str] = set()
    for match in _PLACEHOLDER.finditer(template):
        name, kind = match.groups()
        out += re.escape(template[at : match.start()].replace("%%", "%"))
        shape = _NUMBER if kind == "d" else _COLUMN if name == "column" and "列" in template else r"(?P<%s>.*?)"
        shape = _GREEDY if name == "article" else shape
        out += f"(?P={name})" if name in seen else shape % name
        seen.add(name)
        at = match.end()
    pattern = re.compile(out + re.escape(template[at:].replace("%%", "%")))
    return _Known(
        template, pattern, frozenset(name for name, kind in _PLACEHOLDER.findall(template) if kind == "d")
    )
