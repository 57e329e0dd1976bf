"""Home addresses and dates of birth."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date

from gongkai.core.privacy.hits import Hit
from gongkai.core.privacy.kinds import Certainty, Kind
from gongkai.core.privacy.passage import Late, Passage, labelled
from gongkai.core.privacy.people import ADULT, NAME, NAME_CELL, named, sentence_at
from gongkai.core.said import Said

_HOME_LABELS = (
    "家庭(?:住址|地址)|(?:现|常)?住址|居住(?:地址|地|在)|户籍(?:地址|所在地|地)|户口(?:所在地|地址)|(?:通讯|通信|联系)地址|"
    "家住|现住|暂住|住在|身份证地址|详细地址"
)
_HOME = labelled(_HOME_LABELS)
_LIVES = (
    "地址",
    "住址",
    "户籍",
    "户口",
    "居住",
    "家住",
    "现住",
    "暂住",
    "住在",
)  # one is in every label of a home
_PUBLIC = labelled(
    "办公(?:地址|地点|室)|单位地址|(?:工程|建设|项目|开标|评标|交货|实施|会议|领取|咨询|报名|公示|拍卖|交易)(?:地址|地点|位置)|"
    "坐落|位置|位于|宗地|地块|公司地址|注册地址|经营(?:地址|场所)|企业地址|机构地址|住所|地点|采购人地址|代理机构地址|小区|房源|房号|"
    "房屋|配租|项目名称|工程"
)
# Named right before its address: nobody lives there. A person between the two makes it hers again.
_OF_INSTITUTION = Late(
    r"(?:公司|事务所|中心|大厅|机构|政府|委员会|办公室|办事处|[一-龥](?:局|院|厅|站|银行)|学校|采购人|招标人|供应商)"
    r"(?:\([^()]{0,20}\))?[\s,;、。:\d.()]{0,6}"
    r"(?:(?:办公|单位|联系|通讯|通信|详细)?地[ ]?址|办公地点)[\s:]{0,3}$"
)
_FOR_BUSINESS = Late(r"(?:报名|投标|招标|采购|代理|咨询|项目|工程|业务)[一-龥]{0,4}联系人[:][^。;\n\t]{2,40}$")
_ANY_ADDRESS = Late(r"地址|门牌|^(?:所在)?村组|^组别")
_HOUSE, _OWNER = Late(r"坐落|房屋(?:地址|位置)|住房(?:地址|位置)"), Late(r"户主|产权人|权利人|房主|被征收人")
_PLATE_LABEL = Late(r"门牌号?码?[:]?\s?$")
# What lies between a name and where the person lives.
_LIVING = Late(
    r"(?:户|家)?[,、(: ]?\s?(?:[男女][,、]\s?)?(?:[一-龥]族[,、])?(?:\d{1,3}周?岁[,、])?"
    r"(?:家住|现住|暂住|住址|住在|住于|现?居住(?:于|在|地)?|住|户籍地?|地址|门牌号?|"
    r"(?:名下)?(?:[,]\s?)?(?:房屋|住房|安置房|老宅)(?:位于|坐落于?|地址)?)?"
    r"[于在是为]?[: ]?\s?"
)
_STEP = (
    r"第?[\dA-Za-z一二三四五六七八九十]{1,6}(?:-\d{1,4}){0,3}[ ]?"
    r"(?:号楼|号院|号(?:之\d{1,3})?|栋|幢|座|(?:村民)?小组|组|单元|室|户|层|楼|梯|#)"
)
_UNIT = rf"{_STEP}(?:[ ]?{_STEP})*(?:[ ]?\d{{2,4}}(?!\d))?"
_PLACE = "村|社区|居委会|路|街|巷|大道|胡同|小区|花园|苑|新村|公寓|家园|大厦|广场|里|弄|城|园|府|湾|庭|角落"
_DETAIL = Late(rf"(?:{_PLACE})[一-龥A-Za-z]{{0,8}}?{_UNIT}")
_TOWN = Late(r"镇(?!政府|人民)|乡(?!政府|人民)|街道(?!办)|街道办事处|苏木")
_COUNTY = Late(r"[县区市旗](?!场|政府|人民)")
_STOP = Late(r"[,。;:\t\n、()()!?\"“”]")
_LONGEST = 60
_ROOM = Late(r"(?:室|单元|梯)|\d{1,3}[栋幢座].*\d{3,4}$")
_LABEL_REACH = 40
_VALUE = Late(r"[^,。;\t\n()()]{4,60}")


def addresses(passage: Passage) -> Iterator[Hit]:
    """Home addresses that go below the township or subdistrict.

    Where a label says home, whatever follows the township counts; elsewhere only a dwelling's unit or room does,
    and never the address of an office, a project or a plot, nor one an institution is named right before.
    """
    seen = -1
    for match in _DETAIL.finditer(passage.text):
        start = _beginning(passage.text, match.start())
        if start < seen:
            continue
        seen = match.end()
        yield from _address(passage, start, match.end())
    yield from _labelled_places(passage, seen)


def _beginning(text: str, anchor: int) -> int:
    """Where the run of characters that leads to ``anchor`` begins."""
    left = max(0, anchor - _LONGEST)
    stops = list(_STOP.finditer(text, left, anchor))
    start = stops[-1].end() if stops else left
    label = None
    for label in _LEAD.finditer(text, start, anchor):  # noqa: B007 - the last one counts
        pass
    start = label.end() if label else start
    if person := _RESIDENT.match(text, start, anchor):
        start = person.end()
    while start < anchor and text[start].isspace():
        start += 1
    return start


_RESIDENT = Late(rf"[一-龥]{{0,6}}?{NAME}[户家]?(?:户籍地?|房屋|名下)?住(?:在|于)?")
_LEAD = Late(
    r"家住|现住|暂住|住在|居住在|住于|地址|住址|位于|坐落(?:于|在)?|在(?=[一-龥]{2,6}[省市县区镇乡])|至(?=[一-龥]{2,6}[省市县区镇乡])"
)


def _address(passage: Passage, start: int, end: int) -> Iterator[Hit]:
    before = passage.text[max(0, start - _LONGEST) : start]
    if _OF_INSTITUTION.search(before) or _FOR_BUSINESS.search(before):
        return
    if passage.says(start, _HOME):
        yield Hit(Kind.ADDRESS, Certainty.CERTAIN, start, end, Said("标明为住址,详细到乡镇、街道以下"))
    elif _in_person_row(passage, start) or _said_of_somebody(passage.text, start):
        yield Hit(Kind.ADDRESS, Certainty.LIKELY, start, end, Said("人名旁边的地址,详细到村组或门牌"))
    elif not passage.says(start, _PUBLIC) and _ROOM.search(passage.text[start:end]):
        yield Hit(Kind.ADDRESS, Certainty.LIKELY, start, end, Said("详细到门牌或室号的地址"))


def _in_person_row(passage: Passage, start: int) -> bool:
    """A bare column 地址 in a list of people is where they live; the house in a list of its owners is theirs."""
    heading = passage.heading(start) if passage.headings else ""
    if _ANY_ADDRESS.search(heading) and not passage.says(start, _PUBLIC):
        return any("姓名" in one or "户主" in one for one in passage.headings)
    return bool(_HOUSE.search(heading)) and any(_OWNER.search(one) for one in passage.headings)


def _said_of_somebody(text: str, start: int) -> bool:
    """Whether the address at ``start`` follows the name of a private person, or names the house of one."""
    begin, end = sentence_at(text, start)
    before = text[begin:start]
    people = named(text[begin:end])
    if any(_LIVING.fullmatch(before, person.end) for person in people):
        return True
    return bool(people) and _PLATE_LABEL.search(before) is not None


def _labelled_places(passage: Passage, seen: int) -> Iterator[Hit]:
    """A home address without a number: village and group after the township are too much already."""
    if not passage.mentions(_LIVES):
        return
    # Beside cells a heading may be the label; in running text a label stands before its value or in it.
    beside = bool(passage.headings) or "\t" in passage.text
    labels = [] if beside else sorted(passage.all_of(_LIVES))
    for value in _VALUE.finditer(passage.text):
        start = value.start()
        at = bisect_left(labels, start - _LABEL_REACH)
        if not beside and (at == len(labels) or labels[at] >= value.end()):
            continue
        lead = None
        for lead in _LEAD.finditer(passage.text, start, value.end()):  # noqa: B007 - the last one counts
            pass
        start = lead.end() if lead else start
        while start < value.end() and passage.text[start] in " ::":
            start += 1
        if start < seen or value.end() - start < 4:
            continue
        kept = kept_length(passage.text[start : value.end()])
        rest = passage.text[start + kept : value.end()].strip()
        if kept and re.search(r"[村路街巷社区组号]", rest) and passage.says(start, _HOME):
            yield Hit(Kind.ADDRESS, Certainty.CERTAIN, start, value.end(), Said("标明为住址,写到了乡镇、街道以下"))


def kept_length(address: str) -> int:
    """How many characters of an address may stay: up to the township, else the county, else none."""
    towns = [m.end() for m in _TOWN.finditer(address)]
    if towns:
        return towns[0]
    counties = [m.end() for m in _COUNTY.finditer(address[:20])]
    return counties[-1] if counties else 0


_CENTURY = r"(?:(?<=1)9|(?<=2)0)"  # after its first digit
_YMD = _CENTURY + r"\d{2}[ ]?[年./\-][ ]?(?:0?[1-9]|1[0-2])[ ]?[月./\-][ ]?(?:0?[1-9]|[12]\d|3[01])(?!\d)[ ]?日?"
_YM = _CENTURY + r"\d{2}[ ]?[年./\-][ ]?(?:0?[1-9]|1[0-2])(?!\d)[ ]?月?"
_SOLID = _CENTURY + r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_DATE = Late(rf"[12](?<![\d\-./][12])(?:{_YMD}|{_YM}|{_SOLID})(?![\d])")
_BORN = labelled("出生(?:日期|年月日?|时间)?|生日|生于|birth")
_BIRTH = ("生", "男", "女", "birth")
_BORN_AFTER = Late(r"^\s?(?:出生|生于|生(?=[,。;) \t]|$))")
# Rules for entry and counts of births speak of dates between which everybody was born.
_SPAN_BEFORE = Late(r"(?:至|到|[-~—])\s?$")
_ANYBODY = Late(
    r"^\s?出生(?:人口|率|缺陷|登记|医学|证|数|婴|情况|的?(?:适龄|儿童|幼儿|婴|公民|人员|居民|学生|考生|子女|人口|孩子|申请人|参保))"
)
_CAREER = Late(r"^\s?(?:起|至今|开始)?(?:任|担任|参加|入党|入伍|毕业|调|加入|受聘|取得|获)")
_SEX = Late(r"[,、 (\t][男女][,、 \t](?:[一-龥]{1,4}族[,、 \t])?$")
# Who is to be appointed is made known with the month of birth: 党政领导干部选拔任用工作条例.
_APPOINTED = Late(r"现任|拟任|拟提名|拟提任|拟聘任|任前公示")
_FIGURES = re.compile(r"\d+")


def birth_dates(passage: Passage, today: date | None = None) -> Iterator[Hit]:
    """Dates of birth: so labelled, or standing after a person's sex; of a person under 18 it is said too.

    Age counts on ``today``, the day of the check, because it is the publication then that exposes: whoever has
    come of age since a document was written is no minor any more. Without ``today`` that is not asked.
    """
    if not passage.mentions(_BIRTH):
        return
    for match in _DATE.finditer(passage.text):
        start, end = match.span()
        why = _born(passage, start, end)
        if why:
            yield Hit(Kind.BIRTH_DATE, Certainty.LIKELY, start, end, why)
            if today and _under_age(match.group(), today) and _somebody(passage, start):
                told = Said("出生日期表明未满18周岁")
                yield Hit(Kind.MINOR, Certainty.LIKELY, start, end, told, beside=True)


def _born(passage: Passage, start: int, end: int) -> Said | None:
    """Why the date from ``start`` to ``end`` is one of birth; ``None`` where it is none."""
    after = passage.after(end)
    if _ANYBODY.match(after) or _APPOINTED.search(passage.text[slice(*sentence_at(passage.text, start))]):
        return None
    said = _BORN_AFTER.match(after) and not _SPAN_BEFORE.search(passage.before(start))
    if said or passage.says(start, _BORN):
        return Said("标明为出生日期")
    if _SEX.search(passage.text[max(0, start - 12) : start]) and not _CAREER.match(after):
        return Said("性别之后的日期,看来是出生日期")
    return None


def _under_age(written: str, today: date) -> bool:
    """Whether somebody born on the date ``written`` (year, month and perhaps day) is under 18 on ``today``."""
    figures = _FIGURES.findall(written)
    if len(figures) == 1:
        figures = [figures[0][:4], figures[0][4:6], figures[0][6:]]
    year, month, day = int(figures[0]), int(figures[1]), int(figures[2]) if len(figures) > 2 else 31
    return (year, month, day) <= (today.year, today.month, today.day) < (year + ADULT, month, day)


def _somebody(passage: Passage, start: int) -> bool:
    """Whether a person is named in the sentence, or in the row, that holds the date at ``start``."""
    begin, end = sentence_at(passage.text, start)
    if named(passage.text[begin:end]):
        return True
    return "\t" in passage.text and any(NAME_CELL.match(cell.strip()) for cell in passage.text.split("\t"))
