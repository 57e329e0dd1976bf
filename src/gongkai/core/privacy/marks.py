"""The words that mark somebody as a minor, as ill or disabled, or as poor, and where in a sentence they do so.

《未成年人保护法》 art 4 and 《个人信息保护法》 arts 28 and 31 are the grounds;
``docs/algorithms/privacy-check.md`` says what was read of them and where.
"""

from gongkai.core.privacy.kinds import Kind
from gongkai.core.privacy.passage import Late, labelled
from gongkai.core.privacy.people import NAME
from gongkai.core.said import Said

MINOR = (
    "事实无人抚养(?:儿童)?|(?:农村)?留守儿童|困境儿童|(?:社会|散居|机构养育)?孤儿|弃婴|"
    "未成年(?:人|子女|儿子|女儿)?"
)
POOR = (
    "(?:城镇|城市|农村|城乡)?低保(?:户|对象|家庭|边缘(?:户|家庭)|金|待遇)?|最低生活保障(?:边缘)?(?:对象|家庭|户|待遇)?|"
    "(?:集中|分散)?特困(?:供养)?(?:人员|对象|户)|(?:集中|分散)?特困供养|五保(?:户|对象)|建档立卡(?:贫困|脱贫)?(?:户|人口)?|"
    "贫困户|脱贫(?:不稳定)?户|低收入(?:家庭|户|人口)|边缘易致贫户|突发严重困难户|防返贫监测(?:户|对象)|困难职工(?:家庭)?|困难党员|困难(?:户|群众)|国家助学金"
)
ILL = (
    "尿毒症|白血病|血友病|艾滋病|乙肝|肺结核|(?:严重)?精神(?:分裂症?|障碍|病)|抑郁症|癫痫|糖尿病|帕金森病?|冠心病|脑瘫|唐氏综合征|自闭症|孤独症|"
    r"重大疾病|大病|(?:恶性)?肿瘤|[一-龥]{1,3}癌|(?:慢性)?肾(?:功能)?衰竭|心脏病|系统性红斑狼疮|(?:地中海|再生障碍性)贫血|"
    "中风|偏瘫|(?:高位)?截瘫|瘫痪|HIV|脑(?:梗死?|出血|溢血)|心(?:肌)?梗死?|肝硬化|强直性脊柱炎|类风湿(?:性关节炎)?|阿尔茨海默病?|渐冻症|肌萎缩|尘肺病?|矽肺"
)
_IMPAIRED = "肢体|视力|听力|言语|智力|精神|多重"
GRADE = (
    rf"(?:(?:{_IMPAIRED})?残疾?[一二三四1-4]级|(?:{_IMPAIRED})残疾(?:[一二三四1-4]级)?|"
    rf"(?:{_IMPAIRED})[一二三四1-4]级(?:残疾)?)"
)
_STATE = rf"{GRADE}|(?:重度|贫困)?残疾人|(?:严重)?精神障碍|艾滋病"
_TREATED = (
    "(?:血液|腹膜)?透析|化疗|放疗|[肾肝心肺骨髓造血干细胞]{1,6}移植|心脏(?:搭桥|支架)(?:手术)?|搭桥手术|截肢|"
    "高位截瘫|双目失明|失明|聋哑人?|植物人|流产|戒毒治疗"
)
# What makes of a group's name a word about policy, a body or a count.
_GENERAL = (
    r"(?!(?:户|人|对象|人员|家庭|患者|儿童|群众)?的?(?:工作|防治|防控|中心|协会|服务|政策|标准|项目|办公室|领导小组|管理|筛查|专项|福利|权益|保护|之家|关爱|"
    r"联合会|扶助|统计|人数|救助中心|救助站|应急|公示|认定|申请|评定|评估|提案|建议|医院|院|科|机构|知识|宣传|诊疗|诊断|医师|专科|帮扶责任|[共有达]?\d+[户人名个]|[一二三四五六七八九十百]{1,3}[户名]))"
)
_IS = (
    r"(?:系|是|为|属于?|均为|申请(?:享受)?|享受|领取|领|纳入|列入|列为|评为|定为|认定为|认定|确定为|评定为|核定为|持有?|免交|作为)(?:了|到)?"
    r"(?:[本我该原][村县镇社区]+|[一-龥]{2,4}[村县镇])?"
)
_ASIDE = r"[,、(]\s?(?:系|为|属|是)?"
_ASIDE_END = r"(?=[,。、;)]|$|子女|家庭|患者|残疾证)"
# A name after the mark ends where words about people go on.
_NAME_AFTER = (
    rf"(?P<name>{NAME})"
    "(?=[^一-龥]|$|家|户|等|的|同学|老人|一家|夫妇|送|获|荣|被|拾|购买|在|现|已|申请|因|及|办理|上学|放学|参加)"
)
_LED = r"(?<![一-龥])|(?<=[问望访到看对给为将助扶让帮向和与户村区镇乡])|(?<=名)|(?<=位)"
_CHILD = r"(?:女孩|男孩|女童|男童|女婴|男婴|儿童|孩子|幼儿|学生|少年|少女|孤儿)"
_AGE = r"(?<![\d.\-至到~—第])(?:1[0-7]|[1-9])周?岁(?!以|及|至|到|前|后|-|—|~|组|儿童|的?(?:以|儿童|婴|幼|公民))"

_YEAR = (
    r"(?:[一二三四五六七八九1-9]年级|[初高][一二三](?:年级|年段)?|(?:小|中|大|托|学前)班|"
    r"[一二三四五六1-6]年(?=[(\d一二三四五六七八九十]))"
)
_CLASS = r"(?:[(]?[\d一二三四五六七八九十]{1,3}[)]?班)"
_ROOM = rf"(?:{_YEAR}{_CLASS}?|[一二三四五六1-6][(][\d一二三四五六七八九十]{{1,2}}[)]班)"
_SCHOOL = r"[一-龥]{2,16}?(?:小学|中学|幼儿园|特殊教育学校|职业中专学校|实验学校|九年一贯制学校)(?:分校|校区)?"
_TAUGHT = (
    r"(?!\s?[一-龥]{0,6}(?:教师|老师|班主任|校长|园长|家长会|全体|级主任|任教|教研|段长|"
    r"招生|建设|工程|采购|教室|教学楼))"
)
_AT = r"(?:现|目前)?(?:就读于?|在读于?|在|系|为|是|入读|升入|于)?"
SCHOOLING = rf"(?:{_SCHOOL}[  ]?{_ROOM}|{_ROOM})"
_AFTER_NAME, _BEFORE_NAME = Said("姓名之后的学校、年级或班级"), Said("姓名之前的学校、年级或班级")

_CLAUSES = (
    r"(?:同学|小朋友)?(?:[,、(][^,。、;()()]{1,10}){0,2}?"
    r"(?:[(][男女][)])?\s?[,、(: ]{0,2}\s?(?:[男女][,、]\s?)?"
)
_YOUNG = Said("指明某人是未成年人")
_AGED = Said("姓名之后的年龄未满18周岁")
_POOR = Said("指明某人的困难身份")
_DISABLED = Said("指明某人的残疾等级或病情")
_SICK = Said("指明某人患病")
# Form "after": a person is named some way before; "next": the pattern begins where a name ends; "self": it holds
# the name; "label": a label names the value, and a person stands before.
IN_SENTENCES: tuple[tuple[Kind, str, Late, str], ...] = (
    (Kind.MINOR, "after", Late(rf"{_IS}(?P<mark>{MINOR}){_GENERAL}"), _YOUNG),
    (Kind.MINOR, "after", Late(rf"{_ASIDE}(?P<mark>{MINOR}){_GENERAL}{_ASIDE_END}"), _YOUNG),
    (Kind.MINOR, "self", Late(rf"(?:{_LED})(?P<mark>{MINOR}){_NAME_AFTER}"), _YOUNG),
    (Kind.MINOR, "after", Late(rf"(?P<mark>{_AGE})"), _AGED),
    (Kind.MINOR, "label", Late(r"年龄[:]\s?(?P<mark>(?:1[0-7]|[1-9])(?:周?岁)?)(?![\d.])"), _AGED),
    (
        Kind.MINOR,
        "self",
        Late(rf"(?P<mark>{_AGE})的?(?:{_CHILD}(?:{NAME})|{_NAME_AFTER})"),
        Said("姓名之前的年龄未满18周岁"),
    ),
    (Kind.MINOR, "next", Late(rf"{_CLAUSES}{_AT}(?P<mark>{SCHOOLING}){_TAUGHT}"), _AFTER_NAME),
    (
        Kind.MINOR,
        "next",
        Late(rf"{_CLAUSES}{_AT}(?P<mark>{_SCHOOL})(?:学生|就读|在读|上学|读书|在校生)"),
        _AFTER_NAME,
    ),
    (Kind.MINOR, "self", Late(rf"(?:学生|幼儿)[:]?(?P<name>{NAME})[(](?P<mark>{_SCHOOL})[)]"), _AFTER_NAME),
    (
        Kind.MINOR,
        "self",
        Late(
            rf"(?:(?<![一-龥])|(?<=[校对给向为由]))(?P<mark>{SCHOOLING})的?(?:学生|幼儿|同学)?[:]?\s?{_NAME_AFTER}"
        ),
        _BEFORE_NAME,
    ),
    (
        Kind.MINOR,
        "self",
        Late(rf"(?<![一-龥])(?P<mark>{_SCHOOL})(?:的?(?:学生|幼儿){_NAME_AFTER}|(?:{NAME})同学)"),
        _BEFORE_NAME,
    ),
    (
        Kind.MINOR,
        "self",
        Late(
            rf"(?<!被)监护人(?:[:]\s?(?P<mark>[一-龥]{{2,4}})(?![一-龥])|(?P<name>{NAME})(?=[^一-龥]|$|书面|同意|签|的|到|已))"
        ),
        Said("写明监护人"),
    ),
    (Kind.POVERTY, "after", Late(rf"{_IS}(?P<mark>{POOR}){_GENERAL}"), _POOR),
    (Kind.POVERTY, "after", Late(rf"{_ASIDE}(?P<mark>{POOR}){_GENERAL}{_ASIDE_END}"), _POOR),
    (Kind.POVERTY, "self", Late(rf"(?:{_LED})(?P<mark>{POOR}){_NAME_AFTER}"), _POOR),
    (Kind.POVERTY, "after", Late(r"(?P<mark>因(?:病|残|学|灾|意外|缺劳力|缺技术)[致返]贫)"), _POOR),
    (
        Kind.POVERTY,
        "label",
        Late(r"(?:致贫(?:主要)?原因|困难类型)[:]\s?(?P<mark>[一-龥、]{2,12})"),
        Said("写明致贫原因"),
    ),
    (
        Kind.POVERTY,
        "after",
        Late(r"(?:低保|特困|救助|扶贫手册)证?(?:号码?|编号)[:]?\s?(?P<mark>[A-Za-z]{0,4}\d{6,20})"),
        _POOR,
    ),
    (Kind.HEALTH, "after", Late(rf"{_IS}(?P<mark>{_STATE}){_GENERAL}"), _DISABLED),
    (Kind.HEALTH, "after", Late(rf"{_ASIDE}(?P<mark>{_STATE}){_GENERAL}{_ASIDE_END}"), _DISABLED),
    (Kind.HEALTH, "after", Late(r"持有?(?P<mark>[一二三四1-4]级残疾证|残疾人?证)"), _DISABLED),
    (Kind.HEALTH, "self", Late(rf"(?:{_LED})(?P<mark>(?:重度|贫困)?残疾人|{GRADE}){_NAME_AFTER}"), _DISABLED),
    (
        Kind.HEALTH,
        "after",
        Late(
            rf"(?:患有?|罹患|确诊(?:为|患有?)?|身患|诊断(?:为|患有?)|查出(?:患有?)?|感染|因患|因病|因)"
            rf"(?P<mark>[一-龥]{{0,4}}?(?:{ILL})){_GENERAL}"
        ),
        _SICK,
    ),
    (
        Kind.HEALTH,
        "after",
        Late(
            r"(?:患有|罹患|确诊(?:为|患有?)?|身患|诊断(?:为|患有)|查出(?:患有?)?)"
            r"(?P<mark>[一-龥]{1,10}?(?:病|症|癌|瘤|炎|硬化|贫血|衰竭|障碍|综合征|出血|结核|狼疮|骨折|中毒))"
        ),
        _SICK,
    ),
    (Kind.HEALTH, "after", Late(rf"[,、(:]\s?(?P<mark>{ILL}){_GENERAL}(?=[,。、;)]|$|患者)"), _SICK),
    (
        Kind.HEALTH,
        "after",
        Late(rf"(?P<mark>{_TREATED}|偏瘫|瘫痪)(?!室|中心|科|机|项目|设备|费用标准|术语)"),
        Said("指明某人接受的治疗"),
    ),
    (
        Kind.HEALTH,
        "label",
        Late(
            r"(?:病种|疾病(?:名称|种类)?|病名|诊断(?:结果)?|残疾(?:类别|类型|等级|级别))[:]\s?(?P<mark>[一-龥0-9、]{2,16})"
        ),
        Said("写明病种、诊断或残疾类别"),
    ),
)


def _words(line: str) -> tuple[str, ...]:
    return tuple(line.split())


# Without one of its stems in a sentence there is nothing of a kind to find.
STEMS_OF = {
    Kind.MINOR: _words("儿 婴 未成年 监护人 岁 年龄 年级 班 小学 中学 学校 幼儿园 初一 初二 初三 高一 高二 高三"),
    Kind.POVERTY: _words("低保 最低生活 特困 五保 建档 贫 低收入 困难 助学金 救助证"),
    Kind.HEALTH: _words(
        "残 病 癌 症 瘤 瘫 肝 结核 精神 癫痫 帕金森 脑 肾 狼疮 中风 肺 HIV 患 确诊 "
        "诊断 透析 化疗 放疗 移植 搭桥 支架 截肢 失明 聋哑 植物人 流产 戒毒 障碍 类风湿 "
        "阿尔茨海默 心梗 心肌梗 硬化 炎 贫血 脊柱 视力 听力 言语 智力 肌萎缩 综合征"
    ),
}
_EVERY = {stem for stems in STEMS_OF.values() for stem in stems}
# Those of all kinds; what holds another stem is found by that one.
STEMS = tuple(sorted(stem for stem in _EVERY if not any(other in stem for other in _EVERY - {stem})))
# Said of somebody else, or of an office: no word about the person named before.
ELSEWHERE = Late(
    r"负责|分管|主持|带队|主任|[局县镇会所校院]长|书记|委员|专家|研究|防治|开展|宣传|捐|慰问|看望|走访|关爱|结对|建议|提案|介绍|讲座|题目|岗位|工程|代理|律师|公司|"
    r"擅长|从事|指导|报考|毕业|任教|教师|老师|主讲|代表|资助|用于|帮扶[^对]|提出|招募|调研|检查|协助|照顾|护理(?!补贴)|护士|救治"
)

# In lists: what a cell says by itself, with the headings it fits.
IN_CELLS = (
    (Kind.MINOR, Late(MINOR), Said("未成年人标记"),
     labelled("监护情况|儿童类别|人员类别|备注|类别|类型|说明|情况|身份")),
    (Kind.POVERTY, Late(POOR), Said("困难身份标记"),
     labelled("类别|类型|备注|困难|说明|情况|身份|对象|保障|性质|原因")),
    (Kind.HEALTH, Late(f"{GRADE}|{ILL}"), Said("健康状况标记"),
     labelled("健康|疾病|病种|病情|诊断|残疾|患病|备注|类别|说明|情况|原因|身体")),
)  # fmt: skip
IN_ANY_CELL = Late("|".join(pattern.pattern for _, pattern, _, _ in IN_CELLS))
# What a column's name alone says of every value below it.
HEALTH_HEADING = Late(
    r"^(?:所患)?(?:病种|病名|疾病(?:名称|种类|类型)?|患病(?:情况|名称|种类|病种)?|病情|(?:临床)?诊断(?:结果|名称)?|残疾(?:类别|类型|种类|等级|级别|程度)|"
    r"残疾人?证(?:号码?)?)$"
)
POVERTY_HEADING = Late(r"^(?:主要)?致贫(?:主要)?原因|^返贫原因|^低保证号")
CLASS_HEADING = Late(r"^(?:所在|就读)?(?:年级|班级|年段|年级班级|年级/班级)$")
SCHOOL_HEADING = Late(r"^(?:所在|就读)?(?:学校|园所|幼儿园)(?:名称)?$")
GUARDIAN_HEADING = Late(r"^(?:法定)?监护人(?:姓名)?$")
PUPILS = Late(r"^(?:学生|幼儿|儿童)姓名|年级|班级|监护人|就读|学籍")
TEACHERS = Late(r"教师|任教|学科|职称|教龄|岗位|报考|职务|指导老师")
OF_MINORS = Late(r"小学|中学|幼儿园|特殊教育|中心校|一贯制|年级|[小中大]班|[初高][一二三]|\d班|[)]班")
SAYS_NOTHING = Late(r"^(?:无|否|没有|健康|良好|较好|一般|正常|不详|暂无|[(]?略[)]?|.*\*.*|[/\-—]+)$")
