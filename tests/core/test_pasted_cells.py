"""Cells from a spreadsheet that arrived as text are spread over the fields of their names, or stay text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.core.pasted_cells import PastedCellsError, spread

NAMES = ["项目名称", "成交金额", "备注(可选)"]


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("项目名称\t测试项目\n成交金额\t128万元", {"项目名称": "测试项目", "成交金额": "128万元"}),
        ("项目名称\t成交金额\r\n测试项目\t128万元\r\n", {"项目名称": "测试项目", "成交金额": "128万元"}),
        ("●项目名称:\t甲\n○ 备注(可选)\t乙", {"项目名称": "甲", "备注(可选)": "乙"}),
        ("项目名称\t甲\t\t\n别的\t乙\t丙\n", {"项目名称": "甲"}),
        (
            '项目名称\t"第一行\n第二行"\n成交金额\t"他说""好"""',
            {"项目名称": "第一行\n第二行", "成交金额": '他说"好"'},
        ),
        ("项目名称\t成交金额\t备注(可选)\n甲\t1元", {"项目名称": "甲", "成交金额": "1元", "备注(可选)": ""}),
        ("项目名称\t成交金额\n成交金额\t1元", {"项目名称": "成交金额", "成交金额": "1元"}),
        ("项目名称\t\n成交金额\t1280000", {"项目名称": "", "成交金额": "1280000"}),
    ],
)
def test_values_go_to_their_names(pasted: str, meant: dict[str, str]) -> None:
    assert spread(pasted, names=NAMES) == meant


@pytest.mark.parametrize(
    "text", ["", "没有制表符", "甲\t乙", "\t\n\t", '项目名称\t"没有收尾', "第一段\n\t第二段缩进"]
)
def test_anything_else_stays_text(text: str) -> None:
    assert spread(text, names=NAMES) is None


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("项目名称\t甲\t乙\n成交金额\t1元", "第 1 行有 3 格"),
        ("项目名称\t成交金额\n甲\t1元\t多出来", "表头有 2 格,内容却有 3 格"),
    ],
)
def test_a_row_that_does_not_fit_is_told(pasted: str, said: str) -> None:
    with pytest.raises(PastedCellsError, match=said):
        spread(pasted, names=NAMES)


@given(st.text(alphabet='甲\t\n" 项目名称成交金额'))
def test_whatever_is_pasted_is_spread_or_told_or_text(pasted: str) -> None:
    try:
        found = spread(pasted, names=NAMES)
    except PastedCellsError:
        return
    assert found is None or set(found) <= set(NAMES)
