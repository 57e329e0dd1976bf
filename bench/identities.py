"""Invented identities, decoys and sentences for the corpus of the privacy check; all from one seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench import written_forms

TRAINING_SEED, HELD_OUT_SEED = 20180712, 90210
_SURNAMES = "陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾廖赖徐周叶苏庄江吕何罗高萧"
_GIVEN = "志明建国秀英丽华美玲文斌小红国强伟芳桂兰玉珍海燕晓东俊杰雅婷宗翰思源子涵"
_TOWNS = ("凤城镇", "城厢镇", "湖头镇", "官桥镇", "龙门镇", "感德镇", "剑斗镇", "蓬莱镇", "西坪镇", "虎邱镇")
# The county's own lists, as its profile has them: words with their reasons, and documents that are not public.
WORDS = {"磨石专案": "正在办理的案件", "蓝桥行动": "尚未公布的部署", "备用水源三号点": "要害部位"}
CLOSED = ("安政综〔2019〕12号", "安委办〔2021〕7号", "安应急〔2020〕33号")
_ILLS = ("尿毒症", "白血病", "精神分裂症", "肺癌", "糖尿病")
_POOR = ("低保户", "特困人员", "建档立卡贫困户", "五保户", "低收入家庭")


@dataclass(frozen=True)
class Label:
    """One thing put into a file: what it is, in which layer, and the characters as a plain number or word."""

    kind: str
    layer: str
    value: str


@dataclass
class Labelled:
    """One document of the corpus with everything that must be found in it."""

    path: str
    labels: list[Label] = field(default_factory=list)


class Invent:
    """Invented identities and decoys, from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a corpus, not a secret

    def digits(self, count: int) -> str:
        return "".join(self.random.choice("0123456789") for _ in range(count))

    def name(self) -> str:
        return self.random.choice(_SURNAMES) + "".join(self.random.sample(_GIVEN, self.random.choice((1, 2, 2))))

    def birth(self) -> tuple[int, int, int]:
        return self.random.randint(1938, 2004), self.random.randint(1, 12), self.random.randint(1, 28)

    def resident_id(self) -> str:
        area = self.random.choice(("350524", "350524", "350582", "350521", "360981", "440305", "510107", "330106"))
        year, month, day = self.birth()
        body = f"{area}{year}{month:02}{day:02}{self.digits(3)}"
        total = sum(int(c) * (2 ** (17 - i) % 11) for i, c in enumerate(body))
        return body + "10X98765432"[total % 11]

    def mobile(self) -> str:
        return self.random.choice(
            ("138", "139", "150", "159", "186", "188", "177", "199", "135", "166")
        ) + self.digits(8)

    def landline(self) -> str:
        return "0595-2" + self.digits(7)

    def bank(self) -> str:
        body = self.random.choice(("622848", "621700", "622202", "621661", "620522")) + self.digits(12)
        doubled = [int(c) for c in reversed(body)]
        total = sum(sum(divmod(2 * d, 10)) if i % 2 == 0 else d for i, d in enumerate(doubled))
        return body + str(-total % 10)

    def passport(self) -> str:
        return self.random.choice(("EA", "EK", "E1", "G5", "E8")) + self.digits(7)

    def permit(self) -> str:
        return self.random.choice("HM") + self.digits(8)

    def email(self) -> str:
        user = "".join(self.random.choice("abcdefghkmnpqrstuvwxyz") for _ in range(6)) + self.digits(2)
        return f"{user}@{self.random.choice(('163.com', 'qq.com', '126.com', 'sina.cn'))}"

    def plate(self) -> str:
        return "闽C" + self.random.choice("ABDEFGH") + self.digits(4)

    def address(self) -> str:
        road = self.random.choice(("大同路", "河滨路", "民主路", "金融路", "新华街", "茶博路"))
        town = self.random.choice(_TOWNS)
        house = f"{self.random.randint(1, 300)}号"
        room = f"{self.random.randint(1, 20)}栋{self.random.randint(1, 30)}0{self.random.randint(1, 4)}室"
        return f"安溪县{town}{road}{house}" + self.random.choice(("", room))

    # --- decoys: what looks like a number of a person and is none -------------------------------------------
    def order(self) -> str:
        start = f"20{self.random.randint(18, 26)}{self.random.randint(1, 12):02}{self.random.randint(1, 28):02}"
        return start + self.digits(10)

    def uscc(self) -> str:
        alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        body = self.random.choice(("91350524", "12350524", "92350524")) + self.random.choice(("MA", "40", "76"))
        body += "".join(self.random.choice(alphabet) for _ in range(7))
        weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
        total = sum(alphabet.index(c) * w for c, w in zip(body, weights, strict=True))
        return body + alphabet[-total % 31]

    def serial(self) -> str:
        return self.random.choice(("SN", "ZD", "AX", "No")) + self.digits(self.random.choice((10, 11, 12)))

    def money(self) -> str:
        return f"{self.random.randint(10_000_000_000, 19_999_999_999)}元"

    def project(self) -> str:
        return f"E3505240802{self.digits(6)}"

    def decoy(self) -> tuple[str, str]:
        """A heading and a value that must not be taken for personal data."""
        heading, make = self.random.choice(self.decoys())
        return heading, make()

    def decoys(self) -> tuple[tuple[str, Callable[[], str]], ...]:
        draw = self.random
        return (
            ("订单号", self.order),
            ("统一社会信用代码", self.uscc),
            ("设备编号", self.serial),
            ("中标金额", self.money),
            ("项目编号", self.project),
            ("流水号", lambda: self.digits(20)),
            ("受理编号", lambda: written_forms.receipt(draw)),
            ("时间戳", lambda: written_forms.timestamp(draw)),
            ("历年数量", lambda: written_forms.listed(draw)),
            ("产量", lambda: written_forms.tonnes(draw)),
            ("公告日期", lambda: f"2026-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}"),
            ("建设地点", lambda: f"安溪县{draw.choice(_TOWNS)}大同路{draw.randint(1, 99)}号"),
            ("宗地编号", lambda: f"2026P{self.digits(2)}"),
            ("监管账户余额", lambda: f"{self.digits(8)}.{self.digits(2)}"),
            ("依据文件", lambda: f"安政办〔20{draw.randint(16, 26)}〕{draw.randint(1, 300)}号"),
            ("资金来源", lambda: f"低保对象补助资金{draw.randint(1, 900)}万元"),
            ("发文字号", lambda: f"安政综〔20{draw.randint(20, 26)}〕{draw.randint(13, 300)}号"),
            ("公开属性", lambda: "主动公开"),
            ("涉及地点", lambda: draw.choice(("磨石村", "蓝桥小学", "备用水源二号点", "专案组办公室"))),
            ("保密条款", lambda: "中标人应当保守国家秘密和商业秘密"),
        )


HEADINGS = {
    "resident_id": "身份证号码", "mobile": "手机号码", "landline": "家庭电话", "bank_account": "银行账号",
    "passport": "护照号码", "hk_mo_tw_permit": "港澳居民通行证号", "email": "电子邮箱", "plate": "车牌号",
    "address": "家庭住址", "birth_date": "出生日期", "health": "健康状况", "poverty": "困难类别",
}  # fmt: skip
# Kinds that stand in running text only.
MARKS = {
    "secrecy_mark": ("机密★10年", "秘密★5年", "绝密★长期", "密级:秘密", "内部资料 注意保存"),
    "minor": ("(9岁)", "(13周岁)"),
    "not_public_citation": ("", "安委密〔2020〕{}号", "安政内〔2022〕{}号", "安政函〔2021〕{}号(不公开)",
                            "(此件依申请公开)", "公开属性:不予公开"),
    "county_word": tuple(WORDS),
}  # fmt: skip
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def written(invent: Invent, kind: str) -> tuple[str, str]:
    """A value of ``kind``: as it is written into the file, and as the plain number or word that it is."""
    draw = invent.random
    if kind == "resident_id":
        value = invent.resident_id()
        plain = (value, value, value, value.translate(FULL_WIDTH), value.lower())
        return draw.choice((*plain, draw.choice(written_forms.ID_FORMS)(value, draw))), value
    if kind == "mobile":
        value = invent.mobile()
        plain = (value, value, value, value.translate(FULL_WIDTH))
        return draw.choice((*plain, draw.choice(written_forms.MOBILE_FORMS)(value, draw))), value
    if kind == "birth_date":
        year, month, day = invent.birth()
        value = draw.choice((f"{year}年{month}月{day}日", f"{year}-{month:02}-{day:02}", f"{year}.{month}.{day}"))
        return value, value
    if kind == "not_public_citation":
        shown = (draw.choice(MARKS[kind]) or draw.choice(CLOSED)).format(draw.randint(1, 90))
        return shown, shown.removesuffix("(不公开)")
    if kind in MARKS:
        value = draw.choice(MARKS[kind])
        return value, value.strip("()")
    if kind in {"health", "poverty"}:
        value = draw.choice(_ILLS if kind == "health" else _POOR)
        return value, value
    make = {"landline": invent.landline, "bank_account": invent.bank, "passport": invent.passport,
            "hk_mo_tw_permit": invent.permit, "email": invent.email, "plate": invent.plate,
            "address": invent.address}[kind]  # fmt: skip
    value = make()
    return value, value


def sentence(invent: Invent, kind: str, shown: str) -> str:
    """The value in running text, with or without a label, as notices have it."""
    draw, name = invent.random, invent.name()
    label = HEADINGS.get(kind, "")
    if kind == "health":
        return f"申请人{name}患{shown},家庭收入低。"
    if kind == "poverty":
        return f"申请人{name}系{shown},经审核符合条件。"
    if kind in {"resident_id", "mobile"}:
        said = f"申请人{name}({shown})经审核合格。"
        return draw.choice((f"{name},{label}:{shown}。", said, f"联系人:{name} {shown}", f"{label} {shown}"))
    if kind == "county_word":
        return f"与{shown}有关的材料另行归档。"
    if kind == "not_public_citation":
        return shown if "〔" not in shown else f"{draw.choice(('根据', '依据', '现按照'))}{shown}的要求办理。"
    if kind in MARKS:
        return shown if kind == "secrecy_mark" else f"{name}{shown}的情况已核实。"
    if kind == "birth_date":
        return draw.choice((f"{name},男,{shown}出生。", f"出生日期:{shown}"))
    return f"{name},{label}:{shown}。"


def decoy_sentence(invent: Invent) -> str:
    """A sentence with something that only looks personal."""
    heading, value = invent.decoy()
    return f"{heading}:{value}。"


Plan = list[tuple[str, str, str]]  # kind, text as written, plain value


class Writer:
    """Builds one file of a format and records what went where."""

    def __init__(self, invent: Invent, folder: Path) -> None:
        self.invent, self.folder = invent, folder

    def pick(self, count: int = 3, *, marks: bool = False) -> Plan:
        """Kinds for one place: identity numbers and mobiles most often, as in real lists."""
        kinds = self.invent.random.choices(tuple(HEADINGS), weights=(8, 8, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2), k=count)
        kinds = [kind if self.invent.random.random() > 0.08 or not marks else mark for kind in kinds
                 for mark in [self.invent.random.choice(tuple(MARKS))]]  # fmt: skip
        return [(kind, *written(self.invent, kind)) for kind in kinds]

    def sentences(self, plan: Plan) -> list[str]:
        lines = [sentence(self.invent, kind, shown) for kind, shown, _ in plan]
        lines += [decoy_sentence(self.invent) for _ in range(3)]
        self.invent.random.shuffle(lines)
        return lines

    def rows(self, plan: Plan, count: int) -> tuple[list[list[str]], list[tuple[str, str]]]:
        """A list of people with a heading row: the plan's kinds as columns and two columns of decoys."""
        kinds = list(dict.fromkeys(kind for kind, _, _ in plan))
        decoys = [self.invent.decoy()[0] for _ in range(2)]
        table = [["序号", "姓名", *(HEADINGS[kind] for kind in kinds), *decoys]]
        found = []
        makers = dict(self.invent.decoys())
        for number in range(1, count + 1):
            cells = [written(self.invent, kind) for kind in kinds]
            found += [(kind, value) for kind, (_, value) in zip(kinds, cells, strict=True)]
            table.append([str(number), self.invent.name(), *(shown for shown, _ in cells),
                          *(makers[name]() for name in decoys)])  # fmt: skip
        return table, found


def labels(plan: Plan, layer: str) -> list[Label]:
    """The labels of a plan written into one layer."""
    return [Label(kind, layer, value) for kind, _, value in plan]
