"""``manage.py verify_log`` over a county's real publications: one altered byte anywhere is found and named."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.catalogue.actions import publish_catalogue
from gongkai.disclosures import actions
from gongkai.disclosures.models import Attachment, Disclosure, Revision
from gongkai.documents.actions import store
from gongkai.ledger import follower
from gongkai.ledger import queries as ledger
from gongkai.verify.command import main as verify
from gongkai.web.logged import rows_unlike_the_log
from tests.cast import agency
from tests.ledger.log import flip, log_dir, overrule
from tests.make import NOW, make_approved, make_disclosure
from tests.overrule import triggers_off

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


@pytest.fixture
def disclosure() -> Disclosure:
    """A published notice with one attachment, its proof ready."""
    revision, (drafter, _, _) = with_attachment()
    published = actions.publish(revision, by=drafter, at=NOW)
    make_disclosure(published.item, title="另一条测试公告")
    follower.publish()
    return published


def with_attachment() -> tuple[Revision, Any]:
    revision, hands = make_approved()
    stored = store(io.BytesIO("测试附件,没有个人信息。".encode()), name="附件.txt", by=hands[0], at=NOW)
    Attachment.objects.create(revision=revision, file=stored, name="附件.txt")
    return revision, hands


def report(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the failing command said."""
    capsys.readouterr()
    with pytest.raises(CommandError, match="核对不符") as failed:
        call_command("verify_log", *words)
    assert failed.value.returncode == 1
    return capsys.readouterr().err


def attachment_path() -> Path:
    stored = Attachment.objects.get().file
    return Path(default_storage.path(f"{stored.sha256[:2]}/{stored.sha256}"))


@pytest.mark.usefixtures("disclosure")
def test_a_log_in_order_is_said_to_be_and_progress_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_log")
    said = capsys.readouterr()
    assert "公开日志核对无误:记录 2 条,已签名公布 2 条,库存正文和附件、页面所据的数据与记录一致。" in said.out
    assert "记录 2/2" in said.err
    call_command("verify_log", "--no-content", verbosity=0)
    said = capsys.readouterr()
    assert "记录 2 条" in said.out
    assert said.err == ""


@pytest.mark.usefixtures("disclosure")
def test_one_byte_of_a_leaf_of_a_tile_and_of_the_head(capsys: pytest.CaptureFixture[str]) -> None:
    flip(log_dir() / "tile/0/000.p/2", 3)
    assert "tile/0/000" in report(capsys)
    flip(log_dir() / "tile/0/000.p/2", 3)
    flip(log_dir() / "checkpoint", 30)
    assert "checkpoint" in report(capsys, "--no-content")
    flip(log_dir() / "checkpoint", 30)
    overrule("UPDATE ledger_leaf SET leaf_hash = record WHERE position = 1")
    assert "leaf:1\t数据库中第 1 条记录被改动" in report(capsys)


@pytest.mark.usefixtures("disclosure")
def test_one_byte_of_a_stored_attachment(capsys: pytest.CaptureFixture[str]) -> None:
    flip(attachment_path(), 5)
    said = report(capsys)
    assert f"attachment:{Attachment.objects.get().pk}\t" in said
    assert "第 0 条" in said
    call_command("verify_log", "--no-content")


@pytest.mark.usefixtures("disclosure")
def test_a_stored_attachment_gone(capsys: pytest.CaptureFixture[str]) -> None:
    attachment_path().unlink()
    assert "的内容缺失(公开日志第 0 条)" in report(capsys)


def altered(statement: str, *values: Any) -> None:
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_one_byte_of_a_revisions_content(disclosure: Disclosure, capsys: pytest.CaptureFixture[str]) -> None:
    revision = disclosure.published_revision
    assert revision is not None
    content = bytes(revision.content or b"").replace("测试正文".encode(), "测试正义".encode())
    altered("UPDATE disclosures_revision SET content = %s WHERE id = %s", content, revision.pk)
    assert f"revision:{revision.pk}\trevision:{revision.pk} 的内容与公开日志第 0 条记录不符" in report(capsys)
    altered("UPDATE disclosures_revision SET content = NULL WHERE id = %s", revision.pk)
    assert f"revision:{revision.pk}" in report(capsys)


@pytest.mark.parametrize("column", ["title", "body", "summary", "doc_no", "reason"])
def test_what_the_page_shows_must_be_what_the_log_has(
    disclosure: Disclosure, capsys: pytest.CaptureFixture[str], column: str
) -> None:
    altered(f"UPDATE disclosures_revision SET {column} = '别的' WHERE id = %s", disclosure.published_revision_id)  # noqa: S608
    said = report(capsys)
    assert f"revision:{disclosure.published_revision_id}" in said
    assert column in said


def test_the_lists_title_and_index_number_must_be_the_logs_too(
    disclosure: Disclosure, capsys: pytest.CaptureFixture[str]
) -> None:
    altered("UPDATE disclosures_disclosure SET title = '别的' WHERE id = %s", disclosure.pk)
    assert f"disclosure:{disclosure.pk} 的 title)" in report(capsys)
    altered("UPDATE disclosures_disclosure SET index_number = 'X' WHERE id = %s", disclosure.pk)
    assert "index_number" in report(capsys)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its columns to their types")
@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("published_at", "昨天", "published_at"),
        ("title", b"\xff", "disclosure:"),
        ("formed_on", "2026-99-99", "数据"),
    ],
)
def test_a_value_of_another_type_is_a_finding_and_no_traceback(
    disclosure: Disclosure, capsys: pytest.CaptureFixture[str], column: str, value: Any, named: str
) -> None:
    altered(f"UPDATE disclosures_disclosure SET {column} = %s WHERE id = %s", value, disclosure.pk)  # noqa: S608
    assert named in report(capsys)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("published_at = '2020-01-01 00:00:00+00:00'", "published_at"),
        ("formed_on = '2019-12-31'", "formed_on"),
        ("doc_no = '假造〔2020〕1号'", "doc_no"),
        ("openness = 'on_request'", "openness"),
        ("status = 'withdrawn', withdrawn_at = published_at, withdrawal_reason = '假'", "status"),
        ("agency_id = (SELECT id FROM agencies_agency WHERE code = 'other')", "agency"),
    ],
)
def test_what_stands_beside_a_signed_proof_must_be_the_logs(
    disclosure: Disclosure, capsys: pytest.CaptureFixture[str], change: str, named: str
) -> None:
    agency("other", "另一测试单位")
    altered(f"UPDATE disclosures_disclosure SET {change} WHERE id = %s", disclosure.pk)  # noqa: S608
    said = report(capsys)
    assert f"disclosure:{disclosure.pk}" in said
    assert named in said


def test_looking_at_the_rows_asks_no_question_for_each_of_them(
    disclosure: Disclosure, django_assert_num_queries: Any
) -> None:
    with CaptureQueriesContext(connection) as few:
        assert list(rows_unlike_the_log()) == []
    for n in range(4):
        make_disclosure(disclosure.item, title=f"再一条测试公告{n}")
    with django_assert_num_queries(len(few)):
        assert list(rows_unlike_the_log()) == []


def test_the_published_checklist_is_held_against_its_leaf(capsys: pytest.CaptureFixture[str]) -> None:

    make_disclosure()
    publish_catalogue(by=None, at=NOW)
    follower.publish()
    call_command("verify_log")
    altered("UPDATE catalogue_catalogueversion SET rows = '[]'")
    assert "catalogue:1" in report(capsys)


@pytest.mark.usefixtures("disclosure")
def test_a_flood_of_findings_is_counted_and_not_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongkai.web.management.commands.verify_log._SHOWN", 1)
    (log_dir() / "tile/0/000.p/2").unlink()
    (log_dir() / "tile/entries/000.p/2").unlink()
    assert "另有 1 处" in report(capsys)


def test_progress_is_rewritten_in_place_on_a_terminal(
    disclosure: Disclosure, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    call_command("verify_log")
    assert "\r记录 2/2" in capsys.readouterr().err
    assert disclosure.status == "published"


def test_what_a_reader_downloads_is_verified_without_this_system(
    disclosure: Disclosure, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    revision = disclosure.published_revision
    assert revision is not None
    proof, content, annex = tmp_path / "a.tlog-proof", tmp_path / "a.json", tmp_path / "附件.txt"
    proof.write_text(ledger.proof_for(disclosure.leaf_position or 0))
    content.write_bytes(bytes(revision.content or b""))
    annex.write_bytes(attachment_path().read_bytes())
    vkey = ledger.state().vkey
    assert verify([str(proof), str(content), str(annex), str(log_dir()), "--vkey", vkey]) == 0
    assert capsys.readouterr().out.count("内容未改动") == 3
    flip(content, 40)
    assert verify([str(proof), str(content)]) == 1
