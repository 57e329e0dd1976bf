"""A withheld version has left every public door; that it was there, when, why and its digest stay."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from gongkai.core.drafting import Text
from gongkai.core.vocabulary import Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.actions import Withholding
from gongkai.disclosures.models import Attachment, Disclosure, Revision
from gongkai.documents.actions import store
from gongkai.events.follower import catch_up
from gongkai.ledger.follower import TilesFollower
from gongkai.search.follower import SearchFollower
from gongkai.search.queries import search
from tests.make import NOW, make_disclosure, make_exclusion, make_hands, text

SECRET = "不宜公开的词"


@pytest.fixture(autouse=True)
def _places(settings: Any, tmp_path: Path) -> None:
    settings.SEARCH_INDEX = tmp_path / "search.sqlite3"
    settings.VAR_DIR = tmp_path


def version(revision: Revision, *, said: Text) -> Disclosure:
    """Carry a draft of a disclosure to publication."""
    drafter, reviewer, _ = make_hands(revision.disclosure.agency)
    at = NOW + timedelta(hours=revision.number)
    saved = actions.save_revision(revision, text=said, edits=revision.edits, by=drafter, at=at)
    actions.submit(saved, by=drafter, at=at)
    actions.record_review(saved, verdict=Verdict.APPROVE, grounds="不涉密", by=reviewer, at=at)
    saved.refresh_from_db()
    return actions.publish(saved, by=drafter, at=at)


def leaking() -> Disclosure:
    """Two versions that hold what must not be public, in every part and in a file."""
    bad = {
        "title": f"{SECRET}公告",
        "summary": f"{SECRET}概述",
        "doc_no": f"{SECRET}1号",
        "body": f"<p>{SECRET}正文</p>",
        "elements": {"项目名称": SECRET, "成交金额": "1万元"},
    }
    disclosure = make_disclosure(**bad)
    drafter = make_hands(disclosure.agency)[0]
    stored = store(io.BytesIO(f"{SECRET}附件".encode()), name="a.txt", by=drafter, at=NOW)
    second = actions.start_correction(disclosure, reason=f"{SECRET}有误", by=drafter, at=NOW)
    actions.attach(second, stored=stored, name=f"{SECRET}.txt", by=drafter, at=NOW)
    return version(Revision.objects.get(pk=second.pk), said=text(**bad))


def clean(disclosure: Disclosure, *versions: int) -> Disclosure:
    """The third version, without; ``versions`` leave with it."""
    drafter = make_hands(disclosure.agency)[0]
    third = actions.start_correction(
        disclosure,
        reason="去掉不宜公开的内容",
        by=drafter,
        at=NOW,
        withholding=Withholding(versions, make_exclusion(), "原版含有个人身份证件号码"),
    )
    for hung in third.attachments.all():
        actions.detach(hung, by=drafter, at=NOW)
    return version(Revision.objects.get(pk=third.pk), said=text(title="干净的公告"))


def doors(disclosure: Disclosure) -> list[str]:
    """Every public address at which anything of a version can be read."""
    base = f"/d/{disclosure.public_id}"
    files = Attachment.objects.filter(revision__disclosure=disclosure)
    return [
        f"{base}/", f"{base}.json", f"{base}/versions/", f"{base}/print/", f"{base}/clock/",
        *(f"{base}/versions/{n}/" for n in (1, 2, 3)),
        *(f"{base}/content.{n}.json" for n in (1, 2, 3)),
        *(f"{base}/files/{a.pk}/" for a in files), *(f"{base}/files/{a.pk}/text/" for a in files),
        f"/api/v1/disclosures/{disclosure.public_id}", "/api/v1/disclosures", "/disclosures/", "/disclosures.csv",
        "/disclosures.atom", "/disclosures.feed.json", "/data/disclosures.csv", "/data/disclosures.json",
        "/", "/sitemap.xml", f"/search/?q={SECRET}", "/timeliness/rows/",
    ]  # fmt: skip


def shown(address: str) -> str:
    answer = Client().get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return str(body.decode()) if answer.status_code == 200 else ""


def telling(disclosure: Disclosure) -> set[str]:
    """The doors at which the secret can be read; the search page repeats the question, which does not count."""
    asked = f"/search/?q={SECRET}"
    found = {door for door in doors(disclosure) if SECRET in shown(door) and door != asked}
    return found | ({asked} if search(SECRET).hits else set())


@pytest.mark.django_db
def test_before_it_is_withheld_the_old_version_is_read_at_its_doors_and_afterwards_at_none() -> None:
    disclosure = leaking()
    catch_up(SearchFollower())
    assert len(telling(disclosure)) > 15
    disclosure = clean(disclosure)
    catch_up(SearchFollower())
    reader = make_hands(disclosure.agency)[1]
    left = telling(disclosure)
    assert {f"/d/{disclosure.public_id}/versions/", f"/d/{disclosure.public_id}/content.1.json"} <= left
    for number in (1, 2):
        actions.withhold_version(
            disclosure.revisions.get(number=number), ground=make_exclusion(), reason="含隐私", by=reader, at=NOW
        )
    assert telling(disclosure) == set()


@pytest.mark.django_db
def test_with_a_correction_nothing_is_left_at_once_not_even_in_copies_made_before() -> None:
    disclosure = leaking()
    catch_up(SearchFollower())
    assert SECRET in shown("/data/disclosures.csv")
    assert search(SECRET).hits
    disclosure = clean(disclosure, 1, 2)  # nothing has caught up: neither the index nor the dumps
    assert telling(disclosure) == set()
    catch_up(SearchFollower())
    assert telling(disclosure) == set()
    assert [hit.title for hit in search("干净的公告").hits] == ["干净的公告"]


@pytest.mark.django_db
def test_a_dump_that_does_not_say_how_far_it_reaches_is_made_again(tmp_path: Path) -> None:
    disclosure = clean(leaking(), 1, 2)
    assert disclosure.title in shown("/data/disclosures.csv")
    (tmp_path / "dumps" / "disclosures.csv").write_text("old", encoding="utf-8")
    assert shown("/data/disclosures.csv") == "old"  # fresh and knows of everything taken back
    (tmp_path / "dumps" / "disclosures.csv.position").unlink()
    assert disclosure.title in shown("/data/disclosures.csv")


@pytest.mark.django_db
def test_number_moments_reason_ground_digest_and_leaf_stay() -> None:
    disclosure = clean(leaking(), 1, 2)
    first = disclosure.revisions.get(number=1)
    digest = json.loads(bytes(_leaf(first)))["sha256"]
    for address in (f"/d/{disclosure.public_id}/versions/", f"/d/{disclosure.public_id}/versions/1/"):
        page = shown(address)
        assert "第 1 版的内容已收回" in page
        assert "原版含有个人身份证件号码" in page
        assert "个人隐私(第15条)" in page
        assert digest in page
        assert f"公开日志第 {first.leaf_position} 位" in page
    told = json.loads(shown(f"/api/v1/disclosures/{disclosure.public_id}"))["versions"]
    assert [v["withheld_ground"] for v in told] == ["PRIVACY", "PRIVACY", ""]
    assert (told[0]["title"], told[0]["reason"], told[0]["leaf"]) == ("", "", first.leaf_position)
    assert told[0]["withheld_at"]
    assert told[2]["withheld_at"] is None


def _leaf(revision: Revision) -> bytes:
    from gongkai.ledger.models import Leaf

    return bytes(Leaf.objects.get(position=revision.leaf_position).record)


@pytest.mark.django_db
def test_the_versions_page_costs_the_same_however_many_are_withheld(
    django_assert_max_num_queries: Any,
) -> None:
    disclosure = clean(leaking(), 1, 2)
    with django_assert_max_num_queries(12):
        shown(f"/d/{disclosure.public_id}/versions/")


@pytest.mark.django_db(transaction=True)
def test_a_proof_taken_before_still_verifies_and_says_what_became_of_it() -> None:
    disclosure = leaking()
    catch_up(TilesFollower())
    before = Client().get(f"/d/{disclosure.public_id}/proof.tlog-proof").content
    content = Client().get(f"/d/{disclosure.public_id}/content.2.json").content
    disclosure = clean(disclosure, 2)
    catch_up(TilesFollower())
    page = _checked(before, content)
    assert "<h2>内容已收回</h2>" in page
    assert "一个字节也没有变" in page
    assert "<h2>内容未改动</h2>" in _checked(Client().get(f"/d/{disclosure.public_id}/proof.tlog-proof").content)
    from gongkai.ledger import queries as ledger

    leaf = ledger.leaves_of(f"disclosure:{disclosure.public_id}")[-1]
    assert "<h2>旧版已收回</h2>" in _checked(ledger.proof_for(leaf.position).encode())
    call_command("verify_log")  # raises when anything the log vouches for is not there any more


def _checked(proof: bytes, content: bytes | None = None) -> str:
    files = {"proof": SimpleUploadedFile("a.tlog-proof", proof)}
    if content is not None:
        files["content"] = SimpleUploadedFile("a.json", content)
    return str(Client().post("/proof/", files).content.decode())
