"""Words in 200 000 notices: our index, FTS5 trigram with LIKE, PostgreSQL with pg_trgm; every answer verified.

``python -m bench.search --size 20000`` runs a small one; ``--json FILE`` keeps the raw figures.
"""

import argparse
import json
import math
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.notices import Notice, notices

SIZE = int(os.environ.get("GONGKAI_BENCH_NOTICES", "200000"))
SERVER = os.environ.get("GONGKAI_BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
QUERIES = [
    "招标", "林权", "围标", "磜头", "采购人", "排污权", "中标候选", "河道整治", "公共租赁住房",
    "凤城镇 桥梁加固 招标", "失信 名单 湖头镇",
]  # fmt: skip
MORE = ["镇", "20", "2024", "安政办〔2023〕117号", "投标人须具备有效的营业执照并具有相应的施工资质"]
CAPPED = 10_001
DOMAIN, AGENCY, YEAR = "HC", "a03", 2024
Answer = dict[str, Any]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Median milliseconds of up to seven warm runs (fewer when slow), and the answer."""
    answer, spent = work(), []
    began = time.perf_counter()
    while len(spent) < 7 and (len(spent) < 2 or time.perf_counter() - began < 3):
        start = time.perf_counter()
        answer = work()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent), answer


class Ours:
    """The product's own index and its own code for asking it."""

    name = "ours"

    def __init__(self, folder: Path, rows: Sequence[Notice]) -> None:
        from django.conf import settings

        from gongkai.core import bigrams
        from gongkai.disclosures.queries import SearchableDisclosure
        from gongkai.search import store
        from gongkai.search.queries import SearchFilters

        self.path = settings.SEARCH_INDEX = folder / "search.sqlite3"
        self.filters = SearchFilters(domain=DOMAIN, agency=AGENCY, year=YEAR)
        self.any = SearchFilters()
        start = time.perf_counter()
        for row in rows[:5000]:
            bigrams.grams(row.text)
        self.tokenise = (time.perf_counter() - start) / min(len(rows), 5000) * len(rows)
        start, cpu = time.perf_counter(), time.process_time()
        with store.building(self.path) as (connection, taking_over):
            store.start_bulk(connection)
            connection.execute("BEGIN")
            for n in rows:
                store.put(
                    connection,
                    SearchableDisclosure(
                        id=n.id, public_id=f"00000000-0000-4000-8000-{n.id:012d}", title=n.title,
                        index_number=f"AX-{n.id:07d}", doc_no="", agency_code=n.agency, agency_name=n.agency,
                        township_code=n.township, domain_code=n.domain, item_code=f"{n.domain}-01",
                        item_name="", published_at=n.published_at, status="published", body=n.body, elements="",
                        attachments=[],
                    ),
                )  # fmt: skip
            connection.execute("COMMIT")
            store.finish_bulk(connection)
            with taking_over():
                pass
        self.seconds, self.cpu = time.perf_counter() - start, time.process_time() - cpu
        self.megabytes = self.path.stat().st_size / 1e6
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        self.connection.execute("PRAGMA cache_size = -64000")

    def _asked(self, text: str, filters: Any) -> Any:
        from gongkai.core.bigrams import parse
        from gongkai.search.queries.page import _Asked

        return _Asked(self.connection, parse(text), filters, same=[])

    def page(self, text: str, *, narrowed: bool = False, after: str | None = None) -> list[int]:
        keys, _ = self._asked(text, self.filters if narrowed else self.any)._newest(after, 20)
        marks = ",".join("?" * len(keys))
        sql = f"SELECT key, id, title FROM documents WHERE key IN ({marks})"  # noqa: S608 - question marks
        found = {key: number for key, number, _title in self.connection.execute(sql, keys)}
        return [found[key] for key in keys]

    def total(self, text: str, *, cap: int = CAPPED) -> int:
        asked = self._asked(text, self.any).expression
        return int(
            self.connection.execute(
                "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)", (asked, cap)
            ).fetchone()[0]
        )

    def whole(self, text: str) -> Any:
        from gongkai.search.queries import search

        return search(text)

    def close(self) -> None:
        self.connection.close()


class Trigram:
    """FTS5's own trigram tokenizer; what is shorter than three characters by LIKE, newest first."""

    name = "FTS5 trigram + LIKE"

    def __init__(self, folder: Path, rows: Sequence[Notice]) -> None:
        path = folder / "trigram.sqlite3"
        start, cpu = time.perf_counter(), time.process_time()
        db = self.connection = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -64000")
        db.execute(
            "CREATE TABLE docs (id INTEGER PRIMARY KEY, title TEXT, text TEXT, domain TEXT, agency TEXT, year INT)"
        )
        db.execute("CREATE VIRTUAL TABLE tri USING fts5 (text, content = 'docs', content_rowid = 'id',"
                   " tokenize = 'trigram')")  # fmt: skip
        db.execute("BEGIN")
        values = ((n.id, n.title, n.text, n.domain, n.agency, n.published_at.year) for n in rows)
        db.executemany("INSERT INTO docs VALUES (?, ?, ?, ?, ?, ?)", values)
        db.execute("INSERT INTO tri (tri) VALUES ('rebuild')")
        db.execute("COMMIT")
        db.execute("INSERT INTO tri (tri) VALUES ('optimize')")
        db.execute("CREATE INDEX narrowed ON docs (domain, agency, year, id)")
        db.execute("ANALYZE docs")
        self.seconds, self.cpu = time.perf_counter() - start, time.process_time() - cpu
        self.megabytes = path.stat().st_size / 1e6

    def _where(self, text: str) -> tuple[str, list[str]]:
        long = [w for w in text.split() if len(w) > 2]
        short = [w for w in text.split() if len(w) < 3]
        likes = "".join(" AND docs.text LIKE ?" for _ in short)
        values = [f"%{w}%" for w in short]
        if not long:
            return f"FROM docs WHERE 1{likes}", values
        match = " AND ".join(f'"{w}"' for w in long)
        return f"FROM tri JOIN docs ON docs.id = tri.rowid WHERE tri MATCH ?{likes}", [match, *values]

    def page(self, text: str, *, narrowed: bool = False) -> list[int]:
        where, values = self._where(text)
        if narrowed:
            where += " AND domain = ? AND agency = ? AND year = ?"
            values = [*values, DOMAIN, AGENCY, YEAR]
        order = "tri.rowid" if "tri" in where else "docs.id"
        rows = self.connection.execute(f"SELECT docs.id, title {where} ORDER BY {order} DESC LIMIT 20", values)
        return [row[0] for row in rows]

    def total(self, text: str) -> int:
        where, values = self._where(text)
        sql = f"SELECT count(*) FROM (SELECT 1 {where} LIMIT {CAPPED})"  # noqa: S608 - our own words
        return int(self.connection.execute(sql, values).fetchone()[0])

    def close(self) -> None:
        self.connection.close()


class Postgres:
    """A GIN index of ``pg_trgm`` and LIKE."""

    name = "PostgreSQL pg_trgm"
    DATABASE = "gongkai_bench_search"

    def __init__(self, rows: Sequence[Notice]) -> None:
        import psycopg

        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {self.DATABASE}")
            server.execute(f"CREATE DATABASE {self.DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        db = self.connection = psycopg.connect(SERVER, dbname=self.DATABASE, autocommit=True)
        db.execute("SET work_mem = '256MB'")  # bitmaps that need no second look at whole pages
        start = time.perf_counter()
        db.execute("CREATE EXTENSION pg_trgm")
        db.execute(
            "CREATE TABLE docs (id int PRIMARY KEY, title text, text text, domain text, agency text, year int)"
        )
        with db.cursor().copy("COPY docs FROM STDIN") as copy:
            for n in rows:
                copy.write_row((n.id, n.title, n.text, n.domain, n.agency, n.published_at.year))
        db.execute("SET maintenance_work_mem = '512MB'")
        db.execute("CREATE INDEX grams ON docs USING gin (text gin_trgm_ops)")
        db.execute("CREATE INDEX narrowed ON docs (domain, agency, year, id)")
        db.execute("VACUUM ANALYZE docs")
        self.seconds, self.cpu = time.perf_counter() - start, math.nan  # spent in the server
        size = db.execute("SELECT pg_total_relation_size('docs')").fetchone()
        self.megabytes = size[0] / 1e6 if size else math.nan

    def _where(self, text: str) -> tuple[str, list[Any]]:
        words = text.split()
        # Two characters are no trigram. Left alone, the planner then reads the whole GIN index, for seconds.
        useful = "on" if any(len(w) > 2 for w in words) else "off"
        self.connection.execute(f"SET enable_bitmapscan = {useful}")
        return "FROM docs WHERE " + " AND ".join("text LIKE %s" for _ in words), [f"%{w}%" for w in words]

    def page(self, text: str, *, narrowed: bool = False) -> list[int]:
        where, values = self._where(text)
        if narrowed:
            where += " AND domain = %s AND agency = %s AND year = %s"
            values += [DOMAIN, AGENCY, YEAR]
        rows = self.connection.execute(f"SELECT id, title {where} ORDER BY id DESC LIMIT 20", values)
        return [row[0] for row in rows]

    def total(self, text: str) -> int:
        where, values = self._where(text)
        sql = f"SELECT count(*) FROM (SELECT 1 {where} LIMIT {CAPPED}) t"  # noqa: S608 - our own words
        row = self.connection.execute(sql, values).fetchone()
        return int(row[0]) if row else -1

    def close(self) -> None:
        import psycopg

        self.connection.close()
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {self.DATABASE}")


def scan(rows: Sequence[Notice], text: str) -> list[int]:
    """The ids of the notices with every word, by looking at all of them."""
    words = text.split()
    return [n.id for n in rows if all(w in n.text for w in words)]


def measure(engine: Any, rows: Sequence[Notice], truth: dict[str, list[int]]) -> dict[str, list[float]]:
    """Milliseconds of page, narrowed page and total for each query; a wrong answer stops the bench."""
    kept = {n.id for n in rows if (n.domain, n.agency, n.published_at.year) == (DOMAIN, AGENCY, YEAR)}
    found = {}
    for text in QUERIES:
        page, ids = timed(lambda text=text: engine.page(text))
        narrowed, narrowed_ids = timed(lambda text=text: engine.page(text, narrowed=True))
        total, number = timed(lambda text=text: engine.total(text))
        expected = truth[text][::-1]
        wrong = (ids, narrowed_ids, number) != (
            expected[:20], [i for i in expected if i in kept][:20], min(len(expected), CAPPED)
        )  # fmt: skip
        if wrong:
            raise AssertionError(f"{engine.name} answered {text} wrongly")
        found[text] = [page, narrowed, total]
        print(f"{engine.name}: {text} {page:.2f} / {narrowed:.2f} / {total:.2f} ms", flush=True)
    return found


def everyday(ours: Ours, rows: Sequence[Notice]) -> tuple[int, int]:
    """How many everyday terms there are, and for how many our whole count is the scan's."""
    from tests.core.test_bigrams import RARE, TERMS

    terms = [*TERMS, *RARE]
    texts = [n.text for n in rows]
    agreed = sum(ours.total(t, cap=len(rows) + 1) == sum(t in text for text in texts) for t in terms)
    return len(terms), agreed


def raw(size: int) -> Answer:
    """Every figure of one run."""
    rows = list(notices(size))
    truth = {text: scan(rows, text) for text in QUERIES}
    mean = statistics.mean(len(n.body) for n in rows)
    found: Answer = {"size": size, "mean title": statistics.mean(len(n.title) for n in rows), "mean body": mean}
    found["hits"] = {text: len(ids) for text, ids in truth.items()}
    with tempfile.TemporaryDirectory() as name:
        for make in (lambda: Ours(Path(name), rows), lambda: Trigram(Path(name), rows), lambda: Postgres(rows)):
            engine: Any = make()
            built = {
                "seconds": engine.seconds,
                "CPU seconds": engine.cpu,
                "per second": size / engine.seconds,
                "MB": engine.megabytes,
            }
            found[engine.name] = {"built": built, "ms": measure(engine, rows, truth)}
            print(f"{engine.name}: {built}", flush=True)
            if isinstance(engine, Ours):
                found["ours"] |= _alone(engine, rows)
            engine.close()
    return found


def _alone(ours: Ours, rows: Sequence[Notice]) -> Answer:
    """What has no counterpart: the page as the reader gets it, odd queries, a deep page, one replacement."""
    from gongkai.search import store

    terms, agreed = everyday(ours, rows)
    deep = str(ours.page("招标")[0] and _key_at(ours, len(rows) // 2))
    more = {t: [timed(lambda t=t: ours.page(t))[0], timed(lambda t=t: ours.total(t))[0]] for t in MORE}
    with store.writing(ours.path) as connection:
        assert connection is not None  # noqa: S101
        start = time.perf_counter()
        for n in rows[:: max(1, len(rows) // 200)]:
            store.remove(connection, n.id)
        gone = (time.perf_counter() - start) / 200 * 1000
    return {
        "tokenise seconds": ours.tokenise,
        "terms": terms,
        "terms agreed": agreed,
        "search() with extracts ms": {t: timed(lambda t=t: ours.whole(t))[0] for t in QUERIES + MORE},
        "page / total ms": more,
        "deep page ms": timed(lambda: ours.page("招标", after=deep))[0],
        "removal ms": gone,
    }


def _key_at(ours: Ours, n: int) -> int:
    return int(ours.connection.execute("SELECT key FROM documents WHERE id = ?", (n,)).fetchone()[0])


def _built(built: Answer) -> str:
    cpu = "" if math.isnan(built["CPU seconds"]) else f" ({built['CPU seconds']:.0f} s of processor time)"
    return f"{built['per second']:.0f}/s{cpu}, {built['MB']:.0f} MB"


def rows_of(found: Answer) -> list[Answer]:
    """The figures as rows of ``docs/performance.md``."""
    engines = ["ours", Trigram.name, Postgres.name]
    table = [
        {
            "work": f"build, {found['size']} notices (their text included)",
            **{e: _built(found[e]["built"]) for e in engines},
        }
    ]
    for text, hits in found["hits"].items():
        row: Answer = {"work": f"{text} ({hits}): newest 20 / narrowed / total, ms"}
        row |= {
            e: " / ".join(f"{ms:.2g}" if ms < 10 else f"{ms:.0f}" for ms in found[e]["ms"][text]) for e in engines
        }
        row["whole page with extracts"] = f"{found['ours']['search() with extracts ms'][text]:.1f} ms"
        table.append(row)
    for n, what in enumerate(("newest 20", "narrowed", "total")):
        means = {e: math.exp(statistics.mean(math.log(ms[n]) for ms in found[e]["ms"].values())) for e in engines}
        worst = {e: max(ms[n] for ms in found[e]["ms"].values()) for e in engines}
        table.append(
            {
                "work": f"{what}: geometric mean, worst",
                **{e: f"{means[e]:.2g} ms, {worst[e]:.3g} ms" for e in engines},
                "ratio": ", ".join(f"{means[e] / means['ours']:.0f}×" for e in engines[1:]),
            }
        )
    agreed = f"{found['ours']['terms agreed']} of {found['ours']['terms']}"
    table.append(
        {"work": "everyday terms and rare characters whose total is that of a substring scan", "ours": agreed}
    )
    return table


def run(size: int = SIZE) -> list[dict[str, Any]]:
    """Build the three, verify every answer, and return the rows."""
    import django

    django.setup()
    return rows_of(raw(size))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.config.settings")
    import django

    django.setup()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    figures = raw(asked.size)
    if asked.json:
        asked.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    from bench.__main__ import table

    sys.stdout.write(table(rows_of(figures)) + "\n")
