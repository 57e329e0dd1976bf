"""Findings of stored files and bodies, their release, the masked copy, the rescan. Identities are invented."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, default_storage
from django.core.management import call_command
from django.db import transaction

from gongkai.core.vocabulary import EventKind
from gongkai.documents import queries, reader
from gongkai.documents.actions import (
    MaskRefusedError,
    ReleaseRefusedError,
    checking,
    find_in_body,
    mask_file,
    open_file,
    open_original,
    release_findings,
    rescan,
    scan_body,
    scan_file,
    store,
)
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.models import Finding, StoredFile
from gongkai.documents.rules import check_version, county_rules
from gongkai.events.models import Event
from gongkai.ledger.models import Leaf
from tests.cast import officer

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INVENTED, MOBILE = "350524199001011238", "13812345678"
LIST = f"姓名,身份证号\n甲某,{INVENTED}\n乙某,{INVENTED}\n"
pytestmark = pytest.mark.django_db


def keep(text: str, name: str = "名单.csv", **facts: object) -> StoredFile:
    return store(io.BytesIO(text.encode()), name=name, by=None, at=NOW, **facts)  # type: ignore[arg-type]


def test_a_stored_file_has_its_findings_without_the_data() -> None:
    stored = keep(LIST)
    rows = list(stored.findings.all())
    assert [(f.kind, f.certainty, f.layer, f.place) for f in rows] == [
        ("resident_id", "certain", "cell", "第2行B列"),
        ("resident_id", "certain", "cell", "第3行B列"),
    ]
    assert stored.finding_count == 2
    kept = "".join(str(value) for row in Finding.objects.values() for value in row.values())
    assert INVENTED not in kept
    assert list(queries.blocking([stored])) == rows
    assert list(queries.alarming_files()) == [stored]


def test_a_file_nobody_could_read_blocks_until_it_is_released() -> None:
    stored = keep("%PDF-1.4 nonsense", "a.pdf")
    (finding,) = queries.blocking([stored])
    assert (finding.kind, finding.layer) == ("unreadable", "file")


def test_release_needs_another_person_a_ground_and_a_basis() -> None:
    drafter, reviewer = officer("d", "起草甲"), officer("r", "审查乙")
    stored = keep(LIST)
    found = list(queries.blocking([stored]))

    def release(**facts: object) -> int:
        words = {"ground": "法定公开", "legal_basis": "某法第一条", "drafter": drafter, "by": reviewer} | facts
        return release_findings(found, at=NOW, scope="disclosure:1", **words)  # type: ignore[arg-type]

    for wrong, why in (({"by": drafter}, "起草人"), ({"ground": " 无 "}, "理由"), ({"legal_basis": ""}, "依据")):
        with pytest.raises(ReleaseRefusedError, match=why):
            release(**wrong)
    assert release() == 2
    assert not queries.blocking([stored], scope="disclosure:1").exists()
    assert queries.blocking([stored], scope="disclosure:2").count() == 2  # the same bytes under another notice
    assert queries.blocking([stored]).count() == 2
    leaf = Leaf.objects.get(kind="release")
    assert b"resident_id" in bytes(leaf.record)
    assert "法定公开".encode() not in bytes(leaf.record)
    assert Event.objects.filter(kind=EventKind.FINDING_RELEASED, subject=checking.subject_of(stored)).count() == 1
    with pytest.raises(ReleaseRefusedError, match="没有可放行"):
        release()


def test_who_stored_a_file_cannot_release_it_and_two_papers_are_released_apart() -> None:
    one, two = officer("a", "甲"), officer("b", "乙")
    first = store(io.BytesIO(LIST.encode()), name="a.csv", by=one, at=NOW)
    second = keep(LIST + "丙,1\n")
    words = {
        "ground": "法定公开",
        "legal_basis": "某法第一条",
        "drafter": None,
        "at": NOW,
        "scope": "disclosure:1",
    }
    with pytest.raises(ReleaseRefusedError, match="起草人"):
        release_findings(list(first.findings.all()), by=one, **words)  # type: ignore[arg-type]
    with pytest.raises(ReleaseRefusedError, match="同一份"):
        release_findings([*first.findings.all(), *second.findings.all()], by=two, **words)  # type: ignore[arg-type]
    with pytest.raises(ReleaseRefusedError, match="某一条公开信息"):
        release_findings(list(second.findings.all()), by=two, **{**words, "scope": ""})  # type: ignore[arg-type]


def test_an_unreadable_file_is_released_without_a_law() -> None:
    stored = keep("%PDF-1.4 nonsense", "a.pdf")
    found = list(stored.findings.all())
    words = {"ground": "已人工核对", "legal_basis": "", "drafter": None, "scope": "disclosure:1"}
    assert release_findings(found, by=officer("r", "乙"), at=NOW, **words) == 1  # type: ignore[arg-type]


def test_what_was_released_stays_released_when_it_is_checked_again() -> None:
    stored = keep(LIST)
    (first, _second) = stored.findings.all()
    words = {"ground": "法定公开", "legal_basis": "某法", "drafter": None, "scope": "disclosure:1"}
    release_findings([first], by=officer("r", "乙"), at=NOW, **words)  # type: ignore[arg-type]
    assert len(scan_file(stored, name="名单.csv", by=None, at=NOW)) == 2  # open for every other publication
    (left,) = queries.blocking([stored], scope="disclosure:1")
    assert left.place == "第3行B列"


def test_the_masked_copy_is_a_file_of_its_own_and_the_original_is_opened_on_record() -> None:
    stored, reader = keep(LIST), officer("r", "乙")
    copy = mask_file(stored, name="名单.csv", by=None, at=NOW)
    assert (copy.masked_from, copy.sha256 == stored.sha256) == (stored, False)
    with open_file(copy) as masked:
        assert masked.read().decode() == "姓名,身份证号\n甲某,35*************238\n乙某,35*************238\n"
    assert not queries.blocking([copy]).exists()
    assert queries.masked_copy(stored) == copy
    assert queries.masked_copy(copy) is None
    with open_original(stored, by=reader, at=NOW, purpose="核对") as original:
        assert original.read().decode() == LIST
    assert Event.objects.get(kind=EventKind.DOCUMENT_ORIGINAL_OPENED).by == reader
    assert Event.objects.get(kind=EventKind.DOCUMENT_MASKED).facts["values"] == {"resident_id": 2}


def test_a_file_that_cannot_be_masked_says_why() -> None:
    with pytest.raises(MaskRefusedError, match="密"):
        mask_file(keep("机密★10年\n正文", "a.txt"), name="a.txt", by=None, at=NOW)
    with pytest.raises(MaskRefusedError, match="扩展名"):
        mask_file(keep("甲", "b.txt"), name="b", by=None, at=NOW)


def test_a_file_with_nothing_to_mask_is_its_own_copy() -> None:
    stored = keep("姓名,轮候号\n甲某,A-17\n")
    assert mask_file(stored, name="a.csv", by=None, at=NOW) == stored


def test_a_body_is_checked_in_all_its_layers_and_released_like_a_file() -> None:
    body = f"<p>身份证<b>{INVENTED[:6]}</b>{INVENTED[6:]}</p><!-- {MOBILE} --><img alt='电话{MOBILE}'>"
    found = scan_body("revision:7", {"标题": "公示", "正文": body}, at=NOW)
    assert [(f.kind, f.layer, f.certainty) for f in found] == [
        ("resident_id", "text", "certain"),
        ("mobile", "comment", "certain"),
        ("mobile", "other", "likely"),
    ]
    assert queries.blocking([], subjects=["revision:7"]).count() == 2
    assert len(find_in_body({"正文": MOBILE}, at=NOW)) == 1
    words = {"ground": "法定公开", "legal_basis": "某法", "drafter": None}
    release_findings(found, by=officer("r", "乙"), at=NOW, **words)  # type: ignore[arg-type]
    assert scan_body("revision:7", {"标题": "公示", "正文": body}, at=NOW) == []


def test_a_new_detector_checks_every_file_again_and_names_the_alarming_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quiet, loud = keep("姓名,轮候号\n甲某,A-17\n"), keep(LIST)
    assert rescan(at=NOW).checked == 0
    Finding.objects.all().delete()  # as if the old detector had been blind
    StoredFile.objects.filter(pk=loud.pk).update(detector_version="old")
    done = rescan(at=NOW)
    assert (done.checked, done.alarming) == (1, [loud])
    assert rescan(at=NOW, everything=True).alarming == []
    assert Event.objects.filter(kind=EventKind.RESCAN_COMPLETED).count() == 3
    quiet.refresh_from_db()
    assert quiet.detector_version == check_version()


def test_a_list_longer_than_what_is_listed_is_counted() -> None:
    kept = checking.KeptInspection(NOW, findings=[], summary={"findings": 25_000})
    stored = keep("甲")
    with transaction.atomic():
        kept.write(stored, pages=False)
    assert stored.finding_count == 25_000


def test_the_countys_words_and_formats_come_from_its_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PROFILE_DIR", tmp_path)
    nothing = {"words": {}, "closed_documents": [], "masks": {}, "name_mark": "", "today": None}
    assert county_rules(today=None) == nothing
    (tmp_path / "privacy.yaml").write_text(
        "words: {某某专案: 正在办理}\nmasks: {mobile: {keep_first: 3, keep_last: 2}}\n", encoding="utf-8"
    )
    stored = keep(f"某某专案 联系电话 {MOBILE}", "a.txt")
    assert [(f.kind, f.value_masked) for f in stored.findings.all()] == [
        ("county_word", "某某专案"),
        ("mobile", "138******78"),
    ]
    (tmp_path / "privacy.yaml").write_text("- a\n", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="键值表"):
        county_rules(today=None)
    (tmp_path / "privacy.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="YAML"):
        county_rules(today=None)


class Elsewhere(Storage):
    """Like S3, it has no paths on this machine."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def exists(self, name: str) -> bool:
        return name in self.kept

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        self.kept[name] = content.read()
        return name

    def _open(self, name: str, mode: str = "rb") -> ContentFile:  # type: ignore[type-arg]
        return ContentFile(self.kept[name])


def test_a_storage_elsewhere_keeps_and_gives_back_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_storage, "_wrapped", Elsewhere())
    stored = keep(LIST)
    assert len(scan_file(stored, name="名单.csv", by=None, at=NOW)) == 2
    with open_file(stored) as kept:
        assert kept.read().decode() == LIST


def test_two_uploads_of_the_same_bytes_at_once_are_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    first = keep(LIST)
    monkeypatch.setattr(StoredFile.objects, "filter", lambda **_: StoredFile.objects.none())
    assert keep(LIST).pk == first.pk


def test_rescan_as_a_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    keep(LIST)
    call_command("rescan", "--all")
    out = capsys.readouterr().out
    assert "已检查文件 1 个" in out


@pytest.mark.parametrize("again", ["upload", "rescan"])
def test_a_reading_that_failed_is_made_up_for(again: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_facts: object) -> object:
        raise UnreadableFileError("读取进程没有应答")

    with monkeypatch.context() as while_down:
        while_down.setattr(reader.Reader, "ask", broken)
        stored = keep(LIST)
        assert keep(LIST) == stored
    assert [f.kind for f in stored.findings.all()] == ["unreadable"]
    if again == "upload":
        assert keep(LIST) == stored
    else:
        assert rescan(at=NOW).checked == 1
    stored.refresh_from_db()
    assert {f.kind for f in stored.findings.all()} == {"resident_id"}
    assert (stored.pages.count(), stored.extract_note) == (1, "")
    assert rescan(at=NOW).checked == 0
