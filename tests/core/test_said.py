"""Sentences that remember their template."""

import json

from gongkai.core.said import Said, marked


def test_it_is_the_chinese_text() -> None:
    said = Said("附件“%(name)s”有 %(n)d 页", name="甲.pdf", n=3)

    assert said == "附件“甲.pdf”有 3 页"
    assert json.loads(json.dumps(said)) == "附件“甲.pdf”有 3 页"
    assert (said.template, said.values) == ("附件“%(name)s”有 %(n)d 页", {"name": "甲.pdf", "n": 3})


def test_a_sentence_without_values_keeps_its_per_cent_signs() -> None:
    assert Said("占 100%") == "占 100%"
    assert Said(marked("占 %(n)d%%"), n=5) == "占 5%"


def test_several_values_are_read_as_a_series() -> None:
    assert Said("缺少:%(names)s", names=["甲", Said("第%(n)s页", n=2)]) == "缺少:甲、第2页"


def test_an_error_hands_its_sentence_on() -> None:
    error = ValueError(Said("金额应为数"))

    assert isinstance(error.args[0], Said)
    assert str(error) == "金额应为数"
