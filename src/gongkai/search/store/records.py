"""What stands in the index: the documents, their texts as stored, and their grams.

The table of grams is contentless: SQLite keeps the index alone, and to take a document out it must be told the
very tokens that went in. They are made again from the stored text, which is kept for the extracts anyway; that is
safe because an index is only used by the folding that made it (``FORM``).
"""

import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from django.utils import timezone

from gongkai.core import bigrams
from gongkai.core.bigrams import compact, pieces, unwrapped
from gongkai.core.vocabulary import DisclosureStatus
from gongkai.disclosures.queries import SearchableDisclosure
from gongkai.search.store.plain import plain

FORM = f"3/{bigrams.VERSION}"
"""The form of the file: of its tables and of the folding. Another form is another index."""

EVERYTHING = "xall"
FIELDS = {
    "domain": "d", "item": "i", "stage": "s", "exchange_type": "e", "agency": "a", "township": "t", "year": "y",
    "status": "p",
}  # fmt: skip
"""The filters, each with the letter that its tokens begin with."""

# Keys ascend with publication: each day begins a block of 4 096, and a fuller day runs on into the next blocks.
# Keys close together keep the index small: it stores the differences.
_BLOCK = 4_096
_EPOCH = date(2000, 1, 1)
_SCHEMA = """
CREATE TABLE state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE documents (
  key INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, public_id TEXT NOT NULL,
  title TEXT NOT NULL, index_number TEXT NOT NULL, doc_no TEXT NOT NULL,
  index_key TEXT NOT NULL, doc_key TEXT NOT NULL,
  domain TEXT NOT NULL, item TEXT NOT NULL, item_name TEXT NOT NULL, stage TEXT NOT NULL,
  exchange_type TEXT NOT NULL, agency TEXT NOT NULL, agency_name TEXT NOT NULL, discloser TEXT NOT NULL,
  discloser_uscc TEXT NOT NULL,
  township TEXT NOT NULL, year TEXT NOT NULL, status TEXT NOT NULL, published_at TEXT NOT NULL, text BLOB NOT NULL
);
CREATE INDEX documents_index_key ON documents (index_key);
CREATE INDEX documents_doc_key ON documents (doc_key) WHERE doc_key <> '';
CREATE TABLE pages (key INTEGER NOT NULL, n INTEGER NOT NULL, file TEXT NOT NULL, label TEXT NOT NULL, text BLOB);
CREATE INDEX pages_key ON pages (key, n);
-- body first: the first column is written without its number, at each of its hundreds of words
CREATE VIRTUAL TABLE words USING fts5 (
  body, title, elements, attachments, number, meta, content = '', tokenize = 'ascii'
);
"""

Page = tuple[str, str, str]  # file, label of the page, text


class Kept(NamedTuple):
    """One document as it stands in the table ``documents``, column by column."""

    key: int
    id: int
    public_id: str
    title: str
    index_number: str
    doc_no: str
    index_key: str
    doc_key: str
    domain: str
    item: str
    item_name: str
    stage: str
    exchange_type: str
    agency: str
    agency_name: str
    discloser: str
    discloser_uscc: str
    township: str
    year: str
    status: str
    published_at: str
    text: bytes


COLUMNS = ", ".join(Kept._fields)
_INSERT = f"INSERT INTO documents ({COLUMNS}) VALUES ({', '.join('?' * len(Kept._fields))})"  # noqa: S608 - our own names
_SELECT = f"SELECT {COLUMNS} FROM documents WHERE id = ?"  # noqa: S608 - our own names


def create(path: Path) -> None:
    """Make an empty index at position 0 in a new file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        connection.execute("INSERT INTO state VALUES ('form', ?), ('position', 0), ('behind', 0)", (FORM,))
    finally:
        connection.close()


def position(connection: sqlite3.Connection) -> int:
    """The last event this index has taken in."""
    return int(connection.execute("SELECT value FROM state WHERE name = 'position'").fetchone()[0])


def move_to(connection: sqlite3.Connection, position: int, *, is_behind: bool = False) -> None:
    """Say that every event up to ``position`` is taken in, and whether there were more by then."""
    connection.execute("UPDATE state SET value = ? WHERE name = 'position'", (position,))
    connection.execute("UPDATE state SET value = ? WHERE name = 'behind'", (int(is_behind),))


def is_behind(connection: sqlite3.Connection) -> bool:
    """Whether events were waiting when this index last took some in: it is being filled, and may lack some."""
    return bool(connection.execute("SELECT value FROM state WHERE name = 'behind'").fetchone()[0])


def count(connection: sqlite3.Connection) -> int:
    """How many documents are in the index."""
    return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])


def start_bulk(connection: sqlite3.Connection) -> None:
    """Prepare a new index for being filled at once: nothing is synced, large batches, no merging on the way."""
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -64000")
    connection.execute("INSERT INTO words (words, rank) VALUES ('hashsize', 67108864)")
    connection.execute("INSERT INTO words (words, rank) VALUES ('automerge', 0)")


def finish_bulk(connection: sqlite3.Connection) -> None:
    """Merge a filled index into one piece and put it on the disk."""
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")
    connection.execute("INSERT INTO words (words, rank) VALUES ('hashsize', 1048576)")
    connection.execute("INSERT INTO words (words, rank) VALUES ('automerge', 4)")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA journal_mode = WAL")


def put(connection: sqlite3.Connection, found: SearchableDisclosure) -> bool:
    """Put a disclosure in, in place of what was there about it; False when that was the same already.

    What is not in force (withdrawn, expired) goes in as a stub: title, numbers and codes, no text.
    """
    held = _held(connection, found.id)
    kept, pages = _kept(found), _pages(found)
    if held is not None:
        before, before_pages = held
        if (kept._replace(key=before.key), pages) == (before, before_pages):
            return False
        _take_out(connection, before, before_pages)
    if held is not None and before.published_at == kept.published_at:
        kept = kept._replace(key=before.key)
    else:
        kept = kept._replace(key=_free(connection, kept.key))
    connection.execute(_INSERT, kept)
    connection.executemany(
        "INSERT INTO pages VALUES (?, ?, ?, ?, ?)",
        [(kept.key, n, file, label, _pack(text)) for n, (file, label, text) in enumerate(pages)],
    )
    connection.execute(
        "INSERT INTO words (rowid, body, title, elements, attachments, number, meta) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (kept.key, *_tokens(kept, pages)),
    )
    return True


def remove(connection: sqlite3.Connection, disclosure_id: int) -> bool:
    """Take a disclosure out; False when it was not there."""
    held = _held(connection, disclosure_id)
    if held is None:
        return False
    _take_out(connection, *held)
    return True


def kept_text(kept: Kept) -> tuple[str, str, str]:
    """The summary, the body and the elements of a document, as plain text."""
    summary, body, elements = json.loads(zlib.decompress(kept.text))
    return summary, body, elements


def pages_of(connection: sqlite3.Connection, key: int) -> Iterator[Page]:
    """The attachments of a document page by page; a file without text is one page with an empty label."""
    for file, label, text in connection.execute(
        "SELECT file, label, text FROM pages WHERE key = ? ORDER BY n", (key,)
    ):
        yield file, label, zlib.decompress(text).decode()


def filter_token(name: str, value: str) -> str:
    """The token of the column ``meta`` that stands for ``value`` of the filter ``name``."""
    return f"x{FIELDS[name]}{value.encode(errors='replace').hex()}"


def _pack(text: str) -> bytes:
    return zlib.compress(text.encode(errors="replace"), 5)


def _held(connection: sqlite3.Connection, disclosure_id: int) -> tuple[Kept, list[Page]] | None:
    row = connection.execute(_SELECT, (disclosure_id,)).fetchone()
    return (Kept(*row), list(pages_of(connection, row[0]))) if row else None


def _kept(found: SearchableDisclosure) -> Kept:
    readable = found.status == DisclosureStatus.PUBLISHED
    texts = (found.summary, plain(found.body), found.elements) if readable else ("", "", "")
    return Kept(
        key=_first_key(found.published_at),
        id=found.id,
        public_id=found.public_id,
        title=found.title,
        index_number=found.index_number,
        doc_no=found.doc_no,
        index_key=compact(found.index_number),
        doc_key=compact(found.doc_no),
        domain=found.domain_code,
        item=found.item_code,
        item_name=found.item_name,
        stage=found.stage,
        exchange_type=found.exchange_type,
        agency=found.agency_code,
        agency_name=found.agency_name,
        discloser=found.discloser_name,
        discloser_uscc=found.discloser_uscc,
        township=found.township_code,
        year=str(timezone.localtime(found.published_at).year),
        status=found.status,
        published_at=found.published_at.isoformat(),
        text=_pack(json.dumps(texts, ensure_ascii=False)),
    )


def _pages(found: SearchableDisclosure) -> list[Page]:
    if found.status != DisclosureStatus.PUBLISHED:
        return []
    return [
        (name, label, unwrapped(text).encode(errors="replace").decode())
        for name, pages in found.attachments
        for label, text in pages or [("", "")]
    ]


def _tokens(kept: Kept, pages: Sequence[Page]) -> tuple[str, ...]:
    """The tokens of the columns body, title, elements, attachments, number and meta."""
    summary, body, elements = kept_text(kept)
    files = dict.fromkeys(file for file, _, _ in pages)
    marks = [filter_token(name, value) for name in FIELDS if (value := str(getattr(kept, name)))]
    return (
        pieces([summary, body]),
        pieces([kept.title]),
        pieces([kept.doc_no, kept.discloser, kept.discloser_uscc, elements]),
        pieces([*files, *(text for _, _, text in pages)]),
        pieces([kept.index_number]),
        " ".join([EVERYTHING, *marks]),
    )


def _take_out(connection: sqlite3.Connection, kept: Kept, pages: Sequence[Page]) -> None:
    connection.execute(
        "INSERT INTO words (words, rowid, body, title, elements, attachments, number, meta)"
        " VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)",
        (kept.key, *_tokens(kept, pages)),
    )
    connection.execute("DELETE FROM pages WHERE key = ?", (kept.key,))
    connection.execute("DELETE FROM documents WHERE key = ?", (kept.key,))


def _first_key(moment: datetime) -> int:
    return (timezone.localtime(moment).date() - _EPOCH).days * _BLOCK


def _free(connection: sqlite3.Connection, first: int) -> int:
    """The next key of the day that begins at ``first``: the order of arrival within the day."""
    while True:
        last = connection.execute(
            "SELECT max(key) FROM documents WHERE key >= ? AND key < ?", (first, first + _BLOCK)
        ).fetchone()[0]
        if last is None:
            return first
        first += _BLOCK
        if last + 1 < first:
            return int(last) + 1
