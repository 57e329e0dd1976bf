"""What the closed vocabularies are called in front of people, with the mark and tone a state is shown by.

A state is never colour alone: :data:`MARKS` gives each its shape (a character) and its tone, one of ``good``,
``warn``, ``bad`` or an empty text for neutral.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongkai.catalogue.models import RuleVersion
from gongkai.core import deadline_words
from gongkai.core.privacy.kinds import Kind
from gongkai.core.vocabulary import (
    DisclosureStatus,
    Evidence,
    ObligationState,
    Openness,
    RevisionStage,
    Role,
    RuleKind,
    Unit,
    Verdict,
)

Word = str | Promise


class Mark(NamedTuple):
    """How a state is drawn: its word, its shape, its tone."""

    word: Word
    shape: str
    tone: str


MARKS: dict[str, dict[str, Mark]] = {
    "obligation": {
        ObligationState.OPEN: Mark(_("未到期"), "○", ""),
        ObligationState.MET: Mark(_("按时公开"), "●", "good"),
        ObligationState.MET_LATE: Mark(_("逾期公开"), "▲", "warn"),
        ObligationState.TOO_EARLY: Mark(_("提前公开"), "◆", "warn"),
        ObligationState.OVERDUE: Mark(_("逾期未公开"), "■", "bad"),
        ObligationState.WAIVED: Mark(_("免除"), "–", ""),
        ObligationState.CONCLUDED: Mark(_("经审查不主动公开"), "▣", ""),
    },
    "disclosure": {
        DisclosureStatus.UNPUBLISHED: Mark(_("未公开"), "○", ""),
        DisclosureStatus.PUBLISHED: Mark(_("已公开"), "●", "good"),
        DisclosureStatus.WITHDRAWN: Mark(_("已撤回"), "✕", "bad"),
        DisclosureStatus.EXPIRED: Mark(_("公示期满"), "◇", ""),
    },
    "revision": {
        RevisionStage.DRAFT: Mark(_("草稿"), "○", ""),
        RevisionStage.SUBMITTED: Mark(_("待审查"), "◔", ""),
        RevisionStage.RETURNED: Mark(_("退回修改"), "▲", "warn"),
        RevisionStage.APPROVED: Mark(_("审查通过"), "◕", ""),
        RevisionStage.PUBLISHED: Mark(_("已公开"), "●", "good"),
        RevisionStage.DISCARDED: Mark(_("已作废"), "✕", ""),
        RevisionStage.CONCLUDED: Mark(_("已认定不主动公开"), "▣", ""),
    },
    "evidence": {
        Evidence.PRIMARY_TEXT: Mark(_("已读原文"), "●", "good"),
        Evidence.SECONDARY: Mark(_("二手来源"), "◐", ""),
        Evidence.UNVERIFIED: Mark(_("待核实"), "▲", "warn"),
        Evidence.CONFIRMED: Mark(_("县政务公开办已核实"), "●", "good"),
    },
}

OPENNESS: dict[str, Word] = {
    Openness.PROACTIVE: _("主动公开"),
    Openness.ON_REQUEST: _("依申请公开"),
    Openness.WITHHELD: _("不予公开"),
}
# What an approval says of a text that is not for proactive publication.
AGREED: dict[str, Word] = {
    Openness.PROACTIVE: _("同意公开"),
    Openness.ON_REQUEST: _("同意依申请公开"),
    Openness.WITHHELD: _("同意不予公开"),
}
VERDICTS: dict[str, Word] = {Verdict.APPROVE: _("同意公开"), Verdict.RETURN: _("退回修改")}
ROLES: dict[str, Word] = {
    Role.DRAFTER: _("信息员"),
    Role.REVIEWER: _("保密审查员"),
    Role.HEAD: _("单位负责人"),
    Role.OFFICE: _("县政务公开办"),
    Role.EVALUATOR: _("评估员"),
    Role.AUDITOR: _("审计员"),
    Role.ADMINISTRATOR: _("系统管理员"),
}
STAGES: dict[str, Word] = {
    "decision": _("决策"),
    "execution": _("执行"),
    "management": _("管理"),
    "service": _("服务"),
    "result": _("结果"),
}
EXCHANGE_TYPES: dict[str, Word] = {
    "announcement": _("公告"),
    "qualification": _("资格审查结果"),
    "process": _("交易过程"),
    "result": _("成交"),
    "performance": _("履约"),
    "change": _("变更"),
    "none": _("不属交易环节"),
}
AUDIENCES: dict[str, Word] = {
    "public": _("全社会"),
    "levied_households": _("被征收户"),
    "applicant": _("申请人"),
}
METHODS: dict[str, Word] = {"proactive": _("主动"), "on_request": _("依申请")}
LEVELS: dict[str, Word] = {"county": _("县级"), "town": _("乡级"), "village": _("村级")}
DISCLOSER_BASES: dict[str, Word] = {
    "approve": _("谁批准、谁公开"),
    "implement": _("谁实施、谁公开"),
    "produce": _("谁制作、谁公开"),
}
UNITS: dict[str, Word] = {
    Unit.WORKING_DAY: _("个工作日"),
    Unit.CALENDAR_DAY: _("日"),
    Unit.HOUR: _("小时"),
    Unit.MONTH: _("个月"),
    Unit.MONTH_DAY: _("(月-日)"),
}
RULE_KINDS: dict[str, Word] = {
    RuleKind.DEADLINE_AFTER: _("触发之日起限期公开"),
    RuleKind.MIN_BEFORE: _("须提前公开"),
    RuleKind.MIN_DURATION: _("至少公示"),
    RuleKind.FIXED_DURATION: _("公告期限"),
    RuleKind.PERIODIC: _("每期结束后限期公开"),
    RuleKind.ANNUAL_DATE: _("每年在此日前公开"),
    RuleKind.SIMULTANEOUS: _("与事实同时公开"),
    RuleKind.PROMPTLY: _("及时公开"),
    RuleKind.CONTINUOUS: _("持续公开并动态更新"),
    RuleKind.WITHDRAW_WITHIN: _("限期撤下"),
    RuleKind.RESPOND_WITHIN: _("限期答复"),
    RuleKind.MAX_DURATION: _("最长公开期限"),
    RuleKind.MIN_MAX_DURATION: _("公开期限有最短与最长"),
}
LEAF_KINDS: dict[str, Word] = {
    "publish": _("公开"),
    "correct": _("更正"),
    "withdraw": _("撤回"),
    "withhold": _("收回旧版"),
    "expire": _("公示期满"),
    "catalogue": _("公开清单"),
    "rules": _("时限规则"),
    "calendar": _("工作日历"),
}
LAYERS: dict[str, Word] = {
    "text": _("正文"),
    "cell": _("单元格"),
    "hidden_row": _("隐藏行"),
    "hidden_column": _("隐藏列"),
    "hidden_sheet": _("隐藏工作表或幻灯片"),
    "hidden_text": _("隐藏文字"),
    "comment": _("批注"),
    "note": _("脚注或备注"),
    "tracked_change": _("修订痕迹"),
    "header_footer": _("页眉页脚"),
    "property": _("文件属性"),
    "annotation": _("PDF 注释"),
    "form_field": _("表单域"),
    "embedded_file": _("内嵌文件"),
    "exif": _("图片附带信息"),
    "other": _("其他部分"),
    "file": _("整个文件"),
}
FINDING_KINDS: dict[str, Word] = {
    Kind.RESIDENT_ID: _("公民身份号码"),
    Kind.MOBILE: _("手机号码"),
    Kind.LANDLINE: _("固定电话"),
    Kind.BANK_ACCOUNT: _("银行账号"),
    Kind.PASSPORT: _("护照号码"),
    Kind.PERMIT: _("港澳台证件"),
    Kind.EMAIL: _("电子邮箱"),
    Kind.ADDRESS: _("住址"),
    Kind.PLATE: _("车牌号"),
    Kind.BIRTH_DATE: _("出生日期"),
    Kind.MINOR: _("未成年人"),
    Kind.HEALTH: _("健康信息"),
    Kind.POVERTY: _("困难身份"),
    Kind.SECRECY_MARK: _("密级或内部标志"),
    Kind.NOT_PUBLIC_CITATION: _("引用非主动公开文件"),
    Kind.COUNTY_WORD: _("本县词表"),
    Kind.UNREADABLE: _("不能检查"),
}


def fact_day(version: RuleVersion) -> str:
    """What the day of the fact is to a clock of ``version``, in Chinese; a face says it in its language."""
    unit = Unit(version.unit) if version.unit else None
    return deadline_words.fact_day(
        RuleKind(version.kind), unit=unit, day_count_override=version.day_count_override
    )


# What kind of fact is to be confirmed (``catalogue.queries.UnverifiedFact.kind``).
DOUBTS: dict[str, Word] = {
    "instruments": _("法律文件"),
    "exclusions": _("不予公开的理由"),
    "items": _("清单事项"),
    "stays": _("长期公开的依据"),
    "agencies": _("责任主体"),
    "agency_names": _("单位曾用名称"),
    "unit_codes": _("机构代码"),
    "supervision": _("监督渠道"),
    "channels": _("公开渠道"),
    "county": _("县配置"),
}
