"""A profile may say what its names are called in English."""

from pathlib import Path

import pytest
from django.utils import translation

from gongkai.agencies.queries import county
from gongkai.catalogue.models import RuleVersion
from gongkai.catalogue.profile import ProfileError, read_profile
from gongkai.web import telling
from tests.profiles.folders import YUNLING, copy_of, load

pytestmark = pytest.mark.django_db


def test_a_county_without_the_file_shows_chinese_marked_as_such() -> None:
    load(YUNLING)

    with translation.override("en"):
        shown = telling.marked_up("某个要素")

    assert "某个要素" not in county().english
    assert shown == '<span class="untold" lang="zh-Hans">某个要素</span>'


def test_english_comes_with_a_reload_and_makes_no_revision_of_a_rule(tmp_path: Path) -> None:
    folder = copy_of(YUNLING, tmp_path)
    load(folder)
    before = RuleVersion.objects.count()
    (folder / "english.yaml").write_text("words:\n  某个要素: some element\n", encoding="utf-8")

    report = load(folder)

    assert report.kinds["english"].added == ["某个要素"]
    assert "versions" not in report.kinds
    assert RuleVersion.objects.count() == before
    assert county().english["某个要素"] == "some element"


def test_english_that_is_no_text_is_refused(tmp_path: Path) -> None:
    folder = copy_of(YUNLING, tmp_path)
    (folder / "english.yaml").write_text("words:\n  某个要素: 3\n", encoding="utf-8")

    with pytest.raises(ProfileError) as refused:
        read_profile(folder)

    assert [problem.file for problem in refused.value.problems] == ["english.yaml"]
