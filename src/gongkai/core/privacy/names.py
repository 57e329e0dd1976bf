"""Names of files, folders and sheets: shown with whatever they name, so nothing personal may stay in them."""

import re
from collections.abc import Collection

from gongkai.core.privacy.scan import Rules, masked, scan_hits

# Most names cannot hold anything the detectors know: five digits close together, an address or a mailbox are asked
# for before they are called.
_TELLING = re.compile(r"\d(?:[^\d一-龥A-Za-z]{0,3}\d){4}|[@﹫@]|[号室栋幢户住]|\d[A-Za-z\d]{4}")


def masked_place(place: str, rules: Rules) -> str:
    """A place as it may be stored, shown and logged: names of sheets and files in it are masked like values."""
    return _put(place, rules) if _TELLING.search(place) else place


def masked_name(name: str, rules: Rules, *, taken: Collection[str] = (), longest: int = 200) -> str:
    """``name`` masked with the character the county uses in names (``×``), which no program refuses there.

    The ending of a file's name stays. A name among ``taken`` gets a number; the result has at most ``longest``
    characters. A name that needs no mask comes back as it is.
    """
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or not re.fullmatch(r"[A-Za-z0-9]{1,5}", ending):
        stem, dot, ending = name, "", ""
    put = _put(stem, rules)
    if put == stem:
        return name
    put = put.replace("*", rules.name_mark) or rules.name_mark
    number, end = 1, dot + ending
    while (fresh := put[: longest - len(end)] + end) in taken or fresh.lower() in taken:
        number += 1
        end = f"({number}){dot}{ending}"
    return fresh


def _put(text: str, rules: Rules) -> str:
    for start, end, put in reversed(masked(text, scan_hits(text, rules), rules.formats)):
        text = text[:start] + put + text[end:]
    return text
