"""The closed vocabulary of the privacy check: what is looked for, where, and how sure a finding is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Kind(StrEnum):
    """What a finding is."""

    RESIDENT_ID = "resident_id"  # 公民身份号码
    MOBILE = "mobile"  # 手机号码
    LANDLINE = "landline"  # 固定电话
    BANK_ACCOUNT = "bank_account"  # 银行卡号
    PASSPORT = "passport"  # 护照号码
    PERMIT = "hk_mo_tw_permit"  # 港澳台证件
    EMAIL = "email"  # 电子邮箱
    ADDRESS = "address"  # 住址(乡镇/街道以下)
    PLATE = "plate"  # 车牌号
    BIRTH_DATE = "birth_date"  # 出生日期
    MINOR = "minor"  # 未成年人
    HEALTH = "health"  # 健康信息
    POVERTY = "poverty"  # 困难身份
    SECRECY_MARK = "secrecy_mark"  # 国家秘密、内部标志
    NOT_PUBLIC_CITATION = "not_public_citation"  # 引用非主动公开文件
    COUNTY_WORD = "county_word"  # 本县词表
    UNREADABLE = "unreadable"  # 不能检查


class Certainty(StrEnum):
    """How sure. ``certain`` blocks publication; ``possible`` asks a person to look."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Layer(StrEnum):
    """Where in a file a text lives. What the reader of the page does not see is a layer of its own."""

    TEXT = "text"  # 正文
    CELL = "cell"  # 可见单元格
    HIDDEN_ROW = "hidden_row"
    HIDDEN_COLUMN = "hidden_column"
    HIDDEN_SHEET = "hidden_sheet"  # also a hidden slide
    HIDDEN_TEXT = "hidden_text"
    COMMENT = "comment"  # 批注
    NOTE = "note"  # 脚注、尾注、备注页
    TRACKED_CHANGE = "tracked_change"  # 修订
    HEADER_FOOTER = "header_footer"  # 页眉页脚
    PROPERTY = "property"  # 文件属性、PDF 元数据
    ANNOTATION = "annotation"  # PDF 注释
    FORM_FIELD = "form_field"  # PDF 表单域
    EMBEDDED_FILE = "embedded_file"  # 内嵌文件
    EXIF = "exif"  # 图片元数据
    OTHER = "other"  # chart caches, pivot caches, alternative texts, scripts
    FILE = "file"  # the file as a whole


@dataclass(frozen=True, slots=True)
class Finding:
    """One hit. ``start`` and ``end`` count characters of the text that was scanned (cells joined by a tab).

    ``value_masked`` is what may be stored and shown; the raw value is never part of a finding.
    ``why`` is Chinese and says what was seen; ``rule`` names the norm the finding rests on.
    """

    kind: Kind
    certainty: Certainty
    start: int
    end: int
    value_masked: str
    why: str
    rule: str
    layer: Layer = Layer.TEXT
    place: str = ""

    def at(self, layer: Layer, place: str) -> Self:
        """The same finding with the place it was found in."""
        cls = type(self)  # five times as fast as dataclasses.replace(), and lists have thousands of these
        return cls(
            self.kind, self.certainty, self.start, self.end, self.value_masked, self.why, self.rule, layer, place
        )
