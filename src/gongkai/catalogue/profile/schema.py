"""What each file of a profile may say: the one list from which the check and the handbook are made."""

from dataclasses import dataclass, field
from typing import Any

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Element, Exclusion, Item
from gongkai.catalogue.profile.fields import (
    Entry,
    Field,
    code,
    day,
    flag,
    matching,
    one_of,
    several,
    table,
    text,
    whole,
)
from gongkai.core.vocabulary import Evidence, RuleKind, Unit

# A profile states what was read; only the office confirms, and it does so in the workspace.
GRADES = [grade for grade in Evidence if grade is not Evidence.CONFIRMED]
EVIDENCE = Field("evidence", one_of(GRADES), "证据等级", required=True)
NOTE = Field("note", text(500), "备注")
CODE = Field("code", code(), "编号,在本文件中不重复,启用后不改", required=True)
AREA = matching(r"[0-9]{6}", "应为加引号的6位行政区划代码,例如 '350524'。")
PHONES = "公开的联系方式:phone、address、hours,没有可靠来源写“待核实”"
CONTACT = Field("contact", table(one_of(["phone", "address", "hours", "email"]), text(200)), PHONES, default={})
SOURCES = Field("sources", several(code()), "资料来源编号", default=[])


@dataclass(frozen=True)
class FileSchema:
    """One file: its name, what it is, its fields, whether it lists entries (or is one) or may be missing."""

    name: str
    what: str
    entry: Entry
    is_list: bool = True
    optional: bool = False
    inner: dict[str, Entry] = field(default_factory=dict)


NAME = Entry(
    (
        Field("name", text(120), "名称", required=True),
        Field("valid_from", day, "启用日,不知道的不写", default=None),
        Field("valid_to", day, "最后一日", default=None),
        EVIDENCE,
        NOTE,
    )
)
AGENCIES = Entry(
    (
        CODE,
        Field("kind", one_of(Agency.Kind.values), "类别", required=True),
        Field("name", text(120), "现名称", required=True),
        Field("name_en", text(160), "英文名称", required=True),
        Field("short_name", text(60), "简称,用于表格"),
        Field("unit_code", matching(r"[0-9A-Z]{1,20}", "应为大写字母和数字。"), "机构代码,索引号的一部分"),
        Field("unit_code_evidence", one_of(GRADES), "机构代码的证据等级,有机构代码时必填"),
        Field("uscc", text(18), "统一社会信用代码"),
        Field("parent", code(), "所属的统称单位的编号"),
        Field("is_group", flag, "是否统称(由下属单位分别承担,本身不发布)", default=False),
        Field(
            "member_kinds",
            several(one_of([Agency.Kind.GOVERNMENT, Agency.Kind.DEPARTMENT, Agency.Kind.TOWNSHIP])),
            "项目主体(party)可以是哪几类县内单位,起草时从名单中选发布单位",
            default=[],
        ),
        Field("closed_on", day, "撤销或并入他处的日期", default=None),
        Field("merged_into", code(), "职能并入的单位编号"),
        Field("names", several(NAME), "历史名称和现名称,各带有效期", default=[]),
        CONTACT,
        Field("warn_days", whole(0, 60), "到期前几个工作日提醒,起始值", default=3),
        EVIDENCE,
        NOTE,
    )
)
SUPERVISION = Entry(
    (
        CODE,
        Field("name", text(120), "名称", required=True),
        Field("detail", text(500), "找谁、怎么找", required=True),
        CONTACT,
        EVIDENCE,
    )
)
DOMAINS = Entry(
    (
        Field("code", code(20), "领域编号", required=True),
        Field("name", text(60), "名称", required=True),
        Field("name_en", text(120), "英文名称", required=True),
        Field("lead_agency", code(), "牵头单位编号", required=True),
    )
)
CHANNELS = Entry(
    (
        CODE,
        Field("name", text(120), "名称", required=True),
        Field("address", text(200), "网址,不带 http://"),
        Field("role", text(60), "作用,例如法定媒介、辅助、线下"),
        Field("is_platform", flag, "交易或信用平台,由交换服务送达", default=False),
        EVIDENCE,
    )
)
SOURCE = Entry(
    (
        CODE,
        Field("title", text(200), "名称", required=True),
        Field("doc_no", text(80), "文号"),
        Field(
            "url",
            matching(r"https?://([0-9a-z.-]+\.)?gov\.cn(:[0-9]+)?/\S*", "只链接官方网站(.gov.cn),其他不写。"),
            "官方网页地址",
        ),
        Field("read", one_of(["full", "excerpt"]), "读到全文还是摘录", required=True),
        NOTE,
    )
)
INSTRUMENTS = Entry(
    (
        CODE,
        Field("title", text(200), "名称,不带书名号", required=True),
        Field("doc_no", text(80), "文号"),
        Field("effective_from", day, "施行日", default=None),
        Field("effective_to", day, "失效前最后一日", default=None),
        Field("replaced_by", code(), "被哪个文件替代"),
        EVIDENCE,
        NOTE,
    )
)
EXCLUSIONS = Entry(
    (
        CODE,
        Field("name", text(120), "名称", required=True),
        Field("effect", one_of(Exclusion.Effect.values), "效果:不得、可以不、转其他规定", required=True),
        Field("instrument", code(), "依据文件编号"),
        Field("article", text(60), "条款", required=True),
        EVIDENCE,
        SOURCES,
    )
)
BASIS = Entry(
    (
        Field("instrument", code(), "依据文件编号", required=True),
        Field("article", text(120), "条款", required=True),
    )
)
TIER = Entry(
    (
        Field("price_from", whole(0, 10**12), "起点金额(元),含", required=True),
        Field("price_to", whole(0, 10**12), "终点金额(元),不含;不写为无上限", default=None),
        Field("value", whole(1, 3660), "这一档的数字", required=True),
    )
)
VERSION = Entry(
    (
        Field("valid_from", day, "第一日:事件在这一日及以后适用", required=True),
        Field("valid_to", day, "最后一日;不写为现行", default=None),
        Field("kind", one_of(RuleKind), "要求的种类", required=True),
        Field("value", whole(0, 3660), "数字;没有数字或待地方填的不写", default=None),
        Field("max_value", whole(1, 3660), "上限,用于 min_max_duration", default=None),
        Field(
            "month_day",
            matching(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", "应为加引号的月-日,例如 '01-31'。"),
            "每年的这一天之前,用于 annual_date",
        ),
        Field("unit", one_of(Unit), "单位"),
        Field("period", one_of(["month", "quarter", "year"]), "周期,用于 periodic"),
        Field("day_count_override", one_of(["include_publish_day"]), "起算日的特别规定"),
        Field("extension_value", whole(1, 366), "可延长的数字,单位相同", default=None),
        Field("clock_stops", several(code()), "哪些环节的时间不计入", default=[]),
        Field("tiers", several(TIER), "按金额分档的数字", default=[]),
        Field("default_publish", flag, "原则上是否公示", default=True),
        Field("trigger", text(160), "从哪件事起算", required=True),
        Field("basis", several(BASIS), "依据", default=[]),
        EVIDENCE,
        SOURCES,
        NOTE,
        Field("clause", text(300), "对公众显示的依据;不写则由依据文件和条款组成"),
    )
)
RULES = Entry(
    (
        CODE,
        Field("name", text(120), "名称", required=True),
        Field("name_en", text(160), "英文名称", required=True),
        Field("fallback", code(), "没有数字时作外限的规则编号"),
        Field("decision_field", code(60), "须先判定的事实"),
        Field("needs_local_value", flag, "数字须由县里确定", default=False),
        Field("versions", several(VERSION, least=1), "分有效期的版本", required=True),
    )
)
ELEMENT = Entry(
    (
        Field("name", text(80), "要素名称", required=True),
        Field("type", one_of(Element.Type.values), "类型", default="text"),
        Field("required", flag, "true 必选(●),false 可选(○)", default=True),
    )
)


def element(value: Any) -> dict[str, Any]:
    """An element; a bare name is a required text."""
    return ELEMENT({"name": value} if isinstance(value, str) else value)


STAY = Entry(
    (
        Field("valid_from", day, "第一日", required=True),
        Field("valid_to", day, "最后一日;不写为现行", default=None),
        Field("basis", several(BASIS, least=1), "依据", required=True),
        EVIDENCE,
        SOURCES,
        NOTE,
        Field("clause", text(300), "对公众显示的依据;不写则由依据文件和条款组成"),
    )
)
ANSWERS = one_of(["required", "conditional", "no"])
EXCHANGE = Entry(
    (
        Field("trading_platform", ANSWERS, "是否交互到交易平台", required=True),
        Field("credit_platform", ANSWERS, "是否交互到信用平台", required=True),
    )
)
ITEMS = Entry(
    (
        Field("code", code(20), "事项编号;“领域-L数字”留给县里采纳的细化事项", required=True),
        Field("domain", code(20), "领域编号", required=True),
        Field("name", text(120), "事项名称", required=True),
        Field("name_en", text(160), "英文名称", required=True),
        Field("stage", one_of(Item.Stage.values), "环节", required=True),
        Field("exchange_type", one_of(Item.ExchangeType.values), "交易信息类别", required=True),
        Field("elements", several(element, least=1, most=60), "内容要素", required=True),
        Field("rules", several(code(), least=1), "时限规则编号", required=True),
        Field("agencies", several(code(), least=1), "责任主体编号,第一个牵头", required=True),
        Field(
            "discloser_basis", one_of(["approve", "implement", "produce"]), "谁批准、谁实施、谁制作", required=True
        ),
        Field("supervision", several(code(), least=1), "监督渠道编号", required=True),
        Field("channels", several(code(), least=1), "渠道编号", required=True),
        Field("optional_channels", several(code()), "其中可选(□)的渠道", default=[]),
        Field("exchange", EXCHANGE, "向平台交互", required=True),
        Field("audience", one_of(["public", "levied_households", "applicant"]), "公开对象", default="public"),
        Field("method", one_of(["proactive", "on_request"]), "公开方式", default="proactive"),
        Field("levels", several(one_of(["county", "town", "village"]), least=1), "公开层级", required=True),
        Field("scope", one_of(["core", "extension"]), "方案所列领域,或相邻法定事项", default="core"),
        Field("redact", several(text(60)), "不公开或须脱敏的内容", default=[]),
        Field("standing", flag, "应当始终有内容公开", default=False),
        Field("silent_days", whole(1, 3660), "多少天没有内容即列为沉默", default=365),
        Field("has_notice_period", flag, "有公示期或公告期", default=False),
        Field("lists_persons", flag, "公示内容含自然人的个人信息:期满撤下正文、保留存根", default=False),
        Field("stays", several(STAY), "期满后仍须继续公开的依据;待核实的不算数", default=[]),
        Field("online", flag, "可以上网", default=True),
        EVIDENCE,
        SOURCES,
        NOTE,
    )
)


FILES = {
    schema.name: schema
    for schema in (
        FileSchema("agencies.yaml", "责任主体", AGENCIES, inner={"names": NAME}),
        FileSchema("supervision.yaml", "监督渠道", SUPERVISION),
        FileSchema("domains.yaml", "领域", DOMAINS),
        FileSchema("channels.yaml", "公开渠道和载体", CHANNELS),
        FileSchema("sources.yaml", "资料来源", SOURCE),
        FileSchema("instruments.yaml", "法律依据", INSTRUMENTS),
        FileSchema("exclusions.yaml", "不予公开的理由", EXCLUSIONS),
        FileSchema("rules.yaml", "时限规则", RULES, inner={"versions": VERSION, "basis": BASIS, "tiers": TIER}),
        FileSchema(
            "items.yaml", "公开事项", ITEMS, inner={"elements": ELEMENT, "exchange": EXCHANGE, "stays": STAY}
        ),
    )
}
