"""国家秘密 and internal marks, citations of documents that are not public, and the county's own words."""

import re
from collections.abc import Collection, Iterator, Mapping

from gongkai.core.privacy.hits import Hit
from gongkai.core.privacy.kinds import Certainty, Kind
from gongkai.core.privacy.passage import Late, Passage
from gongkai.core.said import Said

_GRADE = r"(?:绝\s?密|机\s?密|秘\s?密)"
_STARRED = Late(rf"{_GRADE}\s?[★☆⭐*]\s?(?:\d{{1,2}}\s?(?:年|个月|月)|长期)?")
_TERMED = Late(r"[绝机秘](?<![一-龥][绝机秘])\s?密\s?(?:\d{1,2}\s?(?:年|个月)|长期)(?![一-龥])")
_LEVEL = Late(rf"(?:密级|保密等级|秘密等级|涉密等级)\s?[:: ]\s?({_GRADE}|内部)")
_LINE = Late(rf"(?:^|[\n\t])[ ]{{0,20}}({_GRADE})(?:[ ]{{1,8}}(?:特急|加急|平急))?[ ]{{0,20}}(?=$|[\n\t])")
_INTERNAL = Late(
    r"内部[★☆]|内部(?:资料|文件|材料|刊物|情况|参考|使用)[,,、;; ]{0,2}"
    r"(?:注意保存|注意保密|不得外传|严禁外传|请勿外传|不得公开|妥善保管)|仅供内部(?:使用|参考|掌握)|"
    r"(?:不得|严禁|请勿|禁止)(?:对外)?(?:外传|翻印|扩散|公开发布)|工作秘密[★☆::]"
)
_INTERNAL_LINE = Late(r"(?:^|[\n\t])[ ]{0,20}(内部(?:资料|文件|使用))[ ]{0,20}(?=$|[\n\t])")
# Cheap to ask first: without one of these there is nothing to find.
_LEVELS = ("密级", "保密等级", "秘密等级", "涉密等级")
_PAPERS, _OPTIONS = ("此件", "本件", "此文", "本文件"), ("公开属性", "公开方式", "公开类型", "公开选项")
_CABLES = ("内部明电", "内部传真电报", "密码电报", "明电", "密电")
_AROUND = 60  # more than any mark spans
_DENSE, _INNER = ("密",), ("内部", "工作秘密", "外传", "翻印", "扩散", "公开发布")
_PAPER = Late(r"[((]?(?:此件|本件|此文|本文件)(?:不予?公开|依申请公开|不宜公开|内部掌握|删减后公开)[))]?")
_OPTION = Late(r"(?:公开(?:属性|方式|类型|选项)|信息公开选项)\s?[:: ]\s?(?:不予公开|依申请公开|不公开|内部)")
_SERIAL = Late(r"[〔\[【((]\s?(?:19|20)\d{2}\s?[〕\]】))]\s?\d{1,5}\s?号")
_OFFICE = Late(r"[一-龥]{2,10}\s?$")
_CLOSED_SERIES = Late(r"密$|密发$|^[一-龥]{1,6}(?:内|密)(?:字|函|发)?$|机要$")
_CABLE = Late(
    r"(?:特急|加急)?内部(?:明电|传真电报)|密码电报|[一-龥]{1,8}(?:明电|密电)\s?[〔\[(][^\n]{4,8}[〕\])]\s?\d{1,5}号"
)
_SAID_CLOSED = Late(r"^[》”\"]?[((](?:不予?公开|内部|依申请公开|涉密|密件)")


def secrecy_marks(passage: Passage) -> Iterator[Hit]:
    """Marks of state secrets and of internal papers, as they stand on a document; words about secrecy are none."""
    if _DENSE[0] in passage.text:
        for match in passage.about(_STARRED, _DENSE, before=_AROUND, after=_AROUND):
            yield Hit(Kind.SECRECY_MARK, Certainty.CERTAIN, *match.span(), Said("国家秘密标志"))
        for match in passage.about(_TERMED, _DENSE, before=_AROUND, after=_AROUND):
            yield Hit(Kind.SECRECY_MARK, Certainty.CERTAIN, *match.span(), Said("标注了密级"))
        for match in passage.about(_LINE, _DENSE, before=_AROUND, after=_AROUND):
            yield Hit(Kind.SECRECY_MARK, Certainty.CERTAIN, *match.span(1), Said("单独成行的密级"))
    if any(hint in passage.text for hint in _LEVELS):
        for match in _LEVEL.finditer(passage.text):
            yield Hit(Kind.SECRECY_MARK, Certainty.CERTAIN, *match.span(), Said("标注了密级"))
    if any(hint in passage.text for hint in _INNER):
        yield from _internal(passage)


def _internal(passage: Passage) -> Iterator[Hit]:
    for match in passage.about(_INTERNAL, _INNER, before=_AROUND, after=_AROUND):
        yield Hit(Kind.SECRECY_MARK, Certainty.LIKELY, *match.span(), Said("内部文件标志"))
    for match in _INTERNAL_LINE.finditer(passage.text):
        yield Hit(Kind.SECRECY_MARK, Certainty.LIKELY, *match.span(1), Said("内部文件标志"))


def closed_citations(passage: Passage, closed: Collection[str]) -> Iterator[Hit]:
    """Citations of documents that are not 主动公开: by the county's list, their series, or their own words."""
    for hints, pattern in ((_PAPERS, _PAPER), (_OPTIONS, _OPTION)):
        for match in pattern.finditer(passage.text) if any(hint in passage.text for hint in hints) else ():
            yield Hit(Kind.NOT_PUBLIC_CITATION, Certainty.LIKELY, *match.span(), Said("文件自身标注不是主动公开"))
    for match in _SERIAL.finditer(passage.text):
        yield from _cited(passage, match, closed)
    if any(hint in passage.text for hint in _CABLES):
        for match in _CABLE.finditer(passage.text):
            yield Hit(Kind.NOT_PUBLIC_CITATION, Certainty.LIKELY, *match.span(), Said("引用了内部电报"))


def _cited(passage: Passage, serial: re.Match[str], closed: Collection[str]) -> Iterator[Hit]:
    """What a 发文字号 says: ``serial`` is its year and number, the office stands before it."""
    office = _OFFICE.search(passage.text, max(0, serial.start() - 11), serial.start())
    if office is None:
        return
    start, end = office.start(), serial.end()
    number = document_number(passage.text[start:end])
    listed = next((known for known in closed if number.endswith(document_number(known))), None)
    if listed is not None:
        yield Hit(Kind.NOT_PUBLIC_CITATION, Certainty.CERTAIN, start, end, Said("引用了登记为非主动公开的文件"))
    elif _CLOSED_SERIES.search(office.group().strip()) or _SAID_CLOSED.match(passage.after(end)):
        yield Hit(Kind.NOT_PUBLIC_CITATION, Certainty.LIKELY, start, end, Said("引用的文件看来不是主动公开"))


def document_number(text: str) -> str:
    """A 发文字号 in one form: no blanks, tortoise-shell brackets."""
    text = re.sub(r"\s", "", text)
    return re.sub(r"[\[【((]", "〔", re.sub(r"[\]】))]", "〕", text))


def county_words(passage: Passage, pattern: re.Pattern[str] | None, reasons: Mapping[str, str]) -> Iterator[Hit]:
    """Words from the county's own lists, each with the reason the list gives."""
    if pattern is None:
        return
    for match in pattern.finditer(passage.raw):
        why = reasons.get(match.group()) or Said("本县词表中的词")
        yield Hit(Kind.COUNTY_WORD, Certainty.LIKELY, *match.span(), why)
