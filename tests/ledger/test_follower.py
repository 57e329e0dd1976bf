"""The static log: its files, its key, its refusals, and that it comes out the same however it was written."""

import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.transaction import TransactionManagementError

from gongkai.core import merkle
from gongkai.core.notes import Note, VerifierKey
from gongkai.core.proofs import open_checkpoint
from gongkai.core.tiles import places
from gongkai.core.vocabulary import EventKind
from gongkai.events.actions import announce
from gongkai.events.follower import catch_up
from gongkai.ledger import follower
from gongkai.ledger.follower import LogDamagedError, LogKeyError, LogRolledBackError, TilesFollower
from gongkai.ledger.models import Leaf, LogHead
from tests.ledger.log import AT, append, append_many, files_of, flip, log_dir, overrule
from tests.make import make_county

pytestmark = pytest.mark.django_db


def key_file(suffix: str = ".key") -> Path:
    return Path(settings.LEDGER_KEY).with_suffix(suffix)


def head() -> tuple[int, bytes]:
    key = VerifierKey.parse((log_dir() / "log.vkey").read_text())
    found, _ = open_checkpoint((log_dir() / "checkpoint").read_bytes(), key)
    return found.size, found.root


def root_of_rows() -> bytes:
    rows = Leaf.objects.order_by("position").values_list("record", flat=True)
    return merkle.root_of([merkle.leaf_hash(bytes(row)) for row in rows])


def test_before_the_first_leaf_there_is_no_log_and_no_key() -> None:
    assert follower.publish() is None
    assert not log_dir().exists()
    assert not key_file().exists()


def test_one_leaf_makes_a_whole_log() -> None:
    append(0)
    published = follower.publish()
    assert published is not None
    assert published.size == 1
    assert head() == (1, root_of_rows())
    assert sorted(files_of(log_dir())) == ["checkpoint", "log.vkey", "tile/0/000.p/1", "tile/entries/000.p/1"]


@pytest.mark.parametrize("steps", [[1, 1, 1], [255, 1, 1], [256, 256, 1], [100, 700, 13], [300]])
def test_the_log_has_the_files_its_size_needs_whatever_the_steps(steps: list[int]) -> None:
    for step in steps:
        append_many(step, start=Leaf.objects.count())
        follower.publish()
    size = sum(steps)
    assert head() == (size, root_of_rows())
    found = files_of(log_dir())
    needed = {place.path for place in places(size)}
    assert needed <= set(found)
    # A partial file stays while its head may still be asked for, and goes when the full one is there.
    extra = set(found) - needed - {"checkpoint", "log.vkey"}
    assert all(".p/" in path and path.partition(".p/")[0] not in found for path in extra)


def test_partial_tiles_of_every_published_size_stay_until_the_full_one_is_there() -> None:
    append_many(3)
    follower.publish()
    append_many(2, start=3)
    follower.publish()
    assert {"tile/0/000.p/3", "tile/0/000.p/5", "tile/entries/000.p/3"} <= set(files_of(log_dir()))
    append_many(251, start=5)
    follower.publish()
    assert sorted(files_of(log_dir())) == [
        "checkpoint",
        "log.vkey",
        "tile/0/000",
        "tile/1/000.p/1",
        "tile/entries/000",
    ]


def test_publishing_again_changes_no_byte() -> None:
    append_many(300)
    follower.publish()
    before = files_of(log_dir())
    assert follower.publish() == follower.publish()
    assert files_of(log_dir()) == before


def test_a_rebuild_gives_the_same_files_to_the_byte() -> None:
    for start in range(0, 600, 150):
        append_many(150, start=start)
        follower.publish()
    before = files_of(log_dir())
    follower.rebuild()
    after = files_of(log_dir())
    needed = {place.path for place in places(600)} | {"checkpoint", "log.vkey"}
    assert {path: before[path] for path in needed} == {path: after[path] for path in needed}


def test_a_long_log_is_flushed_on_the_way_and_comes_out_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    append_many(900)
    follower.publish()
    before = files_of(log_dir())
    monkeypatch.setattr(follower.storage, "_SETTLE_AT", 2)
    follower.rebuild()
    assert files_of(log_dir()) == before


def test_a_log_thrown_away_comes_back_the_same() -> None:
    append_many(300)
    catch_up(TilesFollower())
    follower.publish()
    before = head()
    TilesFollower().reset()
    assert not (log_dir() / "checkpoint").exists()
    assert TilesFollower().position() == 0
    follower.publish()
    assert head() == before


@pytest.mark.django_db(transaction=True)
def test_a_leaf_whose_transaction_is_still_open_is_never_covered() -> None:
    append(0)
    follower.publish()
    with transaction.atomic():
        append(1)
        with pytest.raises(TransactionManagementError):
            follower.publish()
        with pytest.raises(TransactionManagementError):
            follower.rebuild()
    assert head()[0] == 1
    follower.publish()
    assert head()[0] == 2


def test_events_are_only_hints_and_the_position_follows_them() -> None:
    own = TilesFollower()
    assert own.position() == 0
    for number in range(3):
        with transaction.atomic():
            append(number)
            announce(EventKind.AGENCY_CHANGED, subject="agency:1", at=AT)
    assert catch_up(own) == 3
    assert own.position() == 3
    assert head()[0] == 3
    append(3)  # announced by nobody
    with transaction.atomic():
        announce(EventKind.AGENCY_CHANGED, subject="agency:1", at=AT)
    assert catch_up(own) == 1
    assert head()[0] == 4
    own.apply([])
    assert own.position() == 4
    assert catch_up(own) == 0


def test_a_damaged_cursor_only_means_looking_again() -> None:
    append(0)
    with transaction.atomic():
        announce(EventKind.AGENCY_CHANGED, subject="agency:1", at=AT)
    catch_up(TilesFollower())
    (log_dir() / ".cursor").write_text("nonsense")
    assert TilesFollower().position() == 0
    catch_up(TilesFollower())
    assert TilesFollower().position() == 1


# --- the key ------------------------------------------------------------------------------------------------


def test_the_key_is_made_once_readable_by_its_owner_alone() -> None:
    append(0)
    follower.publish()
    made = key_file().read_bytes()
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert b"BEGIN PRIVATE KEY" in made
    vkey = key_file(".vkey").read_text()
    assert vkey == (log_dir() / "log.vkey").read_text()
    append(1)
    follower.publish()
    assert key_file().read_bytes() == made
    assert b"PRIVATE" not in b"".join(files_of(log_dir()).values())


def test_a_key_others_can_read_is_refused() -> None:
    append(0)
    follower.publish()
    key_file().chmod(0o644)
    append(1)
    with pytest.raises(LogKeyError, match="chmod 600"):
        follower.publish()
    assert head()[0] == 1


@pytest.mark.parametrize("kept", [".vkey", ".signed", "checkpoint"])
def test_a_lost_key_is_asked_for_and_never_replaced(kept: str) -> None:
    append(0)
    follower.publish()
    for suffix in {".key", ".vkey", ".signed"} - {kept}:
        key_file(suffix).unlink()
    if kept != "checkpoint":
        TilesFollower().reset()
    with pytest.raises(LogKeyError, match="从备份恢复这把密钥"):
        follower.publish()
    assert not key_file().exists()


def other_key() -> bytes:
    return generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    ("suffix", "data", "message"),
    [
        (".key", b"nonsense", "不是可用的 Ed25519 私钥"),
        (".key", other_key(), "不是可用的 Ed25519 私钥"),
        (".vkey", b"nonsense", "公钥文件.*已损坏"),
        (".vkey", b"a.example+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "公钥文件.*已损坏"),
        (".vkey", b"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "不是一对"),
        (".signed", b"nonsense", "签名记录.*已损坏"),
    ],
)
def test_a_damaged_part_of_the_key_stops_the_signing(suffix: str, data: bytes, message: str) -> None:
    append(0)
    follower.publish()
    key_file(suffix).write_bytes(data)
    append(1)
    before = files_of(log_dir())
    with pytest.raises(LogKeyError, match=message):
        follower.publish()
    assert files_of(log_dir()) == before


def test_the_logs_name_comes_from_the_setting_or_the_county(settings: Any) -> None:
    settings.LEDGER_ORIGIN = ""
    assert follower.log_origin() == "gongkai.localhost/log"
    assert make_county().facts["log_origin"] == follower.log_origin() == "ceshi.example/log"
    settings.LEDGER_ORIGIN = "log.example/one"
    assert follower.log_origin() == "log.example/one"


def test_the_logs_name_is_fixed_by_its_first_head(settings: Any) -> None:
    settings.LEDGER_ORIGIN = "log.example/one"
    append(0)
    follower.publish()
    settings.LEDGER_ORIGIN = ""
    make_county()
    append(1)
    published = follower.publish()
    assert published is not None
    assert published.origin == "log.example/one"
    settings.LEDGER_ORIGIN = "log.example/two"
    append(2)
    with pytest.raises(LogKeyError, match=r"不能改为 log\.example/two"):
        follower.publish()


def test_a_name_no_log_can_have_is_refused_before_a_key_is_named(settings: Any) -> None:
    settings.LEDGER_ORIGIN = "with space"
    append(0)
    with pytest.raises(LogKeyError, match="GONGKAI_LOG_ORIGIN"):
        follower.publish()
    settings.LEDGER_ORIGIN = "log.example/one"
    assert follower.publish() is not None


# --- damage and forks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/001.p/44", "tile/entries/001.p/44", "tile/1/000.p/1"])
@pytest.mark.parametrize("damage", ["altered", "cut", "gone"])
def test_nothing_is_signed_on_top_of_damaged_files_and_a_rebuild_heals_them(path: str, damage: str) -> None:
    append_many(300)
    follower.publish()
    before = head()
    target = log_dir() / path
    if damage == "altered":
        flip(target, 3)
    elif damage == "cut":
        target.write_bytes(target.read_bytes()[:-1])
    else:
        target.unlink()
    append(300)
    if (path, damage) == ("checkpoint", "gone"):
        follower.publish()  # nothing was on show; the whole is written again and continues what was signed
    else:
        with pytest.raises(LogDamagedError, match="verify_log"):
            follower.publish()
        follower.rebuild()
    assert head() == (301, root_of_rows())
    assert before[0] == 300


def test_a_damaged_row_is_never_signed() -> None:
    append_many(3)
    overrule("UPDATE ledger_leaf SET record = leaf_hash WHERE position = 1")
    with pytest.raises(LogDamagedError, match="第 1 条缺失或被改动"):
        follower.publish()
    assert not (log_dir() / "checkpoint").exists()


def test_a_missing_row_is_never_signed() -> None:
    append_many(3)
    overrule("DELETE FROM ledger_leaf WHERE position = 1")
    with pytest.raises(LogDamagedError, match="第 1 条缺失或被改动"):
        follower.publish()


def rolled_back_to(size: int) -> None:
    overrule("DELETE FROM ledger_leaf WHERE position >= %s", size)
    LogHead.objects.update(size=size)


@pytest.mark.parametrize("again", [0, 3, 5, 9])
def test_a_database_restored_from_an_older_backup_is_not_signed_over(again: int) -> None:
    append_many(8)
    follower.publish()
    before = files_of(log_dir())
    rolled_back_to(3)
    if again:
        append_many(again, start=100)
    with pytest.raises(LogRolledBackError, match="备份"):
        follower.publish()
    with pytest.raises(LogRolledBackError, match="备份"):
        follower.rebuild()
    assert files_of(log_dir())["checkpoint"] == before["checkpoint"]


def test_the_keys_memory_alone_prevents_a_fork() -> None:
    append_many(8)
    follower.publish()
    TilesFollower().reset()
    rolled_back_to(3)
    with pytest.raises(LogRolledBackError, match="公布过 8 条"):
        follower.publish()
    append_many(9, start=50)
    with pytest.raises(LogRolledBackError, match="前 8 条"):
        follower.publish()
    assert not (log_dir() / "checkpoint").exists()


def test_a_log_folder_from_an_older_backup_is_brought_up_to_what_was_signed() -> None:
    append_many(3)
    follower.publish()
    old = files_of(log_dir())
    append_many(4, start=3)
    follower.publish()
    newest = head()
    for path, data in old.items():
        (log_dir() / path).write_bytes(data)
    follower.publish()
    assert head() == newest


def test_a_key_whose_memory_was_lost_takes_it_from_the_head_on_show() -> None:
    append_many(3)
    follower.publish()
    key_file(".signed").unlink()
    follower.publish()
    assert Note.parse(key_file(".signed").read_bytes()) == Note.parse((log_dir() / "checkpoint").read_bytes())


def test_rebuild_log_says_how_far_it_came(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rebuild_log")
    append_many(5)
    follower.publish()
    call_command("rebuild_log")
    said = capsys.readouterr().out
    assert "还没有任何记录" in said
    assert "共 5 条" in said
    rolled_back_to(2)
    with pytest.raises(CommandError, match="备份"):
        call_command("rebuild_log")
