"""Where in a document the words stand, as short marked extracts."""

import sqlite3
from collections.abc import Iterator, Sequence
from html import escape

from django.utils.translation import gettext as _

from gongkai.core import bigrams
from gongkai.search.store import Kept, kept_text, pages_of

MOST = 3
WIDTH = 90
PAGES_FOR_MORE = 50
"""How many pages are looked through for a word that was already shown elsewhere."""

Extract = tuple[str, str]


def _texts(kept: Kept) -> list[Extract]:
    return list(zip((_("内容概述"), _("正文"), _("要素")), kept_text(kept), strict=True))


def _files(connection: sqlite3.Connection, key: int) -> Iterator[tuple[Extract, bool]]:
    """Every attachment's name, then its pages; the second value is true of a page."""
    last = ""
    for file, label, text in pages_of(connection, key):
        if file != last:
            yield (_("附件名称"), file), False
            last = file
        yield (_("附件“%(file)s” %(page)s") % {"file": file, "page": label}, text), True


def extracts(connection: sqlite3.Connection, kept: Kept, words: Sequence[str]) -> list[Extract]:
    """Up to three (where, HTML) pairs that together show as many of the folded ``words`` as possible.

    An attachment is named with its page. A document that shows no word outside its title gives the beginning of
    its text.
    """
    missing = {word for word in words if not bigrams.contains(kept.title, word)}
    shown: list[Extract] = []
    texts = _texts(kept)
    for where, text in [*texts, (_("文号"), kept.doc_no), (_("索引号"), kept.index_number)]:
        shown += _cuts(where, text, words, missing=missing, again=not shown, room=MOST - len(shown))
    in_files: list[Extract] = []
    for read, ((where, text), is_page) in enumerate(_files(connection, kept.key)):
        room = MOST - len(shown) - len(in_files)
        if not room or (not missing and (in_files or read >= PAGES_FOR_MORE)):
            break
        in_files += _cuts(where, text, words, missing=missing, again=is_page and not in_files, room=room)
    return [*shown, *in_files] or _beginning(texts)


def _cuts(
    where: str, text: str, words: Sequence[str], *, missing: set[str], again: bool, room: int
) -> list[Extract]:
    """Extracts of ``text`` for words still ``missing``, which shrink; or, ``again``, for one shown before."""
    here = [word for word in words if bigrams.contains(text, word)] if room else []
    new = [word for word in here if word in missing]
    if not new and not again:
        return []
    missing.difference_update(new)
    return [(where, cut) for cut in bigrams.snippets(text, new or here, width=WIDTH, most=room if new else 1)]


def _beginning(texts: list[Extract]) -> list[Extract]:
    for where, text in texts:
        if text:
            start = " ".join(text[: 2 * WIDTH].split())
            return [(where, escape(start[:WIDTH]) + ("…" if len(start) > WIDTH else ""))]
    return []
