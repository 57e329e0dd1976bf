"""The rarer ways through storing, checking and the applicants' key."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from gongkai.core.privacy.passage import Late
from gongkai.documents.actions import DocumentRefusedError, applicant_digest, applicants, checking, store
from gongkai.documents.actions.checking import inspect_path
from gongkai.documents.formats.passages import UnreadableFileError
from gongkai.documents.models import StoredFile
from gongkai.documents.reader import Reader

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Once(io.BytesIO):
    """A stream that can be read once, as a request's body."""

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0) -> int:
        raise AssertionError("it cannot be read again")


@pytest.mark.django_db
def test_a_stream_that_cannot_be_read_again_is_stored() -> None:
    assert store(Once("安溪县公示".encode()), name="a.txt", by=None, at=NOW).pages.get().text == "安溪县公示"


@pytest.mark.django_db
def test_one_reader_serves_several_files() -> None:
    with Reader() as reader:
        texts = [
            store(io.BytesIO(text.encode()), name="a.txt", by=None, at=NOW, reader=reader).pages.get().text
            for text in ("第一份公示", "第二份公示")
        ]
        assert reader._process is not None
        assert Path(f"/proc/{reader._process.pid}").exists()
    assert texts == ["第一份公示", "第二份公示"]


@pytest.mark.django_db
def test_a_file_with_a_password_is_refused() -> None:
    entry = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0") + bytes([34, 0, 2, 1])
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 22 + bytes([9, 0]) + b"\0" * 480
    with pytest.raises(DocumentRefusedError, match="密码") as refused:
        store(io.BytesIO(data + entry.ljust(512, b"\0")), name="a.docx", by=None, at=NOW)
    assert refused.value.code == "locked"


@pytest.mark.django_db
def test_a_disk_that_fails_leaves_no_half_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(path: Path, target: object) -> None:
        raise OSError("no room")

    folder = Path(settings.MEDIA_ROOT)
    before = set(folder.rglob(".part-*"))
    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(DocumentRefusedError, match="磁盘已满"):
        store(io.BytesIO("写不下的公示".encode()), name="a.txt", by=None, at=NOW)
    assert not StoredFile.objects.exists()
    assert set(folder.rglob(".part-*")) <= before


def test_a_county_file_nobody_can_read_is_said_of_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*, today: object) -> dict[str, object]:
        raise UnreadableFileError("县配置 privacy.yaml 读取失败")

    monkeypatch.setattr(checking, "county_rules", broken)
    (tmp_path / "a.txt").write_text("公示", encoding="utf-8")
    kept = inspect_path(tmp_path / "a.txt", name="a.txt", at=NOW)
    assert kept.trouble == "县配置 privacy.yaml 读取失败"
    assert [(one["kind"], one["why"]) for one in kept.findings] == [("unreadable", kept.trouble)]


def test_of_two_that_make_the_key_at_once_the_first_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "applicants.key"
    monkeypatch.setattr(settings, "APPLICANT_KEY", str(path))
    made = Path.hardlink_to

    def late(key: Path, target: Path) -> None:
        key.write_bytes(b"the first one's")
        made(key, target)

    monkeypatch.setattr(Path, "hardlink_to", late)
    assert applicant_digest("l", "r", "1234") == applicants._digest(b"the first one's", "l\nR\n1234")
    assert [one.name for one in tmp_path.iterdir()] == ["applicants.key"]


def test_a_pattern_answers_what_patterns_answer_and_nothing_else() -> None:
    late = Late("甲+")
    assert late.search("乙甲甲") is not None
    with pytest.raises(AttributeError, match="split"):
        late.split  # type: ignore[attr-defined]  # noqa: B018 - that is the question
