"""How running text names a private person: asked before a word is taken for a word about somebody."""

from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.core.privacy.passage import Late

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦"
    "白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武莫孔向汤温康施洪柯颜翁庄詹涂肖易乔赖文欧章鲁葛倪季俞纪凌蓝裴祝左牛童聂焦丘褚骆辜卓连游简包沙车甘华练粟"
)
_COMPOUND = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|司徒|夏侯"
GIVEN = "一-龥某×*"
# Words that begin like a name and are none, and the last characters of places and bodies.
_NO_NAME = (
    "高中|高校|高等|高级|高血|高龄|高新|高温|高标|高处|高空|高速|高度|高层|高考|白血|白内|金融|金额|金属|石材|石油|方案|方可|方式|方便|方面|方向|万人|万元|万名|"
    "江苏|江西|文件|文化|文明|文书|文物|施工|施行|严格|严重|严禁|温馨|温室|康复|任何|任务|任命|任期|任教|程序|张贴|张挂|马上|马路|马铃|章程|向社|向上|向县|"
    "何时|何种|何地|余额|余款|夏季|夏秋|贺信|毛竹|毛利|毛茶|纪念|纪委|纪检|纪律|凌晨|蓝天|史志办|史料|安溪|连续|连同|连接|易地|易致|包括|包装|包含|包干|左右|华侨|车辆|"
    "龙头|龙眼|季度|季节|武装|田间|田园|陶瓷|汤类|雷电|钱款|于是|于每|于当|于次|单位|周边|周期|周岁|周年|孔雀|曾任|曾经|曾在|童年|童装|游客|游泳|简称|简要|简易|"
    "甘蔗|练习|华南|华东|程度|金奖|钟点|熊猫|洪水[位灾毁期]|洪涝|洪灾|沙石|黄金周|林业|林地|林木|林权|林下|林场|田地|石料|水利|万亩|万户|方法|文字|文旅"
)
_NAME_END = "村镇乡县区厝社路街局院校站园厂店部办组委队所馆会户层"
_BEFORE = "人民主生者童儿子女孩孙士母父妻夫名将对由与和给户村区镇乡员象问望告的班园学级到为中"
_FOLLOW = (
    "小朋友|书面|身份证|证件|电话|手机|联系|性别|年龄|出生|户籍|籍贯|住址|地址|残疾证|系|是|为|属|患|因|身患|罹患|确诊|被|经|于|在|现|今年|年仅|享受|领取|持有|持[一二三四1-4]级|双目|户|家|一家|名下|之[子女妻夫父母长次孙]|的|同学|同志|"
    "等|均|已|就读|行|做|正|长期|每[周月年]|右|左|住|生于|需|育有|夫妇|老人|本人|低保|残疾|一户|由|申请|获|监护|认定|列[为入]|纳入|确定为|评定|奶奶|爷爷|老伴"
)
NAME = (
    rf"(?:(?<![一-龥])|(?<=[{_BEFORE}])|(?<=职工))(?!{_NO_NAME})"
    rf"(?:(?:{_COMPOUND})[{GIVEN}]{{1,2}}?|[{_SURNAMES}][{GIVEN}]{{1,2}}?)"
)
NAME_CELL = Late(
    rf"^(?!{_NO_NAME})(?:[{_SURNAMES}][一-龥·某×*]{{1,3}}|(?:{_COMPOUND})[一-龥]{{1,2}}|[A-Z一-龥]*[*×某]{{1,2}}[一-龥]?)$"
)
_ENDS = rf"(?<![{_NAME_END}])(?=[^一-龥某×*]|$|{_FOLLOW})"
_NAMED = Late(rf"(?P<name>{NAME}){_ENDS}")
# Who stands for an office, a firm or a profession is named because of that.
_ROLE = Late(
    r"(?:联系人|经办人|审核人|审批人|负责人|责任人|经理|代表人?|[局县镇乡市区村校院园所队科股处组部会站河林]长|书记|主任|主席|委员|专家|评委|教师|老师|班主任|"
    r"医[师生]|护士长?|律师|干部|工作人员|网格员|督导员|管理员|指导员|调解员|监理员|经营者|投资人|主讲人|主持人|成员|理事长?|会计|出纳|监督人员?|采购人|代理人|"
    r"(?:优秀|模范)[一-龥]{0,4}|捐赠人|校友|作者|承包人|施工员|安全员|建造师|工程师|法人|指派|任命|免去|聘任|拟聘用人员|投标人|供应商|中标人)[:]?\s?$"
)
_ROLE_AFTER = Late(
    r"^(?:(?:同志)?(?:现?任|担任|主持|带队|兼)|[(]?[一-龥]{0,6}"
    r"(?:[局县镇乡市区校院园所队科股处]长|主任|书记|主席|医[师生]|教师|老师|律师|经理|董事|干部)|[,][一-龥]{2,14}(?:教师|老师|[局校院所科]长|主任|医[师生]))"
)
_SENTENCE_ENDS = "。;!?\n\t"
ADULT = 18  # 《未成年人保护法》第二条
_LONGEST = 160
REACH = 48  # characters that may lie between a name and what is said of it


@dataclass(frozen=True, slots=True)
class Named:
    """A private person in a text: where the name stands."""

    start: int
    end: int


def stands_for_office(text: str, name: tuple[int, int]) -> bool:
    """Whether who is named at ``name`` is named as an official, a contact, a professional or for a firm."""
    before, after = text[max(0, name[0] - 12) : name[0]], text[name[1] : name[1] + 24]
    return _ROLE.search(before) is not None or _ROLE_AFTER.match(after) is not None


def named(text: str) -> list[Named]:
    """The private persons named in a sentence, in order; officials, contacts and firms' people are left out."""
    spans = (match.span("name") for match in _NAMED.finditer(text))
    return [Named(*span) for span in spans if not stands_for_office(text, span)]


def sentence_at(text: str, at: int) -> tuple[int, int]:
    """Where the sentence (cell, line) that holds ``at`` begins and ends, at most 160 characters either way."""
    start, end = at, at
    while start > max(0, at - _LONGEST) and text[start - 1] not in _SENTENCE_ENDS:
        start -= 1
    while end < min(len(text), at + _LONGEST) and text[end] not in _SENTENCE_ENDS:
        end += 1
    return start, end


def sentences_with(text: str, places: Iterator[int]) -> Iterator[tuple[int, str]]:
    """The sentences that hold any of ``places``, each once, with where it begins."""
    done = -1
    for at in sorted(places):
        if at >= done:
            start, done = sentence_at(text, at)
            yield start, text[start:done]
