"""Pages kept for readers outlive what happens inside the offices, and nothing that changes public pages."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from gongkai.agencies.actions.signing_in import record_refusal
from gongkai.core.vocabulary import EventKind
from gongkai.events.actions import announce
from gongkai.web.portal.moved import INSIDE, last_public_event

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def happen(kind: EventKind) -> int:
    with transaction.atomic():
        return announce(kind, subject="test:1", at=NOW).position


@pytest.mark.parametrize("kind", list(EventKind))
def test_only_what_changes_public_pages_moves_them(kind: EventKind) -> None:
    before = happen(EventKind.PROFILE_LOADED)
    assert last_public_event() == before
    after = happen(kind)
    assert last_public_event() == (before if kind in INSIDE else after)


def test_publication_and_the_clocks_are_not_inside() -> None:
    assert not {kind for kind in INSIDE if kind.startswith(("obligation.", "catalogue.", "calendar.", "profile."))}
    public = ("published", "corrected", "withdrawn", "expired", "version_withheld", "first_publication_recorded")
    assert not {f"disclosure.{what}" for what in public} & INSIDE


def test_a_refused_sign_in_leaves_the_kept_page_and_it_costs_one_query() -> None:
    happen(EventKind.PROFILE_LOADED)
    last_public_event()
    record_refusal("nobody", address="192.0.2.1", at=NOW)
    last_public_event()
    with CaptureQueriesContext(connection) as asked:
        last_public_event()
    assert len(asked) == 1


def test_another_database_than_before_is_read_anew() -> None:
    cache.set("public-position", (10**9, 10**9), None)
    assert last_public_event() < 10**9
    after = happen(EventKind.PROFILE_LOADED)
    assert last_public_event() == after
