"""The offline verifier as a journalist uses it, and as a forger does."""

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.core.notes import Fault
from gongkai.core.proofs import MAX_PROOF_BYTES
from gongkai.verify import archives, command, files, words
from gongkai.verify.command import main
from gongkai.verify.outcome import Verdict
from gongkai.verify.words import plain
from tests.verify.published import AT, Published, attachment, content, digests, notice, published

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def log(tmp_path: Path) -> Published:
    return published(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """Run with ``--json``; the exit status and the verdict, reason and notes of each file."""

    def run_it(*words: object) -> tuple[int, list[dict[str, Any]]]:
        code = main([str(word) for word in words] + ["--json"])
        answer = json.loads(capsys.readouterr().out)
        assert answer["exit"] == code
        assert answer["ok"] is (code == 0)
        return code, answer["results"]

    return run_it


def verdicts(results: list[dict[str, Any]]) -> list[str]:
    return [result["verdict"] for result in results]


def codes(result: dict[str, Any]) -> set[str]:
    return {note["code"] for note in result["notes"]}


# --- proofs -------------------------------------------------------------------------------------------------


def test_a_proof_alone_shows_the_record_and_says_what_was_not_checked(log: Published, run: Any) -> None:
    code, (result,) = run(log.proof(1))
    assert (code, result["verdict"]) == (0, "recorded")
    assert result["facts"] == {
        "kind": "publish",
        "subject": "disclosure:1",
        "agency": "CZJ",
        "index_number": "QZ05-1",
        "position": 1,
        "at": "2026-11-23 19:06:00",
        "replaces": None,
        "origin": "log.example/ceshi",
        "size": 3,
        "vkey": log.vkey,
    }
    assert codes(result) == {"key_not_pinned", "time_is_own", "not_given"}


def test_with_the_key_from_elsewhere_nothing_is_left_to_trust(log: Published, run: Any) -> None:
    for vkey in (log.vkey, log.file("newspaper.txt", f"{log.vkey}\n".encode())):
        code, (result,) = run(log.proof(1), "--vkey", vkey)
        assert (code, result["verdict"]) == (0, "recorded")
        assert "key_not_pinned" not in codes(result)


def test_content_and_attachments_are_found_by_their_digests_in_any_order(log: Published, run: Any) -> None:
    notice_file, annex = log.file("正文.json", content(1)), log.file("附件.pdf", attachment(1))
    code, results = run(annex, log.proof(1), notice_file)
    assert (code, verdicts(results)) == (0, ["intact"] * 3)
    assert "not_given" not in codes(results[1])
    code, results = run(log.proof(1), "--content", notice_file)
    assert (code, verdicts(results)) == (0, ["intact"] * 2)
    assert {"code": "not_given", "count": 1} in results[0]["notes"]
    code, results = run(log.proof(1), annex)
    assert verdicts(results) == ["recorded", "intact"], "an attachment alone does not vouch for the text"


def test_one_altered_byte_of_a_content_is_found(log: Published, run: Any) -> None:
    changed = log.file("正文.json", content(1).replace("测试".encode(), "测验".encode()))
    code, results = run(log.proof(1), changed)
    assert (code, verdicts(results)) == (1, ["recorded", "altered"])
    assert results[1]["reason"] == "no_such_digest"
    code, results = run(log.proof(1), log.file("正文.json", content(2)))
    assert (code, verdicts(results)) == (1, ["recorded", "altered"]), "another notice's content is not this one's"


def test_a_content_that_fits_one_digest_only_is_not_accepted(tmp_path: Path, run: Any) -> None:
    log = published(tmp_path, notice(0, sm3="0" * 64))
    code, results = run(log.proof(0), log.file("正文.json", content(0)))
    assert (code, verdicts(results)) == (1, ["recorded", "altered"])


def test_a_content_without_any_proof_cannot_be_checked(log: Published, run: Any) -> None:
    code, (result,) = run(log.file("正文.json", content(1)))
    assert (code, result["verdict"], result["reason"]) == (2, "unverifiable", "needs_proof")


def test_a_content_beside_a_broken_proof_is_not_called_altered(log: Published, run: Any) -> None:
    proof = log.proof(1)
    proof.write_bytes(proof.read_bytes().replace(b"index 1", b"index 2"))
    code, results = run(proof, log.file("正文.json", content(1)))
    assert (code, verdicts(results)) == (1, ["broken", "unverifiable"])
    assert results[1]["reason"] == "proof_broken"


def test_a_proof_given_as_content_is_content(log: Published, run: Any) -> None:
    code, results = run(log.proof(1), "--content", log.proof(2))
    assert (code, verdicts(results)) == (1, ["recorded", "altered"])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_altered_byte_of_a_proof_file_is_accepted(log: Published, run: Any, data: st.DataObject) -> None:
    proof = log.proof(1)
    altered = bytearray(proof.read_bytes())
    altered[data.draw(st.integers(0, len(altered) - 1))] ^= data.draw(st.integers(1, 255))
    proof.write_bytes(bytes(altered))
    pin = ["--vkey", log.vkey] if data.draw(st.booleans()) else []
    code, (result,) = run(proof, *pin)
    assert (code, result["verdict"]) == (1, "broken")


@pytest.mark.parametrize("keep", [0, 1, 30, 200, -1])
def test_a_proof_cut_short_is_broken(log: Published, run: Any, keep: int) -> None:
    proof = log.proof(1)
    proof.write_bytes(proof.read_bytes()[:keep])
    code, (result,) = run(proof)
    assert (code, result["verdict"]) == (1, "broken")
    assert result["reason"] in {"bad_proof", "bad_note", "bad_record"}


def test_a_forged_proof_holds_only_until_the_key_is_pinned(tmp_path: Path, log: Published, run: Any) -> None:
    forged = published(tmp_path / "forged", notice(7), seed=b"f" * 32)
    code, (result,) = run(forged.proof(0))
    assert code == 0
    assert {"code": "key_not_pinned", "vkey": forged.vkey} in result["notes"]
    code, (result,) = run(forged.proof(0), "--vkey", log.vkey)
    assert (code, result["verdict"], result["reason"]) == (1, "broken", "other_key")
    code, (result,) = run(forged.proof(0, vkey=log.vkey))
    assert (code, result["reason"]) == (1, "other_key")


def test_a_proof_of_another_log_is_refused_under_this_logs_key(tmp_path: Path, log: Published, run: Any) -> None:
    other = published(tmp_path / "other", notice(7), name="log.example/other")
    code, (result,) = run(other.proof(0), "--vkey", log.vkey)
    assert (code, result["reason"]) == (1, "other_key")


def test_a_record_that_says_strange_things_is_shown_harmlessly(
    tmp_path: Path, run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = notice(
        0, at="whenever", agency="\x1b[31m红\n" + "长" * 400, index_number=["x"], kind="\x07", files="no"
    )
    log = published(tmp_path, strange, notice(1, at="9999-12-31T23:59:59.000000-23:59", files=[1, {"sha256": 5}]))
    code, results = run(log.proof(0), log.proof(1))
    assert (code, verdicts(results)) == (0, ["recorded", "recorded"])
    assert main([str(log.proof(0))]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "长" * 290 in said
    assert "长" * 310 not in said


# --- what came after ------------------------------------------------------------------------------------------


def corrected(folder: Path, *endings: str) -> Published:
    """A notice, its correction, and what the log says of it afterwards."""
    subject = "disclosure:0"
    records = [notice(0), notice(1), notice(2, kind="correct", subject=subject, replaces=0)]
    for ending in endings:
        records.append(
            {"kind": ending, "subject": subject, "at": AT, "agency": "CZJ", "replaces": len(records) - 1}
        )
    return published(folder, *records)


def test_the_proof_of_a_correction_tells_what_became_of_the_first_text(tmp_path: Path, run: Any) -> None:
    log = corrected(tmp_path)
    code, results = run(
        log.proof(0), log.proof(2), log.file("旧.json", content(0)), log.file("新.json", content(2))
    )
    assert (code, verdicts(results)) == (0, ["corrected", "intact", "corrected", "intact"])
    assert results[0]["facts"]["superseded_by"] == 2


def test_the_whole_log_tells_it_without_any_further_proof(tmp_path: Path, run: Any) -> None:
    log = corrected(tmp_path)
    code, results = run(log.proof(0), log.write(), log.file("旧.json", content(0)))
    assert code == 0
    assert verdicts(results) == ["corrected", "corrected", "log_intact"]


@pytest.mark.parametrize(("ending", "verdict"), [("withdraw", "withdrawn"), ("expire", "expired")])
def test_a_withdrawal_and_an_ended_notice_period_are_told_from_a_correction(
    tmp_path: Path, run: Any, ending: str, verdict: str
) -> None:
    log = corrected(tmp_path, ending)
    code, results = run(log.write(), log.proof(0), log.proof(1))
    assert code == 0
    by_file = {Path(result["file"]).name: result for result in results}
    assert by_file["notice-0-4.tlog-proof"]["verdict"] == verdict
    assert by_file["notice-0-4.tlog-proof"]["facts"]["superseded_by"] == 3
    assert by_file["notice-1-4.tlog-proof"]["verdict"] == "recorded"


def test_the_old_text_beside_the_corrections_proof_is_told_it_may_be_the_older_one(
    tmp_path: Path, run: Any
) -> None:
    log = corrected(tmp_path)
    code, results = run(log.proof(2), log.file("旧.json", content(0)))
    assert (code, verdicts(results)) == (1, ["recorded", "altered"])
    assert codes(results[1]) == {"maybe_older"}


def test_one_logs_correction_says_nothing_of_another_logs_notice(tmp_path: Path, run: Any) -> None:
    ours, theirs = corrected(tmp_path), published(tmp_path / "other", notice(0), seed=b"o" * 32)
    code, results = run(ours.proof(2), theirs.proof(0))
    assert (code, verdicts(results)) == (0, ["recorded", "recorded"])


def test_a_correction_of_something_else_changes_nothing(tmp_path: Path, run: Any) -> None:
    log = published(tmp_path, notice(0), notice(1, replaces=0, kind="correct"), notice(2, replaces=True))
    _, results = run(log.proof(0), log.proof(1), log.proof(2), log.write())
    assert verdicts(results) == ["recorded", "recorded", "recorded", "log_intact"]


# --- whole logs -------------------------------------------------------------------------------------------------


def many(folder: Path, count: int = 300) -> Published:
    return published(folder, *(notice(number) for number in range(count)))


@pytest.mark.parametrize("count", [1, 255, 256, 257, 300])
def test_a_whole_log_is_checked_and_counted(tmp_path: Path, run: Any, count: int) -> None:
    log = many(tmp_path, count)
    code, (result,) = run(log.write(), "--vkey", log.vkey)
    assert (code, result["verdict"]) == (0, "log_intact")
    assert result["facts"]["kinds"] == {"publish": count}
    assert result["facts"]["size"] == count


def test_a_content_is_found_in_a_whole_log_without_a_proof(tmp_path: Path, run: Any) -> None:
    log = many(tmp_path)
    code, results = run(log.write(), log.file("正文.json", content(277)))
    assert code == 0
    by_file = {Path(result["file"]).name: result for result in results}
    assert by_file["正文.json"]["verdict"] == "intact"
    assert by_file["正文.json"]["facts"]["position"] == 277


@pytest.mark.parametrize(
    ("path", "at", "reason"),
    [
        ("tile/entries/000", 70, "log_entry"),
        ("tile/entries/001.p/44", 70, "log_entry"),
        ("tile/0/000", 70, "log_entry"),
        ("tile/0/001.p/44", 70, "log_entry"),
        ("tile/1/000.p/1", 7, "log_tile"),
    ],
)
def test_one_altered_byte_of_a_log_is_found(tmp_path: Path, run: Any, path: str, at: int, reason: str) -> None:
    log = many(tmp_path)
    target = log.write() / path
    data = bytearray(target.read_bytes())
    data[at] ^= 1
    target.write_bytes(bytes(data))
    code, (result,) = run(log.folder / "log")
    assert (code, result["verdict"], result["reason"]) == (1, "broken", "log_damaged")
    assert reason in codes(result)


@pytest.mark.parametrize("path", ["checkpoint", "log.vkey"])
def test_one_altered_byte_of_a_head_or_key_is_found(tmp_path: Path, run: Any, path: str) -> None:
    log = many(tmp_path)
    target = log.write() / path
    target.write_bytes(target.read_bytes().replace(b"example", b"exemple", 1))
    code, (result,) = run(log.folder / "log")
    assert (code, result["verdict"]) == (1, "broken")


@pytest.mark.parametrize("damage", ["gone", "cut", "longer", "link", "folder"])
@pytest.mark.parametrize("path", ["tile/entries/000", "tile/0/001.p/44", "tile/1/000.p/1"])
def test_a_missing_or_misshapen_file_of_a_log_is_found(tmp_path: Path, run: Any, path: str, damage: str) -> None:
    log = many(tmp_path)
    target = log.write() / path
    data = target.read_bytes()
    target.unlink()
    if damage == "cut":
        target.write_bytes(data[:-5])
    elif damage == "longer":
        target.write_bytes(data + b"x" * files.MAX_BUNDLE_BYTES)
    elif damage == "link":
        target.symlink_to(tmp_path / "nowhere")
    elif damage == "folder":
        target.mkdir()
    code, (result,) = run(log.folder / "log")
    assert (code, result["verdict"]) == (1, "broken")
    assert {"code": "log_tile" if damage == "cut" and "/1/" in path else "log_missing", "where": path} in result[
        "notes"
    ]


def test_a_log_without_its_lowest_files_is_given_up(tmp_path: Path, run: Any) -> None:
    log = many(tmp_path)
    root = log.write()
    (root / "tile/0/000").unlink()
    (root / "tile/entries/000").unlink()
    code, (result,) = run(root)
    assert (code, codes(result)) == (1, {"log_missing"})


def test_a_record_nobody_can_read_is_reported(tmp_path: Path, run: Any) -> None:
    log = published(tmp_path)
    log.records.append(b"no record")
    code, (result,) = run(log.write())
    assert (code, codes(result)) == (1, {"log_record"})


def test_a_root_signed_over_something_else_is_found(tmp_path: Path, run: Any) -> None:
    log = published(tmp_path)
    root = log.write()
    log.records[1] = b"forged"
    (root / "checkpoint").write_text(log.note())
    code, (result,) = run(root)
    assert (code, codes(result)) == (1, {"log_root"})


def test_a_flood_of_faults_is_cut_off(tmp_path: Path, run: Any) -> None:
    log = many(tmp_path)
    root = log.write()
    (root / "tile/0/000").write_bytes(os.urandom(8192))
    _, (result,) = run(root)
    assert len(result["notes"]) == 50


def test_an_old_proof_is_held_against_the_log_of_today(tmp_path: Path, run: Any) -> None:
    log = many(tmp_path)
    old = [log.proof(3, size=size) for size in (10, 256, 257, 299)]
    code, results = run(log.write(), *old)
    assert (code, set(verdicts(results))) == (0, {"recorded", "log_intact"})


def test_a_log_that_was_rewritten_does_not_agree_with_an_old_proof(tmp_path: Path, run: Any) -> None:
    log = many(tmp_path)
    old, head = log.proof(3, size=200), log.file("kept-checkpoint", log.note(150).encode())
    rewritten = [notice(number, agency="OTHER") if number == 5 else notice(number) for number in range(300)]
    other = published(tmp_path / "rewritten", *rewritten)
    code, results = run(old, head, other.write(), "--vkey", log.vkey)
    by_file = {Path(result["file"]).name: result for result in results}
    assert code == 1
    assert by_file[old.name]["reason"] == "split_view"
    assert by_file["kept-checkpoint"]["reason"] == "split_view"


def test_a_log_older_than_the_proof_says_so(tmp_path: Path, run: Any) -> None:
    log = many(tmp_path, 20)
    newer = log.proof(3)
    log.records = log.records[:10]
    code, results = run(newer, log.write())
    assert code == 0
    assert {"code": "log_older", "size": 10} in results[0]["notes"]


def test_a_kept_checkpoint_is_checked_with_the_key_and_against_the_log(tmp_path: Path, run: Any) -> None:
    log = many(tmp_path)
    head = log.file("checkpoint-2026-11", log.note(100).encode())
    code, (result,) = run(head)
    assert (code, result["reason"]) == (2, "no_key")
    code, (result,) = run(head, "--vkey", log.vkey)
    assert (code, result["verdict"], result["reason"]) == (0, "recorded", "head_only")
    code, results = run(head, log.write(), "--vkey", log.vkey)
    assert (code, verdicts(results)) == (0, ["recorded", "log_intact"])
    head.write_text(log.note(100).replace("\n100\n", "\n101\n"))
    code, (result,) = run(head, "--vkey", log.vkey)
    assert (code, result["reason"]) == (1, "bad_signature")


def test_a_folder_that_is_no_log_and_a_log_without_head_or_key(tmp_path: Path, run: Any) -> None:
    (tmp_path / "empty").mkdir()
    code, (result,) = run(tmp_path / "empty")
    assert (code, result["verdict"], result["reason"]) == (2, "unverifiable", "no_checkpoint")
    log = published(tmp_path)
    root = log.write()
    (root / "log.vkey").unlink()
    code, (result,) = run(root)
    assert (code, result["reason"]) == (2, "no_key")
    assert run(root, "--vkey", log.vkey)[0] == 0
    (root / "checkpoint").unlink()
    code, (result,) = run(root)
    assert (code, result["verdict"], result["reason"]) == (1, "broken", "no_checkpoint")


def test_a_log_signed_by_another_key_is_refused(tmp_path: Path, log: Published, run: Any) -> None:
    other = published(tmp_path / "other", seed=b"o" * 32)
    code, (result,) = run(other.write(), "--vkey", log.vkey)
    assert (code, result["reason"]) == (1, "other_key")


def test_unknown_signatures_are_counted(tmp_path: Path, run: Any) -> None:
    log, witness = published(tmp_path), published(tmp_path / "w", name="witness.example", seed=b"w" * 32)
    proof = log.proof(0)
    line = witness.note().rpartition("\n\n")[2]
    proof.write_text(proof.read_text() + line)
    code, (result,) = run(proof)
    assert code == 0
    assert {"code": "other_signatures", "count": 1} in result["notes"]


# --- archives ---------------------------------------------------------------------------------------------------


def tarred(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return target.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def members(log: Published, prefix: str = "") -> dict[str, bytes]:
    root = log.write()
    return {prefix + str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("prefix", ["", "./", "log/", "a/b/"])
@pytest.mark.parametrize("pack", [tarred, zipped, lambda found: gzip.compress(tarred(found))])
def test_a_downloaded_archive_is_checked_like_the_folder(tmp_path: Path, run: Any, pack: Any, prefix: str) -> None:
    log = many(tmp_path)
    archive = log.file("download.bin", pack(members(log, prefix) | {f"{prefix}README": b"hello"}))
    code, (result,) = run(archive, "--vkey", log.vkey)
    assert (code, result["verdict"]) == (0, "log_intact")


def test_a_long_folder_name_in_a_tar_is_put_together_again(tmp_path: Path, run: Any) -> None:
    log = many(tmp_path)
    archive = log.file("log.tar", tarred(members(log, "d" * 95 + "/")))
    code, (result,) = run(archive)
    assert (code, result["verdict"]) == (0, "log_intact")


def test_an_archive_that_is_no_log_is_an_attachment(tmp_path: Path, run: Any) -> None:
    packed = zipped({"名单.xlsx": b"x"})
    log = published(tmp_path, notice(0, files=[digests(packed)]))
    code, results = run(log.proof(0), log.file("附件.zip", packed))
    assert (code, verdicts(results)) == (0, ["recorded", "intact"])


@pytest.mark.parametrize("pack", [tarred, zipped])
def test_names_that_climb_out_of_the_archive_are_never_written(tmp_path: Path, run: Any, pack: Any) -> None:
    log = published(tmp_path / "in")
    found = members(log, "log/")
    evil = {"../../evil": b"x", "/evil": b"x", "log/tile/../../evil": b"x", "log/tile/0/x000/000": b"x"}
    archive = log.file("log.bin", pack(evil | found))
    before = set(tmp_path.rglob("*"))
    code, (result,) = run(archive)
    assert (code, result["verdict"]) == (0, "log_intact")
    assert set(tmp_path.rglob("*")) == before


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path, run: Any) -> None:
    log = published(tmp_path)
    found = members(log)
    del found["tile/0/000.p/3"]
    target = io.BytesIO(tarred(found))
    with tarfile.open(fileobj=target, mode="a") as archive:
        link = tarfile.TarInfo("tile/0/000.p/3")
        link.type, link.linkname = tarfile.SYMTYPE, str(log.folder / "log/tile/0/000.p/3")
        archive.addfile(link)
    code, (result,) = run(log.file("log.tar", target.getvalue()))
    assert (code, codes(result)) == (1, {"log_missing"})


@pytest.mark.parametrize("pack", [tarred, zipped])
def test_two_logs_mixed_in_one_archive_are_not_guessed_at(tmp_path: Path, run: Any, pack: Any) -> None:
    log = published(tmp_path)
    archive = log.file("log.bin", pack(members(log, "one/") | members(log, "two/")))
    code, (result,) = run(archive)
    assert (code, result["reason"]) == (2, "archive_twice")


def test_an_archive_cut_short_is_damaged(tmp_path: Path, run: Any) -> None:
    log = many(tmp_path)
    whole = gzip.compress(tarred(members(log)))
    code, (result,) = run(log.file("log.tar.gz", whole[: len(whole) // 2]))
    assert (code, result["reason"]) == (2, "bad_archive")
    code, (result,) = run(log.file("log.tgz", b"\x1f\x8b" + b"nonsense"))
    assert (code, result["reason"]) == (2, "bad_archive")


def test_an_archive_altered_on_the_way_is_damaged(tmp_path: Path, run: Any) -> None:
    log = many(tmp_path)
    whole = bytearray(zipped(members(log)))
    whole[whole.index(b"tile/entries/000") + 500] ^= 0xFF
    code, (result,) = run(log.file("log.zip", bytes(whole)))
    assert (code, result["reason"]) == (2, "bad_archive")
    whole = bytearray(tarred(members(log)))
    size_field = whole.index(b"tile/entries/000") + 124
    whole[size_field : size_field + 2] = b"-1"
    code, (result,) = run(log.file("log.tar", bytes(whole)))
    assert (code, result["reason"]) == (2, "bad_archive")


def header(name: bytes, size: bytes, kind: bytes = b"0") -> bytes:
    block = bytearray(512)
    block[: len(name)], block[124 : 124 + len(size)], block[156:157] = name, size, kind
    block[257:263] = b"ustar\0"
    block[148:156] = b" " * 8
    block[148:155] = b"%06o\0" % sum(block)
    return bytes(block)


@pytest.mark.parametrize("kind", [b"x", b"g", b"L", b"K", b"0"])
def test_a_tar_header_that_asks_for_a_terabyte_gets_none(tmp_path: Path, run: Any, kind: bytes) -> None:
    greedy = (
        header(b"checkpoint", b"00000000004", b"0")
        + b"text".ljust(512, b"\0")
        + header(b"x", b"77777777777", kind)
    )
    code, (result,) = run(published(tmp_path).file("log.tar", greedy + b"\0" * 4096))
    assert (code, result["verdict"]) == (2, "unverifiable")
    assert result["reason"] in {"bad_archive", "archive_too_large"}


@pytest.mark.parametrize("size", [b"-0000000001", b"0x10", b"\x80\0\0\0\0\0\0\0\0\0\1"])
def test_a_tar_header_with_a_strange_size_is_damaged(tmp_path: Path, run: Any, size: bytes) -> None:
    archive = published(tmp_path).file("log.tar", header(b"checkpoint", size) + b"\0" * 2048)
    code, (result,) = run(archive)
    assert (code, result["reason"]) == (2, "bad_archive")


def test_a_zip_whose_directory_is_too_large_or_of_another_packing_is_not_opened(
    tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = published(tmp_path)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        archive.mkdir("log")
        archive.writestr("checkpoint", b"x")
    packed = log.file("lzma.zip", target.getvalue())
    code, results = run(log.proof(0), packed)
    assert (code, verdicts(results)) == (1, ["recorded", "altered"]), "an attachment like any other"
    usual = log.file("log.zip", zipped({"folder/": b""} | members(log)))
    assert run(usual)[0] == 0
    monkeypatch.setattr(archives, "MAX_ZIP_DIRECTORY", 100)
    assert run(log.proof(0), usual)[1][1]["verdict"] == "altered"
    huge = zipped(members(log))
    at = huge.rindex(b"PK\x05\x06")
    monkeypatch.undo()
    locator = b"PK\x06\x07" + bytes(16)
    assert run(log.proof(0), log.file("zip64.zip", huge[:at] + locator + huge[at:]))[1][1]["verdict"] == "altered"


@pytest.mark.parametrize("pack", [tarred, zipped])
def test_a_bomb_in_an_archive_is_not_unpacked(
    tmp_path: Path, run: Any, pack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = published(tmp_path)
    found = members(log)
    bomb = log.file("a.bin", pack(found | {"tile/0/001": b"\x00" * 9000}))
    assert run(bomb)[1][0]["reason"] == "archive_too_large"
    monkeypatch.setattr(archives, "MAX_ARCHIVE_BYTES", 100_000)
    flood = log.file("b.bin", pack(found | {"else": b"\x00" * 200_000}))
    assert run(flood)[1][0]["reason"] == "archive_too_large"
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    crowd = log.file("c.bin", pack(found | {f"z{n}": b"" for n in range(9)}))
    assert run(crowd)[1][0]["reason"] == "archive_too_large"


# --- what is no file of ours ----------------------------------------------------------------------------------


def test_what_cannot_be_read_is_said_and_never_waited_for(tmp_path: Path, run: Any) -> None:
    os.mkfifo(tmp_path / "pipe.tlog-proof")
    locked = tmp_path / "locked"
    code, results = run(tmp_path / "nowhere", tmp_path / "pipe.tlog-proof", "/dev/zero", "a\x00b")
    assert code == 2
    assert [result["reason"] for result in results] == ["not_found", "not_a_file", "not_a_file", "unreadable"]
    assert not locked.exists()


def test_a_huge_file_is_not_read_as_a_proof(tmp_path: Path, run: Any) -> None:
    huge = tmp_path / "huge.tlog-proof"
    with huge.open("wb") as file:
        file.truncate(MAX_PROOF_BYTES + 1)
    code, (result,) = run(huge)
    assert (code, result["reason"]) == (2, "too_large")


def test_binary_nonsense_called_a_proof_is_broken(tmp_path: Path, run: Any) -> None:
    nonsense = tmp_path / "x.tlog-proof"
    nonsense.write_bytes(os.urandom(5000))
    code, (result,) = run(nonsense)
    assert (code, result["verdict"], result["reason"]) == (1, "broken", "not_text")


def test_one_mismatch_decides_over_anything_unreadable(log: Published, run: Any) -> None:
    assert run(log.proof(1), log.folder / "nowhere", log.file("x", b"x"))[0] == 1
    assert run(log.proof(1), log.folder / "nowhere")[0] == 2


def test_a_file_that_goes_away_while_it_is_looked_at(
    log: Published, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof, other = log.proof(1), log.file("x", b"x")
    real = files.kind_of

    def looked_at(path: Path) -> files.Kind:
        kind = real(path)
        path.unlink()
        return kind

    monkeypatch.setattr("gongkai.verify.session.kind_of", looked_at)
    code, results = run(proof, other)
    assert (code, [result["reason"] for result in results]) == (2, ["unreadable", "unreadable"])


def test_a_file_that_grows_while_it_is_read_stays_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "x"
    target.write_bytes(b"x" * 20)
    stat = os.stat_result((0o100644, 0, 0, 0, 0, 0, 5, 0, 0, 0))
    monkeypatch.setattr(Path, "stat", lambda self, **_: stat)
    with pytest.raises(files.UnreadableError, match="too_large"):
        files.bounded(target, 10)


# --- the command itself -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("vkey", ["nonsense", "a+b+c", "", "/dev/null", "/nonexistent/key"])
def test_a_key_that_is_none_is_a_misuse(log: Published, vkey: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(log.proof(1)), "--vkey", vkey]) == 2
    assert "--vkey 不是可用的日志公钥" in capsys.readouterr().err
    assert main([str(log.proof(1)), "--vkey", vkey, "--lang", "en"]) == 2
    assert "not a log's public key" in capsys.readouterr().err


@pytest.mark.parametrize("given_words", [[], ["--lang", "fr", "x"], ["--nonsense"]])
def test_a_misused_command_ends_with_two(given_words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given_words)
    assert ended.value.code == 2


def test_the_answer_is_plain_chinese_and_on_request_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = corrected(tmp_path)
    given = [log.proof(0), log.file("旧.json", content(0)), log.proof(1), log.write(), tmp_path / "nowhere"]
    given_words = [str(path) for path in given]
    assert main(given_words) == 2
    said = capsys.readouterr().out
    assert f"已被更正  {given[0]}\n  第 0 条 · 公开 · CZJ · QZ05-0 · 2026-11-23 19:06:00(北京时间)\n" in said
    assert "后来的第 2 条记录取代了它" in said
    assert f"日志完整  {given[3]}\n  日志 log.example/ceshi,签名时共 3 条\n  更正 1, 公开 2\n" in said
    assert f"无法验证  {given[4]}\n  找不到这个文件" in said
    assert main([*given_words, "--lang", "en"]) == 2
    said = capsys.readouterr().out
    assert (
        f"CORRECTED SINCE  {given[0]}\n  leaf 0 · publication · CZJ · QZ05-0 · 2026-11-23 19:06:00 UTC+8\n" in said
    )
    assert "superseded by leaf 2" in said
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in said.replace("旧.json", ""))
    assert main([str(log.proof(1)), str(log.file("正文", content(1)))]) == 0
    assert capsys.readouterr().out.count("内容未改动") == 2


def test_every_code_has_its_words() -> None:

    assert {fault.value for fault in Fault} <= set(words._REASONS)
    assert set(words._VERDICTS) == set(Verdict)
    for table in (words._REASONS, words._NOTES, words._KINDS, words._VERDICTS):
        for chinese, english in table.values():
            assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)
            assert english.isascii()


def test_text_for_the_terminal_is_harmless() -> None:
    assert plain("a\x1b[2Jb\u202e") == "a\ufffd[2Jb\ufffd"


def test_progress_of_a_long_log_is_shown_to_people_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:

    command._progress("log", 1, 10**6)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    command._progress("log", 1, 10**6)
    command._progress("log", 10**6, 10**6)
    command._progress("log", 5, 10)
    assert capsys.readouterr().err == "\rlog 1/1000000\rlog 1000000/1000000\n"


ALONE = """
import sys
class Refusing:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names | {"gongkai", "cryptography", "_cffi_backend", "cffi"}:
            raise ImportError(f"{name} is not for the verifier")
sys.meta_path.insert(0, Refusing())
from gongkai.verify.command import main
from gongkai.verify.outcome import Verdict
code = main(sys.argv[1:])
assert not {"django", "rfc8785", "gongkai.config", "gongkai.ledger"} & set(sys.modules), "not alone"
sys.exit(code)
"""


def test_it_runs_from_a_source_checkout_with_cryptography_and_nothing_else(log: Published) -> None:
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": os.environ["PATH"], "LC_ALL": "C"}
    words = [str(log.proof(1)), str(log.write()), str(log.file("正文.json", content(1)))]
    alone = subprocess.run(
        [sys.executable, "-c", ALONE, *words], env=environment, cwd=log.folder, capture_output=True, check=False
    )
    assert alone.returncode == 0, alone.stderr.decode()
    broken = log.proof(2)
    broken.write_bytes(broken.read_bytes().replace(b"index 2", b"index 1"))
    for files_given, code in ((words, 0), ([str(broken)], 1), ([str(log.folder / "nowhere")], 2)):
        ran = subprocess.run(
            [sys.executable, "-m", "gongkai.verify", *files_given],
            env=environment,
            cwd=log.folder,
            capture_output=True,
            check=False,
        )
        assert ran.returncode == code, ran.stderr.decode()
        assert ran.stderr == b""
