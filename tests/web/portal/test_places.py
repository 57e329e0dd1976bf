"""An applicant finds her own place; nobody finds another's. Every receipt and ending here is invented."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from gongkai.documents.actions import Applicant, forget_lookups, load_applicants, look_up_place, lookups
from gongkai.documents.actions.lookups import TooManyLookupsError
from gongkai.documents.models import ApplicantList, LookupCount

pytestmark = pytest.mark.django_db
RECEIPT, ENDING = "ZF2026-00117", "021X"
PAIR = {"receipt": RECEIPT, "last_four": ENDING}


@pytest.fixture(autouse=True)
def _own_key(settings: Any, tmp_path: Path) -> None:
    settings.APPLICANT_KEY = str(tmp_path / "applicants.key")


@pytest.fixture
def listed() -> ApplicantList:
    rows = [
        Applicant(RECEIPT, ENDING, 17, points="86.5", next_step="等待第二批选房"),
        Applicant("ZF2026-00118", "4455", 18),
    ]
    return load_applicants(rows, code="public-rental", title="测试轮候名单", by=None, at=timezone.now())


def ask(client: Client, **said: str) -> Any:
    return client.post("/housing/", {"list": "public-rental", **PAIR, **said})


def test_an_applicant_reads_her_place_her_points_and_what_comes_next(listed: ApplicantList) -> None:
    answer = ask(Client())
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "排在第 17 位" in text
    assert "86.5" in text
    assert "等待第二批选房" in text


def test_blanks_small_letters_and_full_width_digits_make_no_difference(listed: ApplicantList) -> None:
    assert "排在第 17 位" in ask(Client(), receipt=" zf2026-00117 ", last_four="021x").content.decode()


@pytest.mark.parametrize(
    "said",
    [{"last_four": "0218"}, {"receipt": "ZF2026-00999"}, {"receipt": "ZF2026-00118"}],
    ids=["another ending", "no such receipt", "the receipt of another"],
)
def test_what_does_not_fit_together_is_one_and_the_same_answer(
    listed: ApplicantList, said: dict[str, str]
) -> None:
    answer = ask(Client(), **said)
    assert answer.status_code == 200
    assert "没有查到" in answer.content.decode()


def test_the_digits_are_neither_kept_shown_again_nor_logged(
    listed: ApplicantList, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as asked:
        answers = [ask(Client()), ask(Client(), last_four="0218"), ask(Client(), last_four="12345")]
    for answer in answers:
        assert RECEIPT not in answer.content.decode()
        assert ENDING not in answer.content.decode()
        assert answer["Cache-Control"] == "private, no-store"
        assert not answer.cookies
    assert not any(RECEIPT in query["sql"] or ENDING in query["sql"] for query in asked.captured_queries)
    assert RECEIPT not in caplog.text.replace("SELECT", "")
    assert not ApplicantList.objects.filter(rows__digest__contains=RECEIPT).exists()


def test_digits_in_the_address_are_not_read(listed: ApplicantList) -> None:
    answer = Client().get("/housing/", {"list": "public-rental", **PAIR})
    assert "排在第" not in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("last_four", "", "后四位"),
        ("last_four", "12345", "应为四位"),
        ("last_four", "12Y4", "应为四位"),
        ("receipt", "", "请填写申请回执号"),
        ("receipt", "9" * 61, "回执号太长"),
        ("list", "another", "停止查询"),
    ],
)
def test_a_form_that_cannot_be_asked_says_what_to_fill_in(
    listed: ApplicantList, field: str, value: str, said: str
) -> None:
    answer = ask(Client(), **{field: value})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_list_whose_time_is_over_is_neither_shown_nor_answered(listed: ApplicantList) -> None:
    ApplicantList.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    page = Client().get("/housing/").content.decode()
    assert listed.title not in page
    assert "没有开放查询的名单" in page
    assert ask(Client()).status_code == 422


def test_whoever_asks_too_often_is_told_when_to_come_again(
    listed: ApplicantList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "FROM_ONE_ADDRESS", 3)
    client = Client()
    for n in range(3):
        assert ask(client, receipt=f"ZF2026-1000{n}").status_code == 200
    refused = ask(client)
    assert refused.status_code == 429
    assert refused["Retry-After"] == "600"
    assert "10分钟" in refused.content.decode()
    assert "排在第" not in refused.content.decode()
    assert ask(Client(REMOTE_ADDR="203.0.113.9")).status_code == 200  # another house is not made to wait


NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def guess(n: int, *, at: datetime = NOON, receipt: str = RECEIPT) -> object:
    return look_up_place("public-rental", receipt=receipt, last_four=f"{n:04}", address=f"203.0.113.{n}", at=at)


def test_one_network_tries_few_endings_of_a_receipt_and_shuts_nobody_else_out(listed: ApplicantList) -> None:
    for n in range(lookups.ABOUT_ONE_RECEIPT):
        assert guess(n) is None
    with pytest.raises(TooManyLookupsError, match="24小时"):
        guess(99)
    with pytest.raises(
        TooManyLookupsError
    ):  # the right ending is of no use there now, and a blank is no way round
        look_up_place("public-rental", receipt=f" {RECEIPT}", last_four=ENDING, address="203.0.113.200", at=NOON)
    hers = look_up_place("public-rental", receipt=RECEIPT, last_four=ENDING, address="198.51.100.7", at=NOON)
    assert hers is not None
    assert guess(1, receipt="ZF2026-00118") is None
    assert guess(1, at=NOON + timedelta(days=1)) is None


def test_many_networks_trying_one_receipt_get_fewer_tries_each_and_the_applicant_hers(
    listed: ApplicantList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "TRIED_RECEIPT", 5)
    said = {"receipt": RECEIPT, "at": NOON}
    for n in range(5):
        look_up_place("public-rental", last_four=f"{n:04}", address=f"10.0.{n}.1", **said)  # type: ignore[arg-type]
    for n in range(lookups.WHEN_TRIED):
        look_up_place("public-rental", last_four=f"{n:04}", address="10.1.0.1", **said)  # type: ignore[arg-type]
    with pytest.raises(TooManyLookupsError):
        look_up_place("public-rental", last_four="0009", address="10.1.0.99", **said)  # type: ignore[arg-type]
    assert look_up_place("public-rental", last_four=ENDING, address="198.51.100.7", **said)  # type: ignore[arg-type]


def test_a_list_asked_by_many_leaves_everybody_some_questions(
    listed: ApplicantList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "BUSY_LIST", 2)
    for n in range(2):
        guess(n, receipt=f"R{n}")
    for n in range(lookups.WHEN_BUSY):
        assert guess(9, receipt=f"S{n}") is None
    with pytest.raises(TooManyLookupsError, match="10分钟"):
        guess(9, receipt="S9")
    assert look_up_place("public-rental", receipt=RECEIPT, last_four=ENDING, address="198.51.100.7", at=NOON)


def test_one_network_asks_for_so_many_receipts_a_day(
    listed: ApplicantList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "FROM_ONE_CALLER", 3)
    for n in range(3):
        guess(n, receipt=f"R{n}")
    with pytest.raises(TooManyLookupsError, match="24小时"):
        guess(4, receipt="R4")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("", ""),
    ],
)
def test_a_caller_is_a_network(address: str, network: str) -> None:
    assert lookups.neighbourhood(address) == network


def test_counts_tell_nobody_who_asked_and_are_forgotten(listed: ApplicantList) -> None:
    guess(1)
    assert LookupCount.objects.count() == 5
    assert not any("203.0.113" in row.key or RECEIPT in row.key for row in LookupCount.objects.all())
    assert forget_lookups(at=NOON + timedelta(hours=19)) == 0
    assert forget_lookups(at=NOON + timedelta(days=2)) == 5


def test_a_receipt_that_exists_costs_the_same_work_as_one_that_does_not(listed: ApplicantList) -> None:
    def statements(**said: str) -> Iterator[str]:
        with CaptureQueriesContext(connection) as asked:
            ask(Client(), **said)
        return (query["sql"].split(" ", 1)[0] for query in asked.captured_queries)

    found, missing = list(statements()), list(statements(last_four="0218"))
    assert found == missing == list(statements(receipt="ZF2026-00999"))
    assert len(found) <= 22


def test_the_page_opens_in_english_too(listed: ApplicantList) -> None:
    with translation.override("zh-hans"):  # the page's language does not outlive the test
        assert Client().get("/en/housing/").status_code == 200
