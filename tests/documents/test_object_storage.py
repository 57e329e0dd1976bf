"""Files in S3-compatible storage: the same verbs over a real connection to a server of the S3 protocol (moto)."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer

from gongkai.documents.actions import (
    DocumentRefusedError,
    StorageError,
    local_copy,
    mask_file,
    open_file,
    scan_file,
    store,
)
from gongkai.documents.actions.copies import storage_name
from gongkai.documents.models import StoredFile

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INVENTED = "350524199001011238"
BUCKET = "gongkai-test"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    simulated = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    simulated.start()
    host, port = simulated.get_host_and_port()
    yield f"http://{host}:{port}"
    simulated.stop()


@pytest.fixture
def bucket(server: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3", endpoint_url=server)
    client.create_bucket(Bucket=BUCKET)
    settings.STORAGES = {**settings.STORAGES, "default": storage_at(server)}
    yield client
    for name in names(client):
        client.delete_object(Bucket=BUCKET, Key=name)
    client.delete_bucket(Bucket=BUCKET)


def storage_at(address: str) -> dict[str, Any]:
    options = {"bucket_name": BUCKET, "endpoint_url": address, "default_acl": "private", "file_overwrite": True}
    return {"BACKEND": "gongkai.documents.object_storage.ObjectStorage", "OPTIONS": options}


def names(client: Any) -> list[str]:
    return [found["Key"] for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def note(text: str = "没有个人信息") -> io.BytesIO:
    return io.BytesIO(text.encode())


def test_a_file_lies_in_the_bucket_under_its_fingerprint_and_comes_back_byte_for_byte(bucket: Any) -> None:
    stored = store(note(), name="a.txt", by=None, at=NOW)
    assert names(bucket) == [f"{stored.sha256[:2]}/{stored.sha256}"]
    with open_file(stored) as opened:
        assert opened.read().decode() == "没有个人信息"
    with local_copy(stored) as path:
        assert path.read_text(encoding="utf-8") == "没有个人信息"
    assert not path.exists()


def test_the_same_bytes_again_are_one_object_and_a_lost_object_is_put_back(bucket: Any) -> None:
    stored = store(note(), name="a.txt", by=None, at=NOW)
    assert store(note(), name="b.txt", by=None, at=NOW) == stored
    assert len(names(bucket)) == 1
    bucket.delete_object(Bucket=BUCKET, Key=storage_name(stored.sha256))
    with pytest.raises(FileNotFoundError):
        open_file(stored)
    assert store(note(), name="a.txt", by=None, at=NOW) == stored
    assert names(bucket) == [storage_name(stored.sha256)]


def test_the_check_and_the_masked_copy_read_and_write_there(bucket: Any) -> None:
    stored = store(note(f"身份证号 {INVENTED}"), name="a.txt", by=None, at=NOW)
    assert [found.kind for found in scan_file(stored, name="a.txt", by=None, at=NOW)] == ["resident_id"]
    copy = mask_file(stored, name="a.txt", by=None, at=NOW)
    assert set(names(bucket)) == {storage_name(stored.sha256), storage_name(copy.sha256)}
    with open_file(copy) as opened:
        assert INVENTED not in opened.read().decode()


def test_a_store_that_does_not_answer_refuses_in_words_and_keeps_no_row(settings: Any, bucket: Any) -> None:
    kept = store(note(), name="a.txt", by=None, at=NOW)
    bucket.delete_object(Bucket=BUCKET, Key=storage_name(kept.sha256))
    settings.STORAGES = {**settings.STORAGES, "default": storage_at("http://127.0.0.1:9")}
    with pytest.raises(DocumentRefusedError, match="附件存储连接不上") as refused:
        store(note("另一份"), name="b.txt", by=None, at=NOW)
    assert refused.value.code == "storage"
    with pytest.raises(StorageError):
        open_file(kept)
    assert StoredFile.objects.count() == 1


def test_a_bucket_that_is_missing_is_a_fault_of_the_store(settings: Any, bucket: Any) -> None:
    storage = storage_at(settings.STORAGES["default"]["OPTIONS"]["endpoint_url"])
    storage["OPTIONS"]["bucket_name"] = "no-such-bucket"
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    with pytest.raises(OSError, match="object storage"):
        default_storage.save("a", io.BytesIO(b"x"))
