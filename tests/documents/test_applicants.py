"""我家排第几: digests instead of numbers, whole lists or none."""

import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from gongkai.documents.actions import (
    Applicant,
    ApplicantListError,
    applicant_digest,
    find_applicant,
    load_applicants,
)
from gongkai.documents.models import ApplicantDigest, ApplicantList

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "APPLICANT_KEY", str(tmp_path / "keys" / "applicants.key"))


def load(*rows: Applicant, code: str = "l2026", **facts: object) -> ApplicantList:
    return load_applicants(rows, code=code, title="轮候名单", by=None, at=NOW, **facts)  # type: ignore[arg-type]


def find(receipt: str, last_four: str, *, code: str = "l2026", on: date = TODAY) -> ApplicantDigest | None:
    return find_applicant(code, receipt=receipt, last_four=last_four, on=on)


def test_an_applicant_finds_her_row_however_she_types_it() -> None:
    load(Applicant("ax-001", "123X", 17, "85.5", "3月20日选房"), Applicant("AX-002", "1234", 18))
    row = find(" ＡＸ-００１ ", "123x")
    assert row is not None
    assert (row.place, row.points, row.next_step) == (17, "85.5", "3月20日选房")
    assert find("AX-001", "1234") is None
    assert find("AX-001", "123X", code="other") is None


def test_nothing_of_the_numbers_is_kept_and_the_key_is_the_owners() -> None:
    load(Applicant("AX-001", "123X", 1))
    kept = str(list(ApplicantDigest.objects.values())) + str(list(ApplicantList.objects.values()))
    assert "AX-001" not in kept
    assert "123X" not in kept
    key = Path(settings.APPLICANT_KEY)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = applicant_digest("l2026", "AX-001", "123X")
    assert applicant_digest("l2026", "AX-001", "123X") == before
    assert applicant_digest("l2027", "AX-001", "123X") != before
    key.write_text("another", encoding="ascii")
    assert applicant_digest("l2026", "AX-001", "123X") != before


def test_a_list_that_ended_answers_like_one_that_never_was() -> None:
    load(Applicant("AX-001", "1234", 1), ends_on=TODAY)
    assert find("AX-001", "1234") is not None
    assert find("AX-001", "1234", on=date(2026, 3, 3)) is None


def test_a_new_list_replaces_the_old_one_whole() -> None:
    load(Applicant("AX-001", "1234", 1))
    listed = load(Applicant("AX-002", "1234", 1))
    assert (listed.row_count, find("AX-001", "1234")) == (1, None)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (Applicant(" ", "1234", 1), "回执号"),
        (Applicant("AX-009", "123", 1), "4位"),
        (Applicant("AX-009", "12A4", 1), "4位"),
        (Applicant("AX-009", "1234", 0), "排位"),
        (Applicant("AX-001", "1234", 2), "相同"),
    ],
)
def test_one_wrong_row_and_nothing_is_loaded(row: Applicant, why: str) -> None:
    with pytest.raises(ApplicantListError, match=why):
        load(Applicant("AX-001", "1234", 1), row)
    assert not ApplicantList.objects.exists()


def test_the_key_is_read_once_for_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    load(Applicant("AX-1", "1234", 1))  # the key is made
    reads = []
    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: (reads.append(path), read_bytes(path))[1])
    load(*(Applicant(f"AX-{n}", "1234", n) for n in range(1, 50)))
    assert reads == [Path(settings.APPLICANT_KEY)]
    assert find("AX-49", "1234") is not None
