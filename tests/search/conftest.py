"""An index of its own for every test, and documents made by one plain call."""

import itertools
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gongkai.disclosures.queries import SearchableDisclosure
from gongkai.search import store

_count = itertools.count(1)
BEGIN = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def entry(number: int | None = None, *, day: int = 0, **facts: Any) -> SearchableDisclosure:
    """A public disclosure as a follower reads it, ``day`` days after the beginning; all invented."""
    number = number or next(_count)
    return SearchableDisclosure(
        **{
            "id": number,
            "public_id": f"00000000-0000-4000-8000-{number:012d}",
            "title": "测试公告",
            "index_number": f"CS09001-3004-2026-{number:05d}",
            "doc_no": "",
            "agency_code": "czj",
            "agency_name": "测试财政局",
            "township_code": "",
            "domain_code": "GP",
            "item_code": "GP-01",
            "item_name": "测试事项",
            "published_at": BEGIN + timedelta(days=day),
            "status": "published",
            "body": "",
            "elements": "",
            "attachments": [],
            "summary": "",
            "stage": "result",
            "exchange_type": "result",
            **facts,
        }
    )


@pytest.fixture
def index(tmp_path: Path, settings: Any) -> Path:
    """The path of an index that does not exist yet."""
    settings.SEARCH_INDEX = tmp_path / "search.sqlite3"
    return settings.SEARCH_INDEX


@pytest.fixture
def fill(index: Path) -> Callable[[Iterable[SearchableDisclosure]], None]:
    """fill(entries): put them in, in one transaction."""

    def put(entries: Iterable[SearchableDisclosure]) -> None:
        with store.writing(index) as connection:
            assert connection is not None
            for found in entries:
                store.put(connection, found)

    return put
