"""Labelled sentences and table rows of a county's texts: what must be found in them, and what must not.

``with.txt`` holds templates with the marked words, ``without.txt`` what only speaks of the same matters: policies,
counts, projects, offices, posts. The slots are filled with invented people. ``python -m bench.sentences`` prints
recall by kind, precision, and everything missed or wrong.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.identities import Invent
from gongkai.core.privacy import Certainty, Rules, scan_text

TODAY = date(2026, 11, 1)
SEED = 41017
_HERE = Path(__file__).parent
_KINDS = {"m": "minor", "h": "health", "p": "poverty", "a": "address", "b": "birth_date"}
_MARK = re.compile(r"\[([mhpab]):([^\[\]]+)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_SURNAMES = "陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾廖赖徐周叶苏庄江吕何罗高萧白石金万康温章方文史毛钱蓝纪凌粘"
_GIVEN = (
    "志明 建国 秀英 丽华 美玲 文斌 小红 国强 伟 芳 桂兰 玉珍 海燕 晓东 俊杰 雅婷 宗翰 思源 子涵 金水 水木 火旺 "
    "阿土 清池 炳煌 添丁 乌番 招治 罔市 淑贞 梓萱 奕辰 浩宇 一诺 沐辰 静怡 佳怡 宇轩 锦程 雨桐 欣妍 敏 强 辉 涛"
)
_VALUES = {
    "t": "凤城镇 城厢镇 湖头镇 官桥镇 龙门镇 感德镇 剑斗镇 蓬莱镇 西坪镇 尚卿乡 大坪乡 祥华乡",
    "v": "槐植村 湖一村 善益村 下林村 石盘村 五甲村 福前村 新华社区 玉湖社区 鹤前村 尧阳村 灶美村",
    "s": "安溪县实验小学 凤城中心小学 湖头镇中心小学 感德第二小学 蓬莱镇岭美小学 安溪县第八小学",
    "j": "安溪第一中学 安溪县俊民中学 蓝溪中学 湖头中学 安溪县恒兴中学",
    "k": "安溪县第一幼儿园 城厢中心幼儿园 小金星幼儿园",
    "grade": "三年级2班 一年级 四年级(3)班 六年级一班 五年3班 二(1)班",
    "jgrade": "七年级2班 八年级(5)班 初三(2)班 高一年级 高二3班 九年级",
    "ill": "尿毒症 白血病 精神分裂症 肺癌 糖尿病 再生障碍性贫血 脑梗死 肝硬化 冠心病 强直性脊柱炎 鼻咽癌 癫痫",
    "g": "肢体残疾二级 智力残疾三级 精神残疾一级 视力一级残疾 听力残疾四级 多重残疾二级",
}


@dataclass(frozen=True)
class Sample:
    """One sentence or row, its columns' headings, and the marked places: kind, start, end."""

    text: str
    headings: tuple[str, ...]
    marks: tuple[tuple[str, int, int], ...]


def samples(name: str, *, draws: int = 3, seed: int = SEED) -> Iterator[Sample]:
    """Every template of the file ``name``, filled in ``draws`` times. The same seed gives the same people."""
    invent, headings = Invent(seed), ()
    for line in (_HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            headings = tuple(line[2:].split("|")) if "|" in line else ()
            continue
        row = line.startswith("| ")
        for _ in range(draws):
            filled = _SLOT.sub(lambda slot: _value(invent, slot[1]), line)
            yield _parsed("\t".join(filled[2:].split("|")) if row else filled, headings if row else ())


def _parsed(marked: str, headings: tuple[str, ...]) -> Sample:
    text, marks, at = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        marks.append((_KINDS[match[1]], len(text), len(text) + len(match[2])))
        text, at = text + match[2], match.end()
    return Sample(text + marked[at:], headings, tuple(marks))


def _value(invent: Invent, slot: str) -> str:
    draw = invent.random
    if slot in _VALUES:
        return draw.choice(_VALUES[slot].split())
    if slot in {"n", "n2", "n3", "c", "c2"}:
        return draw.choice(_SURNAMES) + draw.choice(_GIVEN.split())
    if slot == "x":
        return draw.choice(_SURNAMES) + draw.choice(("某某", "某", "××", "*" + draw.choice(_GIVEN.split())[-1]))
    if slot == "cdpf":
        return invent.resident_id() + draw.choice("1234567") + draw.choice("1234")
    ranges = {"y": (2010, 2024), "Y": (1938, 2004), "mo": (1, 12), "d": (1, 28), "a": (1, 17), "A": (19, 88),
              "u": (1, 9), "u2": (10, 199)}  # fmt: skip
    return str(draw.randint(*ranges[slot]))


class Figures:
    """What was found of what was put in, and what was found besides; ``certain`` counts the sure ones alone."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.right: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.texts: Counter[str] = Counter()
        self.examples: list[str] = []

    def recall(self, kind: str = "") -> float:
        """The share of the marked places that findings of their kind cover whole."""
        found = sum(n for k, n in self.found.items() if kind in {"", k})
        return found / max(1, found + sum(n for k, n in self.missed.items() if kind in {"", k}))

    def precision(self, kind: str = "") -> float:
        """The share of the findings that lie on a place marked with their kind."""
        right = sum(n for k, n in self.right.items() if kind in {"", k})
        return right / max(1, right + sum(n for k, n in self.wrong.items() if kind in {"", k}))

    def judge(self, sample: Sample) -> None:
        """Count one sample. A number that is told as an identity number, too, is not counted against it."""
        hits = [hit for hit in scan_text(sample.text, Rules(today=TODAY), headings=sample.headings)
                if hit.kind.value in _KINDS.values()]  # fmt: skip
        for kind, start, end in sample.marks:
            covered = {at for hit in hits if hit.kind.value == kind for at in range(hit.start, hit.end)}
            whole = covered >= {at for at in range(start, end) if sample.text[at].isalnum()}
            (self.found if whole else self.missed)[kind] += 1
            self.examples += [] if whole else [f"missed {kind} {sample.text[start:end]!r}: {sample.text!r}"]
        for hit in hits:
            near = any(hit.start < end and start < hit.end and _fits(hit.kind.value, kind)
                       for kind, start, end in sample.marks)  # fmt: skip
            (self.right if near else self.wrong)[hit.kind.value] += 1
            if hit.certainty is Certainty.CERTAIN:
                self.texts["certain right" if near else "certain wrong"] += 1
            if not near:
                self.examples.append(f"wrong {hit.kind} {sample.text[hit.start : hit.end]!r}: {sample.text!r}")
        self.texts["with" if sample.marks else "without"] += 1
        self.texts["disturbed"] += bool(hits and not sample.marks)


def _fits(found: str, marked: str) -> bool:
    """A child's date of birth is told twice: as such and as a child's."""
    return found == marked or (found, marked) == ("birth_date", "minor")


def measure(*names: str, draws: int = 3, seed: int = SEED) -> Figures:
    """The figures over the files ``names``; the two the detectors were written by where none is named."""
    figures = Figures()
    for name in names or ("with.txt", "without.txt"):
        for sample in samples(name, draws=draws, seed=seed):
            figures.judge(sample)
    return figures


def main() -> int:
    """Print the figures and every example missed or wrong."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else SEED
    for names in (("with.txt", "without.txt"), ("further.txt",)):
        figures = measure(*names, seed=seed)
        print(*figures.examples, sep="\n")
        for kind in _KINDS.values():
            print(f"{kind:12} recall {figures.recall(kind):.2%}  precision {figures.precision(kind):.2%}")
        print(
            f"{'all':12} recall {figures.recall():.2%}  precision {figures.precision():.2%}", dict(figures.texts)
        )
    return 0
