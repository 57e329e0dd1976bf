"""Invented people, companies and figures. Identifiers are well-formed and belong to no area that exists."""

from dataclasses import dataclass
from random import Random

from stdnum.cn import uscc

_SURNAMES = "林陈黄王李吴苏谢许郑廖柯"
_GIVEN = "文秋明素志雅建月清春远慧"
_TOKENS = ("岚砚", "澄屿", "桐岫", "沐禾", "栖禾", "瀚屿", "霁岚", "漱砚", "茗岫", "屿川", "砚禾", "岫澜")
_TRADES = {
    "td": ("建设工程有限公司", "建设工程有限公司", "工程管理有限公司"),
    "gp": ("科技有限公司", "科技有限公司", "项目咨询有限公司"),
    "lt": ("实业有限公司", "实业有限公司", "房地产评估有限公司"),
    "mine": ("石材有限公司", "石材有限公司", "矿业咨询有限公司"),
    "equity": ("茶业有限公司", "投资有限公司", "资产评估有限公司"),
    "forest": ("林业开发有限公司", "林业开发有限公司", "森林资源评估有限公司"),
    "emission": ("环保材料有限公司", "纸业有限公司", "环境咨询有限公司"),
}
_GENERAL = ("贸易有限公司", "建材有限公司", "咨询有限公司")
_NOWHERE = "359999"  # no administrative area has this code
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VILLAGES = ("云屏村", "岭后村", "溪尾村", "前坂村", "后垵村", "石鼓村", "桂林村", "福前村")


@dataclass(frozen=True)
class Company:
    """An invented company with a well-formed 统一社会信用代码."""

    name: str
    code: str


def company(rng: Random, trade: str) -> Company:
    """One that nobody has registered: an area that does not exist, a check character that fits."""
    body = f"91{_NOWHERE}MA" + "".join(rng.choice(_LETTERS) for _ in range(7))
    return Company(f"泉州{rng.choice(_TOKENS)}{trade}", body + uscc.calc_check_digit(body))


def companies(rng: Random, line: str) -> list[Company]:
    """Three different ones of the trade a line of stories is about."""
    made: dict[str, Company] = {}
    for trade in _TRADES.get(line, _GENERAL):
        while True:
            found = company(rng, trade)
            if found.name not in made:
                made[found.name] = found
                break
    return list(made.values())


def masked_person(rng: Random) -> str:
    """A name as lists publish it: ``林*文``."""
    return f"{rng.choice(_SURNAMES)}*{rng.choice(_GIVEN)}"


def officer_name(rng: Random) -> str:
    """A full invented name for an account."""
    return f"{rng.choice(_SURNAMES)}{rng.choice(_GIVEN)}{rng.choice(_GIVEN)}"
