"""The 公开清单 as a published version: a snapshot, a leaf, a difference, one winner."""

import json

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from gongkai.agencies.models import Agency
from gongkai.catalogue import queries
from gongkai.catalogue.actions import CatalogueConflictError, NothingToPublishError, publish_catalogue
from gongkai.catalogue.models import CatalogueVersion, Element, Item
from gongkai.core import canonical
from gongkai.core.authority import NotAllowedError
from gongkai.core.vocabulary import Role
from gongkai.events.models import Event
from gongkai.ledger.models import Leaf
from tests.cast import officer
from tests.profiles.folders import NOW, YUNLING, load

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    """The invented county."""
    load(YUNLING)


def test_the_first_version_keeps_the_national_columns_and_is_provable() -> None:
    version = publish_catalogue(by=None, at=NOW, note=" 首次发布 ")
    assert (version.number, version.title, version.note) == (
        1,
        "云岭县公共资源配置领域政府信息公开清单",
        "首次发布",
    )
    assert [row["code"] for row in version.rows] == ["GP-01", "EU-01", "EU-02", "EU-03"]
    leaf = Leaf.objects.get(kind="catalogue")
    record = json.loads(bytes(leaf.record))
    content = canonical.encode({"number": 1, "rows": version.rows})
    assert (record["sha256"], record["items"], record["replaces"]) == (canonical.sha256(content), 4, None)
    assert version.leaf_position == leaf.position
    event = Event.objects.latest("position")
    assert (event.kind, event.facts["added"]) == ("catalogue.published", 4)


def test_a_version_equal_to_the_last_is_not_published() -> None:
    publish_catalogue(by=None, at=NOW)
    with pytest.raises(NothingToPublishError, match="相同"):
        publish_catalogue(by=None, at=NOW)
    assert CatalogueVersion.objects.count() == 1


def test_an_empty_list_is_not_published() -> None:
    Item.objects.update(retired_on=NOW.date())
    with pytest.raises(NothingToPublishError):
        publish_catalogue(by=None, at=NOW)


def test_the_next_version_names_the_one_it_replaces_and_says_what_changed() -> None:
    first = publish_catalogue(by=None, at=NOW)
    Item.objects.filter(code="GP-01").update(name="采购结果公告")
    Item.objects.filter(code="EU-02").update(retired_on=NOW.date())
    Element.objects.create(item=Item.objects.get(code="EU-03"), name="附注", required=False, order=9)
    second = publish_catalogue(by=None, at=NOW)
    assert second.number == 2
    record = json.loads(bytes(Leaf.objects.get(subject="catalogue:2").record))
    assert record["replaces"] == first.leaf_position
    changes = queries.difference(first.rows, second.rows)
    assert [(c.kind, c.code) for c in changes] == [
        ("changed", "GP-01"),
        ("changed", "EU-03"),
        ("removed", "EU-02"),
    ]
    assert changes[0].fields == (queries.FieldChange("level_two", "采购结果", "采购结果公告"),)
    assert changes[1].fields[0].after.endswith("○附注")
    assert queries.latest_catalogue() == second


def test_a_published_version_cannot_be_changed_or_removed() -> None:
    version = publish_catalogue(by=None, at=NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CatalogueVersion.objects.filter(pk=version.pk).update(note="改")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        version.delete()


def test_only_the_office_publishes_the_list() -> None:
    finance, hall = Agency.objects.get(code="finance"), Agency.objects.get(code="open_office")
    with pytest.raises(NotAllowedError):
        publish_catalogue(by=officer("wang", "王测试", (Role.HEAD, finance)), at=NOW)
    su = officer("su", "苏测试", (Role.OFFICE, hall))
    assert publish_catalogue(by=su, at=NOW).published_by == su


def test_of_two_publishing_at_once_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(**kwargs: object) -> None:
        raise IntegrityError("number")

    monkeypatch.setattr(CatalogueVersion.objects, "create", lost)
    with pytest.raises(CatalogueConflictError, match="刷新"):
        publish_catalogue(by=None, at=NOW)
    assert not Leaf.objects.filter(kind="catalogue").exists()
