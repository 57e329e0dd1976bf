"""The shapes of the API, version 1. A field is never renamed or removed within a version; new ones may come."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema


class AgencyOut(Schema):
    """A 责任主体."""

    code: str
    name: str
    name_en: str
    kind: str = Field(description="government, department, township or party")


class ItemOut(Schema):
    """An item of the 公开清单 in force."""

    code: str
    name: str
    name_en: str
    domain: str = Field(description="code of the 领域")
    stage: str
    exchange_type: str
    agencies: list[str] = Field(description="codes of the 责任主体, the leading one first")
    rules: list[str] = Field(description="codes of the rules that set its clocks")
    evidence: str = Field(description="how well the item is known: see /checklist/")


class DisclosureOut(Schema):
    """A public disclosure as a list shows it; withdrawn and expired ones are stubs."""

    public_id: str
    index_number: str
    title: str
    doc_no: str
    status: str = Field(description="published, withdrawn or expired")
    item: str
    domain: str
    agency: str
    discloser: str = Field(description="name of the unit that disclosed it; of the agency where none was given")
    discloser_uscc: str = Field(description="its 统一社会信用代码, empty when not given")
    township: str | None
    formed_on: date | None
    published_at: datetime = Field(description="the system's own time, written once")
    changed_at: datetime | None
    ends_on: date | None
    url: str


class FileOut(Schema):
    """An attachment, by its fingerprint."""

    name: str
    size: int
    sha256: str
    sm3: str


class VersionOut(Schema):
    """One version that was public, and where its leaf stands in the log. A withheld one has no title or reason."""

    number: int
    title: str
    discloser: str = Field(description="name of the unit that disclosed this version; empty when withheld")
    published_at: datetime
    reason: str
    leaf: int
    withheld_at: datetime | None = Field(description="since when its content is out of public reading")
    withheld_reason: str
    withheld_ground: str = Field(description="code of the statutory ground, empty when it can be read")


class DetailOut(DisclosureOut):
    """A disclosure with its text. A stub has no body, elements or attachments."""

    summary: str
    body: str = Field(description="sanitised HTML")
    elements: dict[str, str]
    attachments: list[FileOut]
    versions: list[VersionOut]
    withdrawal_reason: str
    leaf: int = Field(description="position of the newest leaf about it")


class PageOut(Schema):
    """One page of a list, newest first. ``next`` is the address of the following page, or null at the end."""

    results: list[DisclosureOut]
    next: str | None


class ObligationOut(Schema):
    """A clock: what was due when, by which rule, and what became of it."""

    id: int
    item: str
    agency: str
    discloser: str = Field(description="name of the unit that published for it, where one was given")
    label: str = Field(description="empty until something is published for it")
    state: str = Field(description="open, met, met_late, too_early, overdue or waived")
    fact_on: date
    due_on: date | None
    provisional: bool = Field(description="暂定: the period passes the last announced calendar")
    met_at: datetime | None
    rule: str
    rule_version: str
    clause: str
    evidence: str
    calendar: str


class ObligationPageOut(Schema):
    """One page of obligations by id, and where the next begins."""

    results: list[ObligationOut]
    next: str | None


class ProblemOut(Schema):
    """Why a call was refused, in the reader's language."""

    detail: Any
