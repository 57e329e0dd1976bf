"""The two files of a profile that are one entry each: the county itself, and its first disclosure."""

from gongkai.catalogue.profile.fields import Entry, Field, code, day, matching, one_of, several, table, text, whole
from gongkai.catalogue.profile.schema import AREA, CODE, FILES, GRADES, FileSchema

GRADE = Field("evidence", one_of(GRADES), "证据等级", required=True)
LINK = Entry(
    (
        Field("title", text(40), "链接文字", required=True),
        Field("title_en", text(60), "英文链接文字"),
        Field("url", matching(r"https?://\S+", "应以 http:// 或 https:// 开头。"), "地址", required=True),
    )
)
HEADER = Entry(
    (
        Field("text", text(60), "页头文字"),
        Field("text_en", text(60), "英文页头文字"),
        Field("links", several(LINK, most=12), "页头链接", default=[]),
    )
)
COLOURS = table(code(20), matching(r"#[0-9a-fA-F]{6}", "颜色应写成 '#0b5394' 这样加引号的六位数。"))
SITE = Entry(
    (
        Field("title", text(60), "栏目名称", required=True),
        Field("title_en", text(80), "英文栏目名称", required=True),
        Field("owner", text(60), "主办单位", required=True),
        Field("owner_en", text(120), "英文主办单位"),
        Field("organiser", text(60), "承办单位"),
        Field("organiser_en", text(120), "英文承办单位"),
        Field("home", matching(r"https?://\S+", "应以 http:// 或 https:// 开头。"), "县政府网站地址"),
        Field("header", HEADER, "页头", default={}),
        Field("footer", several(text(200), most=8), "页脚各行", default=[]),
        Field("footer_en", several(text(200), most=8), "英文页脚各行", default=[]),
        Field("id_code", matching(r"(bm)?[0-9]{8,10}", "网站标识码应为10位数字。"), "网站标识码,不知道不写"),
        Field("emblem", text(200), "标志图片,没有不写"),
        Field("colours", COLOURS, "颜色:记号 → '#rrggbb'", default={}),
    )
)
CLASS = Entry(
    (
        Field(
            "code",
            matching(r"[0-9A-Z]{1,8}", "信息类别应为加引号的数字或大写字母。"),
            "信息类别代码",
            required=True,
        ),
        GRADE,
    )
)
INDEX_NUMBER = Entry(
    (
        Field("pattern", text(80), "索引号格式", required=True),
        GRADE,
        Field("note", text(300), "备注"),
        Field("classes", table(code(20), CLASS), "领域编号 → 信息类别;格式中没有 class 的不写", default={}),
    )
)
REVIEW = Entry((Field("steps", several(text(20), least=1, most=3), "审查各步的名称,一至三步", required=True),))
META_TAGS = Entry(
    (
        Field("column_name", text(60), "栏目名称 ColumnName", required=True),
        Field("column_description", text(200), "栏目描述 ColumnDescription", required=True),
        Field("column_keywords", text(200), "栏目关键词 ColumnKeywords", required=True),
        Field("column_type", text(60), "栏目类别 ColumnType", required=True),
    )
)
AREAS = Entry(
    (
        Field("county", AREA, "县的区划代码", required=True),
        Field("city", AREA, "设区市的区划代码", required=True),
        Field("province", AREA, "省的区划代码", required=True),
    )
)
MASK_KINDS = (
    *("mobile", "resident_id", "landline", "bank_account", "passport", "hk_mo_tw_permit", "plate", "birth_date"),
    *("minor", "health", "poverty"),
)
MASK = Entry(
    (
        Field("keep_first", whole(0, 20), "开头保留几位", required=True),
        Field("keep_last", whole(0, 20), "末尾保留几位", required=True),
        GRADE,
    )
)
COUNTY = Entry(
    (
        CODE,
        Field("name", text(60), "县名", required=True),
        Field("name_en", text(120), "英文县名", required=True),
        Field("areas", AREAS, "行政区划代码", required=True),
        Field("site", SITE, "栏目的名称、页头、页脚、颜色", required=True),
        Field("index_number", INDEX_NUMBER, "索引号", required=True),
        Field("review", REVIEW, "发布前审查", required=True),
        Field("meta_tags", META_TAGS, "国家规定的栏目标签", required=True),
        Field(
            "log_origin",
            matching(r"[0-9a-z.-]+(/[0-9A-Za-z._-]+)+", "应为不带协议的地址,例如 www.example.gov.cn/ggzypz/log。"),
            "公开日志的名字,启用后不改",
            required=True,
        ),
        Field("portal_channel", code(), "县政府网站在 channels.yaml 中的编号", required=True),
    )
)
FIRST = Entry(
    (
        Field("item", code(20), "事项编号", required=True),
        Field("agency", code(), "发布单位编号", required=True),
        Field("title", text(200), "标题", required=True),
        Field("doc_no", text(80), "文号"),
        Field("formed_on", day, "形成日期", required=True),
        Field("summary", text(300), "内容概述", required=True),
        Field("elements", table(text(80), text(4000)), "要素名称 → 内容", required=True),
        Field("review_grounds", text(300), "审查意见", required=True),
        Field("body", text(20_000), "正文(HTML)", required=True),
    )
)
COUNTY_FILE = FileSchema(
    "county.yaml",
    "县的基本事实",
    COUNTY,
    is_list=False,
    inner={
        "areas": AREAS,
        "site": SITE,
        "header": HEADER,
        "links": LINK,
        "index_number": INDEX_NUMBER,
        "classes": CLASS,
        "review": REVIEW,
        "meta_tags": META_TAGS,
    },
)
FIRST_FILE = FileSchema("first-disclosure.yaml", "启用时公开的第一条信息", FIRST, is_list=False)
ENGLISH = Entry((Field("words", table(text(500), text(500)), "中文原文 → 英文", default={}),))
ENGLISH_FILE = FileSchema("english.yaml", "名称的英文,可以没有", ENGLISH, is_list=False, optional=True)
PRIVACY = Entry(
    (
        Field("masks", table(one_of(MASK_KINDS), MASK), "个人信息的遮盖格式", default={}),
        Field("words", table(text(40), text(200)), "本县词表:词 → 为什么要核对", default={}),
        Field("closed_documents", several(text(80)), "登记为非主动公开的文件的文号", default=[]),
        Field("name_mark", text(1), "遮盖姓名用的字符,不写为 ×"),
    )
)
PRIVACY_FILE = FileSchema(
    "privacy.yaml",
    "隐私检查的本县数据,可以没有",
    PRIVACY,
    is_list=False,
    optional=True,
    inner={"masks": MASK},
)
ALL_FILES = {
    COUNTY_FILE.name: COUNTY_FILE,
    **FILES,
    FIRST_FILE.name: FIRST_FILE,
    ENGLISH_FILE.name: ENGLISH_FILE,
    PRIVACY_FILE.name: PRIVACY_FILE,
}
