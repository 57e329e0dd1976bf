"""Where in a document the words stand, as short marked extracts."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from django.utils.translation import gettext as _

from gongkai.core.bigrams import contains, snippets
from gongkai.search.store import Kept, kept_text, pages_of

MOST = 3
WIDTH = 90
PAGES_FOR_MORE = 50
"""How many pages are looked through for a word that was already shown elsewhere."""

Extract = tuple[str, str]
_Look = tuple[Callable[[str, str], bool], int, Iterator[tuple[int, tuple[str, str | None, str]]]]


def _pages(most: int) -> Callable[[], Iterator[int]]:
    return lambda: iter(range(most))


@dataclass
class Patience:
    """How many pages of attachments may still be looked through for one page of results."""

    written: Iterator[int] = field(default_factory=_pages(10_000))
    folded: Iterator[int] = field(default_factory=_pages(1_000))


def _texts(kept: Kept) -> list[Extract]:
    return list(zip((_("内容概述"), _("正文"), _("要素")), kept_text(kept), strict=True))


def _files(connection: sqlite3.Connection, key: int) -> Iterator[tuple[str, str | None, str]]:
    """Every attachment's name, then its pages: (file, label of the page or None for the name, text)."""
    last = ""
    for file, label, text in pages_of(connection, key):
        if file != last:
            yield file, None, file
            last = file
        yield file, label, text


def _where(file: str, label: str | None) -> str:
    return _("附件名称") if label is None else _("附件“%(file)s” %(page)s") % {"file": file, "page": label}


def extracts(
    connection: sqlite3.Connection, kept: Kept, words: Sequence[str], patience: Patience
) -> list[Extract]:
    """Up to three (where, HTML) pairs that together show as many of the folded ``words`` as possible.

    An attachment is named with its page, as long as ``patience`` lasts; after that, only that the word is in one.
    A document that shows no word outside its title gives the beginning of its text.
    """
    missing = {word for word in words if not contains(kept.title, word)}
    shown: list[Extract] = []
    texts = _texts(kept)
    unit = f"{kept.discloser} {kept.discloser_uscc}".strip()
    numbers = [(_("文号"), kept.doc_no), (_("索引号"), kept.index_number)]
    for where, text in [*texts, (_("发布单位"), unit), *numbers]:
        here = [word for word in words if contains(text, word)]
        cuts = _cuts(text, here, missing=missing, again=not shown, room=MOST - len(shown))
        shown += [(where, cut) for cut in cuts]
    looked = _looked_through(connection, kept.key, patience)
    shown += _in_files(looked, words, missing=missing, room=MOST - len(shown))
    if missing and not shown:
        return [(_("附件"), escape(_("要找的字在附件里。附件页数很多,请打开附件查找。")))]
    return shown or _beginning(texts)


def _looked_through(connection: sqlite3.Connection, key: int, patience: Patience) -> list[_Look]:
    """Twice, at most: letter by letter, which is quick; then folded, for a word that is written otherwise."""
    return [
        (_is_written, PAGES_FOR_MORE, zip(patience.written, _files(connection, key), strict=False)),
        (contains, 0, zip(patience.folded, _files(connection, key), strict=False)),
    ]


def _in_files(looks: list[_Look], words: Sequence[str], *, missing: set[str], room: int) -> list[Extract]:
    """Extracts of the attachments for the words still missing, or one for a word that was shown elsewhere."""
    shown: list[Extract] = []
    for stands_in, enough, pages in looks:
        for read, (_left, (file, label, text)) in enumerate(pages):
            if len(shown) == room or (not missing and (shown or read >= enough)):
                return shown
            here = [word for word in words if stands_in(text, word)]
            again = label is not None and not shown
            cuts = _cuts(text, here, missing=missing, again=again, room=room - len(shown))
            shown += [(_where(file, label), cut) for cut in cuts]
    return shown


def _is_written(text: str, word: str) -> bool:
    return word in text


def _cuts(text: str, here: Sequence[str], *, missing: set[str], again: bool, room: int) -> list[str]:
    """Extracts for the words ``here`` that are still ``missing``, which shrink; or, ``again``, for any of them."""
    new = [word for word in here if word in missing]
    if not room or not (new or (again and here)):
        return []
    missing.difference_update(new)
    return snippets(text, new or here, width=WIDTH, most=room if new else 1)


def _beginning(texts: list[Extract]) -> list[Extract]:
    for where, text in texts:
        if text:
            start = " ".join(text[: 2 * WIDTH].split())
            return [(where, escape(start[:WIDTH]) + ("…" if len(start) > WIDTH else ""))]
    return []
