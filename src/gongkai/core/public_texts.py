"""Every text officers write that reaches the public, in one list, and what keeps personal data out of each.

A test fills every field of a whole county with words of its own, reads every public page, feed and dump, and
fails when a word is shown whose field stands neither here nor in the county's profile, whose files are reviewed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gongkai.core.said import Said
from gongkai.core.wording import PARAGRAPH


class Kept(StrEnum):
    """How a text is kept clean."""

    GATE = "gate"  # looked through before publication; a certain finding stops it until it is released
    REFUSED = "refused"  # refused where it is written, until it is reworded: it is public (or final) at once
    FILE = "file"  # looked through with the file it was read from


@dataclass(frozen=True, slots=True)
class PublicText:
    """What people call the text, what keeps it clean, and how long it may be."""

    called: str
    kept: Kept
    most: int = PARAGRAPH


_GATED = {
    "Revision.title": Said("标题"),
    "Revision.doc_no": Said("文号"),
    "Revision.summary": Said("概述"),
    "Revision.body": Said("正文"),
    "Revision.elements": Said("内容要素"),
    "Revision.discloser_name": Said("发布单位"),
    "Revision.discloser_uscc": Said("发布单位的统一社会信用代码"),
    "Attachment.name": Said("附件名称"),
}
_REFUSED = {
    "Revision.reason": Said("更正理由"),  # at the gate too: rules change between writing and publishing
    "Disclosure.withdrawal_reason": Said("撤回理由"),
    "Disclosure.withholding_reason": Said("不予公开的理由"),
    "WithheldVersion.reason": Said("收回旧版的理由"),
    "FirstPublication.medium": Said("首发媒介"),
    "FirstPublication.url": Said("首发网址"),
    "Finding.ground": Said("放行理由"),
    "Finding.legal_basis": Said("放行依据"),
    "Obligation.label": Said("时限任务的名称"),
    "Obligation.waiver_ground": Said("免除理由"),
    "Obligation.decision": Said("判定理由"),
    "Closure.reason": Said("停工原因"),
    "Closure.source": Said("停工依据"),
    "Agency.contact": Said("联系方式"),
    "ItemProposal.name": Said("事项名称"),
    "ItemProposal.elements": Said("事项的内容要素"),
    "ItemProposal.reason": Said("单列事项的理由"),
    "CatalogueVersion.note": Said("清单的发布说明"),
    "RuleVersion.source_note": Said("规则的依据说明"),
    "RuleVersion.trigger": Said("规则的起算点"),
    "RuleVersion.note": Said("规则的说明"),
    "RuleVersion.clause": Said("规则的条款"),
    "ApplicantList.title": Said("轮候名单的名称"),
    "ApplicantDigest.points": Said("轮候名单的得分"),
    "ApplicantDigest.next_step": Said("轮候名单的下一步"),
}
# Where a column, or a page, has room for less than a paragraph.
_MOST = {
    "FirstPublication.medium": 120,
    "FirstPublication.url": 500,
    "Finding.ground": 300,
    "Finding.legal_basis": 300,
    "Obligation.label": 200,
    "Closure.reason": 200,
    "Closure.source": 300,
    "Agency.contact": 200,
    "ItemProposal.name": 120,
    "RuleVersion.trigger": 160,
    "RuleVersion.clause": 300,
    "ApplicantList.title": 200,
}
_OF_FILES = {
    "PageText.label": Said("附件的页名、表名"),
    "PageText.text": Said("附件的文字"),
    "StoredFile.extract_note": Said("附件的说明"),
}
PUBLIC_TEXTS: Mapping[str, PublicText] = {
    **{field: PublicText(called, Kept.GATE) for field, called in _GATED.items()},
    **{field: PublicText(called, Kept.REFUSED, _MOST.get(field, PARAGRAPH)) for field, called in _REFUSED.items()},
    **{field: PublicText(called, Kept.FILE) for field, called in _OF_FILES.items()},
}
