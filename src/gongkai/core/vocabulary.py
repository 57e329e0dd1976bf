"""The closed vocabularies. A name that is not here does not exist; an unknown one is an error, not a default."""

from enum import StrEnum


class Evidence(StrEnum):
    """How well a fact of law is known. Shown beside every number it carries."""

    PRIMARY_TEXT = "primary_text"  # 已读原文
    SECONDARY = "secondary"  # 二手
    UNVERIFIED = "own_knowledge_unverified"  # 待核实
    CONFIRMED = "confirmed_by_office"  # 县政务公开办已核实


class RuleKind(StrEnum):
    """What a dated rule asks of a date (``checklist.yaml`` enums.kind)."""

    DEADLINE_AFTER = "deadline_after"
    MIN_BEFORE = "min_before"
    MIN_DURATION = "min_duration"
    FIXED_DURATION = "fixed_duration"
    PERIODIC = "periodic"
    ANNUAL_DATE = "annual_date"
    SIMULTANEOUS = "simultaneous"
    PROMPTLY = "promptly"
    CONTINUOUS = "continuous"
    WITHDRAW_WITHIN = "withdraw_within"
    RESPOND_WITHIN = "respond_within"
    MAX_DURATION = "max_duration"
    MIN_MAX_DURATION = "min_max_duration"


class Unit(StrEnum):
    """The unit of a rule's number."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"
    MONTH = "month"
    MONTH_DAY = "month_day"


class ObligationState(StrEnum):
    """Where a running clock stands."""

    OPEN = "open"  # 未到期
    MET = "met"  # 按时公开
    MET_LATE = "met_late"  # 逾期公开
    TOO_EARLY = "too_early"  # 提前公开
    OVERDUE = "overdue"  # 逾期未公开
    WAIVED = "waived"  # 免除
    CONCLUDED = "concluded"  # 经审查不主动公开


class ObligationGround(StrEnum):
    """What opened the clock."""

    FACT = "fact"  # 一件有日期的事实
    PERIOD = "period"  # 周期
    STANDING = "standing"  # 应当始终公开


class RevisionStage(StrEnum):
    """The life of one version of a text."""

    DRAFT = "draft"  # 草稿
    SUBMITTED = "submitted"  # 待审查
    RETURNED = "returned"  # 退回修改
    APPROVED = "approved"  # 审查通过
    PUBLISHED = "published"  # 已公开
    DISCARDED = "discarded"  # 已作废
    CONCLUDED = "concluded"  # 已认定不主动公开


class DisclosureStatus(StrEnum):
    """What the public sees of a disclosure."""

    UNPUBLISHED = "unpublished"  # 未公开
    PUBLISHED = "published"  # 已公开
    WITHDRAWN = "withdrawn"  # 已撤回
    EXPIRED = "expired"  # 公示期满


class Openness(StrEnum):
    """公开属性."""

    PROACTIVE = "proactive"  # 主动公开
    ON_REQUEST = "on_request"  # 依申请公开
    WITHHELD = "withheld"  # 不予公开


class Verdict(StrEnum):
    """The outcome of one 保密审查."""

    APPROVE = "approve"  # 同意公开
    RETURN = "return"  # 退回修改


class Role(StrEnum):
    """What an officer may be appointed to."""

    DRAFTER = "drafter"  # 信息员(起草)
    REVIEWER = "reviewer"  # 保密审查员
    HEAD = "head"  # 单位负责人
    OFFICE = "office"  # 县政务公开办
    EVALUATOR = "evaluator"  # 评估员(只读)
    AUDITOR = "auditor"  # 审计员(只读)
    ADMINISTRATOR = "administrator"  # 系统管理员


class LeafKind(StrEnum):
    """What a leaf of the publication log records."""

    PUBLISH = "publish"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    CATALOGUE = "catalogue"
    RULES = "rules"
    CALENDAR = "calendar"
    WITHHOLD = "withhold"  # a superseded version taken out of public reading
    RELEASE = "release"  # a finding of the privacy check released for publication


class EventKind(StrEnum):
    """Everything that can happen, as ``subject.past_tense``."""

    OFFICER_CREATED = "officer.created"
    OFFICER_CHANGED = "officer.changed"
    OFFICER_APPOINTED = "officer.appointed"
    OFFICER_DISMISSED = "officer.dismissed"
    OFFICER_SIGNED_IN = "officer.signed_in"
    OFFICER_SIGN_IN_REFUSED = "officer.sign_in_refused"
    OFFICER_LOCKED_OUT = "officer.locked_out"
    OFFICER_SIGNED_OUT = "officer.signed_out"
    OFFICER_PASSWORD_CHANGED = "officer.password_changed"  # noqa: S105 - the name of an event
    OFFICER_SECOND_FACTOR_SET = "officer.second_factor_set"
    AGENCY_CHANGED = "agency.changed"
    PROFILE_LOADED = "profile.loaded"
    CALENDAR_LOADED = "calendar.loaded"
    CLOSURE_CHANGED = "closure.changed"
    CATALOGUE_PUBLISHED = "catalogue.published"
    ITEM_PROPOSED = "item.proposed"
    ITEM_PROPOSAL_DECIDED = "item.proposal_decided"
    RULE_CONFIRMED = "rule.confirmed"
    RULE_CHANGED = "rule.changed"
    FACT_DECIDED = "fact.decided"
    FACT_CONFIRMED = "fact.confirmed"
    OBLIGATION_OPENED = "obligation.opened"
    OBLIGATION_MET = "obligation.met"
    OBLIGATION_WAIVED = "obligation.waived"
    OBLIGATION_CONCLUDED = "obligation.concluded"
    OBLIGATION_RECOMPUTED = "obligation.recomputed"
    OBLIGATION_OVERDUE = "obligation.overdue"
    ITEM_FELL_SILENT = "item.fell_silent"
    DISCLOSURE_DRAFTED = "disclosure.drafted"
    DISCLOSURE_REVISED = "disclosure.revised"
    DISCLOSURE_SUBMITTED = "disclosure.submitted"
    DISCLOSURE_REVIEWED = "disclosure.reviewed"
    DISCLOSURE_PUBLISHED = "disclosure.published"
    DISCLOSURE_CORRECTED = "disclosure.corrected"
    DISCLOSURE_WITHDRAWN = "disclosure.withdrawn"
    DISCLOSURE_VERSION_WITHHELD = "disclosure.version_withheld"
    DISCLOSURE_EXPIRED = "disclosure.expired"
    DISCLOSURE_DISCARDED = "disclosure.discarded"
    DISCLOSURE_CONCLUDED = "disclosure.concluded"
    DISCLOSURE_FIRST_PUBLISHED = "disclosure.first_publication_recorded"
    DISCLOSURES_IMPORTED = "disclosures.imported"
    DOCUMENT_STORED = "document.stored"
    DOCUMENT_SCANNED = "document.scanned"
    DOCUMENT_MASKED = "document.masked"
    DOCUMENT_ORIGINAL_OPENED = "document.original_opened"
    FINDING_RELEASED = "finding.released"
    APPLICANTS_LOADED = "applicants.loaded"
    RESCAN_COMPLETED = "rescan.completed"
