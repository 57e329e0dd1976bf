"""Home addresses, dates of birth, and the marks of minors, illness and poverty beside a person."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from gongkai.core.privacy.hits import Hit
from gongkai.core.privacy.kinds import Certainty, Kind
from gongkai.core.privacy.passage import Late, Passage, labelled
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
    r"(?:\([^()]{0,20}\))?[\s,,;;、。:\d.()]{0,6}"
    r"(?:(?:办公|单位|联系|通讯|通信|详细)?地[ ]?址|办公地点)[\s::]{0,3}$"
)
_ANY_ADDRESS = Late(r"地址")
_STEP = (
    r"第?[\dA-Za-z一二三四五六七八九十]{1,6}(?:-\d{1,4}){0,3}[ ]?"
    r"(?:号楼|号院|号|栋|幢|座|组|单元|室|户|层|楼|梯|#)"
)
_UNIT = rf"{_STEP}(?:[ ]?{_STEP})*(?:[ ]?\d{{2,4}}(?!\d))?"
_PLACE = "村|社区|居委会|路|街|巷|大道|胡同|小区|花园|苑|新村|公寓|家园|大厦|广场|里|弄|城|园|府|湾|庭|角落"
_DETAIL = Late(rf"(?:{_PLACE})[一-龥A-Za-z]{{0,8}}?{_UNIT}")
_TOWN = Late(r"镇(?!政府|人民)|乡(?!政府|人民)|街道(?!办)|街道办事处|苏木")
_COUNTY = Late(r"[县区市旗](?!场|政府|人民)")
_STOP = Late(r"[,,。;;::\t\n、()()!?\"“”]")
_LONGEST = 60
_ROOM = Late(r"(?:室|单元|梯)|\d{1,3}[栋幢座].*\d{3,4}$")
_LABEL_REACH = 40
_VALUE = Late(r"[^,,。;;\t\n()()]{4,60}")


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
    while start < anchor and text[start].isspace():
        start += 1
    return start


_LEAD = Late(
    r"家住|现住|暂住|住在|居住在|住于|地址|住址|位于|坐落(?:于|在)?|在(?=[一-龥]{2,6}[省市县区镇乡])|至(?=[一-龥]{2,6}[省市县区镇乡])"
)


def _address(passage: Passage, start: int, end: int) -> Iterator[Hit]:
    if _OF_INSTITUTION.search(passage.text[max(0, start - _LONGEST) : start]):
        return
    if passage.says(start, _HOME):
        yield Hit(Kind.ADDRESS, Certainty.CERTAIN, start, end, Said("标明为住址,详细到乡镇、街道以下"))
    elif not passage.says(start, _PUBLIC) and (
        _ROOM.search(passage.text[start:end]) or _in_person_row(passage, start)
    ):
        yield Hit(Kind.ADDRESS, Certainty.LIKELY, start, end, Said("详细到门牌或室号的地址"))


def _in_person_row(passage: Passage, start: int) -> bool:
    """A bare column 地址 in a list of people is where they live."""
    if not passage.headings or not _ANY_ADDRESS.search(passage.heading(start)):
        return False
    return any("姓名" in heading for heading in passage.headings)


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
_BORN_AFTER = Late(r"^\s?(?:出生|生于|生(?=[,,。;;)) \t]|$))")
_CAREER = Late(r"^\s?(?:起|至今|开始)?(?:任|担任|参加|入党|入伍|毕业|调|加入|受聘|取得|获)")
_SEX = Late(r"[,,、 (\t][男女][,,、 \t](?:[一-龥]{1,4}族[,,、 \t])?$")


def birth_dates(passage: Passage) -> Iterator[Hit]:
    """Dates of birth: so labelled, or standing after a person's sex."""
    if not passage.mentions(_BIRTH):
        return
    for match in _DATE.finditer(passage.text):
        start, end = match.span()
        if passage.says(start, _BORN) or _BORN_AFTER.match(passage.after(end)):
            yield Hit(Kind.BIRTH_DATE, Certainty.LIKELY, start, end, Said("标明为出生日期"))
        elif _SEX.search(passage.text[max(0, start - 12) : start]) and not _CAREER.match(passage.after(end)):
            yield Hit(Kind.BIRTH_DATE, Certainty.LIKELY, start, end, Said("性别之后的日期,看来是出生日期"))


_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦"
    "白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武莫孔向汤温康施洪柯颜翁庄詹涂肖易乔赖文欧"
)
_NAME = rf"(?<![一-龥])(?:[{_SURNAMES}][一-龥某×*]{{1,3}}?)"
_TITLE = "申请人|居民|村民|户主|职工|学生|患者|被告人|当事人|同学|其[子女父母]"
_PERSON = rf"(?:(?:{_TITLE})[::]?\s?[一-龥某×*]{{2,4}}?|{_NAME})"
_IS = r"(?:同志|同学)?[,,、]?\s?(?:系|属于?|为|是|[((])\s?(?:[本我该][村县镇社区]+|[一-龥]{2,4}[村县镇])?"
_NAME_CELL = Late(rf"^(?:[{_SURNAMES}][一-龥·某×*]{{1,3}}|欧阳[一-龥]{{1,2}}|[A-Z一-龥]*[*×某]{{1,2}}[一-龥]?)$")
_MINOR = "事实无人抚养儿童|留守儿童|困境儿童|孤儿|弃婴|未成年(?:人|子女|儿子|女儿)?"
_POOR = (
    "(?:城镇|城市|农村|城乡)?低保(?:户|对象|家庭|边缘户)?|最低生活保障(?:对象|家庭|户)|特困(?:供养)?(?:人员|对象|户)|五保(?:户|对象)|"
    "建档立卡(?:贫困)?(?:户|人口)?|贫困户|脱贫户|低收入(?:家庭|户)|边缘易致贫户|突发严重困难户|困难职工(?:家庭)?"
)
_ILL = (
    "尿毒症|白血病|血友病|艾滋病|乙肝|肺结核|精神(?:分裂症?|障碍|病)|抑郁症|癫痫|糖尿病|帕金森病?|冠心病|脑瘫|唐氏综合征|自闭症|"
    "重大疾病|大病|(?:恶性)?肿瘤|[一-龥]{1,3}癌|(?:慢性)?肾(?:功能)?衰竭|心脏病|系统性红斑狼疮|地中海贫血|中风|偏瘫|瘫痪|HIV"
)
_IMPAIRED = "肢体|视力|听力|言语|智力|精神|多重"
_GRADE = rf"(?:(?:{_IMPAIRED})?残疾?[一二三四1-4]级|(?:{_IMPAIRED})残疾(?:[一二三四1-4]级)?)"
_MARKS = (
    (Kind.MINOR, Late(_MINOR), Said("未成年人标记"),
     labelled("监护情况|儿童类别|人员类别|备注|类别|类型|说明|情况|身份")),
    (Kind.POVERTY, Late(_POOR), Said("困难身份标记"),
     labelled("类别|类型|备注|困难|说明|情况|身份|对象|保障|性质|原因")),
    (Kind.HEALTH, Late(f"{_GRADE}|{_ILL}"), Said("健康状况标记"),
     labelled("健康|疾病|病种|病情|诊断|残疾|患病|备注|类别|说明|情况|原因|身体")),
)  # fmt: skip
_MARK = Late("|".join(pattern.pattern for _, pattern, _, _ in _MARKS))  # any of them
_SUFFERS = Late(
    rf"{_PERSON}[^。;;\n\t]{{0,10}}?(?:患有?|罹患|确诊(?:为|患)?|身患|诊断为|因患|因病|因)(?P<mark>[一-龥]{{0,4}}?(?:{_ILL}))"
)
_GUARDIAN = Late(r"监护人[::]\s?(?P<mark>[一-龥]{2,4})(?![一-龥])")
_YOUNG = Late(rf"{_NAME}[,,、((]\s?(?:[男女][,,、]\s?)?(?:年龄)?(?P<mark>(?:1[0-7]|[1-9])周?岁)")
_AGE_HEADING, _AGES = Late(r"^年龄|^周岁"), ("年龄", "周岁")
_POOR_STEMS = ("低保", "最低生活保障", "特困", "五保", "建档立卡", "贫困户", "脱贫户", "低收入", "致贫户",
               "困难户", "困难职工")  # fmt: skip
# Kind, stems without one of which there is nothing to find, pattern, reason.
_IN_TEXT = (
    (Kind.MINOR, ("儿童", "孤儿", "弃婴", "未成年"), Late(rf"{_PERSON}{_IS}(?P<mark>{_MINOR})"),
     Said("指明某人是未成年人")),
    (Kind.POVERTY, _POOR_STEMS, Late(rf"{_PERSON}{_IS}(?P<mark>{_POOR})"),
     Said("指明某人的困难身份")),
    (Kind.HEALTH, ("残",), Late(rf"{_PERSON}{_IS}(?P<mark>{_GRADE})"), Said("指明某人的残疾等级")),
    (Kind.HEALTH, ("患", "确诊", "诊断", "因"), _SUFFERS, Said("指明某人患病")),
    (Kind.MINOR, ("监护人",), _GUARDIAN, Said("写明监护人")),
    (Kind.MINOR, ("岁",), _YOUNG, Said("姓名之后的年龄未满18周岁")),
)  # fmt: skip
_STEMS = ("儿", "婴", "未成年", "监护人", "岁", "低保", "最低生活", "特困", "五保", "建档", "贫", "低收入", "困难",
          "残", "病", "癌", "症", "瘤", "瘫", "肝", "结核", "精神", "癫痫", "帕金森", "脑", "肾", "狼疮", "风",
          "HIV", "患")  # fmt: skip
_SHORT = 16
_SAID_BEFORE, _SAID_AFTER = 60, 40  # more than any of _IN_TEXT spans about its stem


def marks_beside_people(passage: Passage) -> Iterator[Hit]:
    """Minors, illness and poverty: in a list, a cell of a person's row; in prose, said of a named person.

    Policies speak of the same groups; without a person beside them they are no finding.
    """
    speaks = any(stem in passage.text for stem in _STEMS)
    if not speaks and not passage.mentions(_AGES):
        return
    if "\t" in passage.text:
        yield from _cell_marks(passage)
    for kind, stems, pattern, why in _IN_TEXT:
        for match in passage.about(pattern, stems, before=_SAID_BEFORE, after=_SAID_AFTER):
            yield Hit(kind, Certainty.LIKELY, *match.span("mark"), why)


def _cell_marks(passage: Passage) -> Iterator[Hit]:
    cells = passage.text.split("\t")
    if not any(_NAME_CELL.match(cell.strip()) for cell in cells) and not _names_people(passage, cells):
        return
    start, known = 0, len(passage.headings)
    for number, cell in enumerate(cells):
        if 0 < len(cell) <= _SHORT:
            yield from _cell_mark(cell, start, passage.headings[number] if number < known else "")
        start += len(cell) + 1


def _names_people(passage: Passage, cells: list[str]) -> bool:
    """Whether a column headed 姓名 holds something in this row."""
    named = (cell for heading, cell in zip(passage.headings, cells, strict=False) if "姓名" in heading)
    return any(cell.strip() for cell in named)


def _cell_mark(cell: str, start: int, heading: str) -> Iterator[Hit]:
    for kind, pattern, why, fitting in _MARKS if _MARK.search(cell) else ():
        match = pattern.search(cell)
        if match and (fitting.search(heading) or match.end() - match.start() >= len(cell.strip()) - 2):
            listed = Said("人员名单中的%(why)s", why=why)
            yield Hit(kind, Certainty.LIKELY, start + match.start(), start + match.end(), listed)
    if _AGE_HEADING.match(heading) and cell.strip().isdecimal() and int(cell) < 18:
        yield Hit(Kind.MINOR, Certainty.LIKELY, start, start + len(cell), Said("人员名单中未满18周岁的年龄"))
