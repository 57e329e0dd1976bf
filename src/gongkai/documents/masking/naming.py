"""New names for sheets whose own names had to be masked, and everything in a workbook that calls them by name."""

import re
from collections.abc import Iterable, Mapping

from gongkai.documents.formats.xmltext import Element, local
from gongkai.documents.masking.masker import Masker

LONGEST = 31  # characters a sheet may be called in Excel; what it forbids (\ / ? * [ ] :) no mask puts there
# 'a name in quotes'! or a bare one: the latter ends where an operator or a bracket begins.
_CALLED = re.compile(r"'((?:[^']|'')+)'!|([^\s'!(),;:+\-*/^&=<>{}\[\]\"]+)!")
# The same in OpenDocument: 'a name in quotes'. or a bare one, each perhaps behind a dollar.
_DOTTED = re.compile(r"'((?:[^']|'')+)'\.|((?<=[\[.:$= ])|^)([^\s'.()$;:+\-*/^&=<>{}\[\]\"]+)\.")


def new_names(names: Iterable[str], masker: Masker) -> dict[str, str]:
    """Old name → new one for those that need a mask: legal in a workbook, no two alike whatever their case."""
    every = list(names)
    taken = {name.lower() for name in every}
    changed: dict[str, str] = {}
    for name in every:
        fresh = masker.name(name, taken=taken, longest=LONGEST)
        if fresh != name:
            taken.add(fresh.lower())
            changed[name] = fresh
    return changed


def follow(text: str, names: Mapping[str, str]) -> str:
    """A formula of Excel that calls the sheets by their new names (``'a:b'!A1`` too, and inside strings)."""

    def put(match: re.Match[str]) -> str:
        called = (match[1] or match[2]).replace("''", "'")
        parts = called.split(":")
        if not any(part in names for part in parts):
            return match[0]
        fresh = ":".join(names.get(part, part) for part in parts)
        return "'" + fresh.replace("'", "''") + "'!"

    return _CALLED.sub(put, text) if "!" in text else text


def follow_all(root: Element, names: Mapping[str, str]) -> bool:
    """Every text and attribute of a part of an XLSX that calls a sheet by name; whether one did."""
    changed = False
    for element in root.iter():
        if not local(element):
            continue
        if element.text and (put := names.get(element.text) or follow(element.text, names)) != element.text:
            element.text, changed = put, True
        for key, value in element.attrib.items():
            put = names.get(str(value), follow(str(value), names))
            if put != value:
                element.set(key, put)
                changed = True
    return changed


def follow_open(root: Element, names: Mapping[str, str]) -> bool:
    """The same in a part of an OpenDocument file; the names themselves included."""

    def put(match: re.Match[str]) -> str:
        called = match[1].replace("''", "'") if match[1] else match[3]
        if called not in names:
            return match[0]
        return f"{match[2] or ''}'" + names[called].replace("'", "''") + "'."

    changed = False
    for element in root.iter():
        if not local(element):
            continue
        if element.text in names:  # settings.xml: which sheet was looked at last
            element.text, changed = names[str(element.text)], True
        for key, value in element.attrib.items():
            fresh = names.get(str(value)) or (_DOTTED.sub(put, str(value)) if "." in str(value) else str(value))
            if fresh != value:
                element.set(key, fresh)
                changed = True
    return changed
