"""Checks of single values. Each takes what YAML gave and returns the clean value or raises
:class:`FaultError`, whose message is Chinese and says what to write.
"""

import re
import reprlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

Check = Callable[[Any], Any]


@dataclass(frozen=True)
class Field:
    """One key of an entry: its check, whether it must be there, what stands when it is not, what it means."""

    name: str
    check: Check
    what: str
    required: bool = False
    default: Any = ""


_shown = reprlib.Repr()
_shown.maxstring = _shown.maxother = 60


def _brief(value: Any) -> str:
    """A value as a message quotes it: never longer than a line, however large or deep it is."""
    return _shown.repr(value)


class FaultError(ValueError):
    """A value that cannot be used; the message says what to write instead."""


class NestedError(FaultError):
    """Faults inside a nested entry, each with the path to its key."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__(";".join(f"{path} {message}" for path, message in faults))


def text(most: int) -> Check:
    """A line or a paragraph of at most ``most`` characters, not empty."""

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise FaultError(f"应为文字,现为 {_brief(value)}。数字、是否、日期写成文字时请加引号。")
        if not value.strip():
            raise FaultError("不能为空。请填写,或删去这个键。")
        if len(value) > most:
            raise FaultError(f"有 {len(value)} 字,最多 {most} 字。请精简。")
        return value.strip()

    return check


_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def code(most: int = 40) -> Check:
    """A code: letters, digits, ``-`` and ``_``."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not _CODE.fullmatch(value) or len(value) > most:
            raise FaultError(f"应为 {most} 个以内的字母、数字、- 或 _ 组成的编号,现为 {_brief(value)}。")
        return value

    return check


def matching(form: str, advice: str) -> Check:
    """Text of exactly the form ``form``; ``advice`` says what to write."""
    pattern = re.compile(form)

    def check(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise FaultError(f"{advice} 现为 {_brief(value)}。")
        return value

    return check


def day(value: Any) -> str:
    """A day that exists, as ``YYYY-MM-DD``."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise FaultError(f"应为存在的日期,例如 2019-05-15,现为 {_brief(value)}。") from None
    if type(value) is not date:
        raise FaultError(f"应为日期,例如 2019-05-15,现为 {_brief(value)}。")
    return value.isoformat()


def whole(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise FaultError(f"应为 {least} 至 {most} 的整数,现为 {_brief(value)}。")
        return value

    return check


def flag(value: Any) -> bool:
    """``true`` or ``false``."""
    if not isinstance(value, bool):
        raise FaultError(f"应为 true 或 false,现为 {_brief(value)}。")
    return value


def one_of(words: type[StrEnum] | Sequence[str]) -> Check:
    """One word of a closed list."""
    allowed = [str(word) for word in words]

    def check(value: Any) -> str:
        if isinstance(value, bool):
            raise FaultError("YAML 把没加引号的 yes、no、on、off 读成了是否。请加引号,例如 'no'。")
        if value not in allowed:
            raise FaultError(f"应为 {'、'.join(allowed)} 之一,现为 {_brief(value)}。")
        return str(value)

    return check


def several(check: Check, *, least: int = 0, most: int = 500) -> Check:
    """A list, each member checked, none twice."""

    def check_all(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise FaultError(f"应为列表,例如 [甲, 乙],现为 {_brief(value)}。")
        if not least <= len(value) <= most:
            raise FaultError(f"应有 {least} 至 {most} 个,现有 {len(value)} 个。")
        faults: list[tuple[str, str]] = []
        clean = [_member(check, f"第{n}个", member, faults) for n, member in enumerate(value, start=1)]
        if faults:
            raise NestedError(faults)
        if any(member in clean[:n] for n, member in enumerate(clean)):
            raise FaultError("有重复的内容。请删去重复项。")
        return clean

    return check_all


def _member(check: Check, path: str, value: Any, faults: list[tuple[str, str]]) -> Any:
    try:
        return check(value)
    except NestedError as error:
        faults += [(f"{path} {inner}", message) for inner, message in error.faults]
    except FaultError as error:
        faults.append((path, str(error)))
    return None


def table(keys: Check, values: Check) -> Check:
    """A mapping whose keys and values are checked."""

    def check(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise FaultError(f"应为“键: 值”的表,现为 {_brief(value)}。")
        faults: list[tuple[str, str]] = []
        clean = {
            _member(keys, str(name), name, faults): _member(values, str(name), inner, faults)
            for name, inner in value.items()
        }
        if faults:
            raise NestedError(faults)
        return clean

    return check


@dataclass(frozen=True)
class Entry:
    """A mapping with known keys. Unknown keys are refused; missing ones get their default."""

    fields: tuple[Field, ...]

    def __call__(self, value: Any) -> dict[str, Any]:
        """The clean entry with every key of ``fields``. Raises :class:`NestedError` with every fault."""
        if not isinstance(value, dict):
            raise FaultError(f"应为“键: 值”的表,现为 {_brief(value)}。")
        known = [field.name for field in self.fields]
        faults = [
            (str(key), f"不认识这个键。请删去或改正,可用的键:{'、'.join(known)}。")
            for key in value
            if key not in known
        ]
        clean: dict[str, Any] = {}
        for field in self.fields:
            if value.get(field.name) is not None:
                clean[field.name] = _member(field.check, field.name, value[field.name], faults)
                continue
            clean[field.name] = field.default
            if field.required:
                faults.append((field.name, f"缺少这个键({field.what})。请补上。"))
        if faults:
            raise NestedError(faults)
        return clean
