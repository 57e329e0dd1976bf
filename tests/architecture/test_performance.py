"""The page of measurements says what was measured: it is written from the kept figures, never by hand."""

from bench.__main__ import KEPT, PAGE, kept, page, table


def test_the_page_is_what_the_kept_figures_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(kept()), f"change {KEPT.name} and run python -m bench --page"


def test_one_bench_measured_again_leaves_the_others_as_they_were() -> None:
    before = kept()
    again = {**before, "search": {**before["search"], "rows": [{"work": "measured again", "ours": "1/s"}]}}
    for line in page(before).splitlines():
        if line not in table(before["search"]["rows"]).splitlines():
            assert line in page(again).splitlines()
    assert "| measured again | 1/s |" in page(again)


def test_another_first_column_begins_another_table() -> None:
    assert table([{"work": "a", "ours": "1"}, {"part": "b", "ms": "2"}]).count("|---|---|") == 2
