"""What happened, in the officer's words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gongkai.core.vocabulary import EventKind
from gongkai.events.models import Event
from gongkai.web.telling import told
from gongkai.web.words import MARKS, OPENNESS, ROLES, VERDICTS

K = EventKind
EVENTS: Mapping[str, str | Promise] = {
    K.OFFICER_CREATED: _("新建账号"),
    K.OFFICER_CHANGED: _("变更账号"),
    K.OFFICER_APPOINTED: _("任命"),
    K.OFFICER_DISMISSED: _("解除任职"),
    K.OFFICER_SIGNED_IN: _("登录"),
    K.OFFICER_SIGN_IN_REFUSED: _("登录被拒"),
    K.OFFICER_LOCKED_OUT: _("账号锁定"),
    K.OFFICER_SIGNED_OUT: _("退出"),
    K.OFFICER_PASSWORD_CHANGED: _("更换密码"),
    K.OFFICER_SECOND_FACTOR_SET: _("绑定或解除验证器"),
    K.AGENCY_CHANGED: _("变更责任主体"),
    K.PROFILE_LOADED: _("载入县配置"),
    K.CALENDAR_LOADED: _("载入工作日历"),
    K.CLOSURE_CHANGED: _("变更停工日"),
    K.CATALOGUE_PUBLISHED: _("发布公开清单"),
    K.ITEM_PROPOSED: _("提出事项建议"),
    K.ITEM_PROPOSAL_DECIDED: _("审核事项建议"),
    K.RULE_CONFIRMED: _("核实时限规则"),
    K.RULE_CHANGED: _("修改时限规则"),
    K.FACT_DECIDED: _("判定不需公开"),
    K.FACT_CONFIRMED: _("核实事实"),
    K.ITEM_FELL_SILENT: _("事项长期无内容"),
    K.OBLIGATION_OPENED: _("时限开始"),
    K.OBLIGATION_MET: _("时限办结"),
    K.OBLIGATION_WAIVED: _("免除时限"),
    K.OBLIGATION_CONCLUDED: _("时限因不主动公开终结"),
    K.OBLIGATION_RECOMPUTED: _("重算时限"),
    K.OBLIGATION_OVERDUE: _("时限逾期"),
    K.DISCLOSURE_DRAFTED: _("起草"),
    K.DISCLOSURE_REVISED: _("修改稿件"),
    K.DISCLOSURE_SUBMITTED: _("提交审查"),
    K.DISCLOSURE_REVIEWED: _("保密审查"),
    K.DISCLOSURE_PUBLISHED: _("公开"),
    K.DISCLOSURE_CORRECTED: _("公开更正"),
    K.DISCLOSURE_WITHDRAWN: _("撤回"),
    K.DISCLOSURE_VERSION_WITHHELD: _("收回旧版"),
    K.DISCLOSURE_EXPIRED: _("公示期满"),
    K.DISCLOSURE_DISCARDED: _("作废稿件"),
    K.DISCLOSURE_CONCLUDED: _("认定不主动公开"),
    K.DISCLOSURE_FIRST_PUBLISHED: _("登记首发"),
    K.DISCLOSURES_IMPORTED: _("批量导入"),
    K.DOCUMENT_STORED: _("上传文件"),
    K.DOCUMENT_SCANNED: _("检查文件"),
    K.DOCUMENT_MASKED: _("遮盖文件"),
    K.DOCUMENT_ORIGINAL_OPENED: _("打开原件"),
    K.FINDING_RELEASED: _("放行检查结果"),
    K.RESCAN_COMPLETED: _("全部重新检查"),
    K.APPLICANTS_LOADED: _("载入申请人名单"),
}
_FACTS: Mapping[str, str | Promise] = {
    "username": _("登录名"),
    "address": _("来自"),
    "role": _("角色"),
    "from_on": _("自"),
    "to_on": _("至"),
    "why": _("原因"),
    "what": _("内容"),
    "step": _("环节"),
    "revision": _("稿次"),
    "verdict": _("结论"),
    "acknowledged": _("确认过的发现"),
    "leaf": _("日志位置"),
    "days": _("天数"),
    "size": _("大小"),
    "media_type": _("类型"),
    "findings": _("检查结果数"),
    "purpose": _("用途"),
    "ground": _("法定理由"),
    "openness": _("公开属性"),
    "decision": _("判定"),
    "fact_on": _("发生日期"),
    "item": _("事项"),
    "rule": _("规则"),
    "due_on": _("到期日"),
    "old_due_on": _("原到期日"),
    "new_due_on": _("新到期日"),
    "provisional": _("暂定"),
    "state": _("状态"),
    "calendar": _("日历"),
    "last_on": _("最近一次"),
    "name": _("名称"),
    "domain": _("领域"),
    "source_note": _("依据"),
    "kind": _("类别"),
    "code": _("编号"),
    "enabled": _("启用"),
    "from": _("原版本"),
    "to": _("新版本"),
    "period": _("周期"),
    "number": _("版次"),
    "original": _("原件"),
    "values": _("遮盖"),
    "removed": _("删除"),
    "added": _("新增"),
    "changed": _("有改动"),
    "kinds": _("种类"),
    "rows": _("行数"),
    "run": _("导入批次"),
    "source": _("来源"),
    "rules": _("检查规则版本"),
    "version": _("检查规则版本"),
    "texts": _("检查的稿件数"),
    "checked": _("检查的文件数"),
    "alarming": _("有确定发现的"),
    "revisions": _("版本"),
    "for": _("适用于"),
}
# Already said by the subject, or only for machines.
_LEFT_OUT = frozenset({"public_id", "digest"})
_VALUES: Mapping[str, str | Promise] = {
    **ROLES,
    **VERDICTS,
    **OPENNESS,
    **{state: mark.word for state, mark in MARKS["obligation"].items()},
    "own": _("本人更换"),
    "reset": _("管理员重置"),
    "reissued": _("在服务器上换发一次性密码"),
    "set": _("绑定"),
    "removed": _("解除"),
    "password": _("密码"),
    "second_factor": _("验证码"),
    "asked": _("本人退出"),
    "idle": _("长时间未操作"),
    "hours": _("满8小时"),
    "display_name": _("姓名"),
    "deactivated": _("停用"),
    "reactivated": _("重新启用"),
    "contact": _("联系方式"),
    "warn_days": _("提醒天数"),
    "xlsx": "XLSX",
    "csv": "CSV",
    "paste": _("粘贴"),
    "accepted": _("已采纳"),
    "refused": _("未采纳"),
}


def in_words(events: Iterable[Event]) -> list[Event]:
    """The events, each with ``word`` and ``said`` for a template."""
    found = list(events)
    for event in found:
        event.word, event.said = event_word(event.kind), facts_in_words(event.facts)  # type: ignore[attr-defined]  # two words for the template
    return found


def event_word(kind: str) -> str:
    """The event in words; its own name when it is newer than this list."""
    return str(EVENTS.get(kind, kind))


def facts_in_words(facts: Mapping[str, Any]) -> str:
    """The facts of an event on one line. Reading is for people: nested facts are counted, not unrolled."""
    return _now(";").join(
        f"{_FACTS.get(key, key)} {_shown(value)}"
        for key, value in facts.items()
        if key not in _LEFT_OUT and value not in ("", None)
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _now("是") if value else _now("否")
    if isinstance(value, list) and all(isinstance(one, str) for one in value) and len(value) <= 3:
        return _now("、").join(value)
    if isinstance(value, list | dict):
        return _now("%(n)d 项") % {"n": len(value)}
    return str(_VALUES[value]) if isinstance(value, str) and value in _VALUES else told(value)
