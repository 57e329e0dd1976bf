"""What an officer types is bounded and visible, whichever field it is."""

import pytest

from gongkai.core.public_texts import PUBLIC_TEXTS, Kept
from gongkai.core.wording import PARAGRAPH, unfit


@pytest.mark.parametrize("mark", ["\x00", "\x0b", "\x1b", "\x7f", "\u202e", "\u2066", "\u200f"])
def test_what_nobody_can_see_is_refused_by_its_place(mark: str) -> None:
    wrong = unfit("理由", f"因{mark}故")
    assert wrong == "理由第 2 个字符是不可见的控制字符。请删去后重新粘贴为纯文本。"


def test_lines_and_tabs_are_text_and_the_bound_is_exact() -> None:
    assert unfit("理由", "一\n二\t三\r\n") is None
    assert unfit("理由", "字" * PARAGRAPH) is None
    assert (
        unfit("理由", "字" * (PARAGRAPH + 1)) == "理由有 2001 字,最多 2000 字。请精简,或把详细内容放进正文、附件。"
    )


def test_every_text_refused_where_it_is_written_is_bounded() -> None:
    assert {text.most <= PARAGRAPH for text in PUBLIC_TEXTS.values() if text.kept is Kept.REFUSED} == {True}
