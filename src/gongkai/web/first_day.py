"""What a new installation does once: an administrator, and the plan itself as the first disclosure."""

from datetime import date, datetime
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gongkai.agencies.actions.officers import appoint, create_officer, deactivate
from gongkai.agencies.models import Agency, Officer
from gongkai.agencies.queries import chose_own_password, county
from gongkai.catalogue.actions import publish_catalogue
from gongkai.catalogue.models import CatalogueVersion, Item
from gongkai.catalogue.queries import latest_catalogue
from gongkai.core.drafting import Text
from gongkai.core.vocabulary import Role, Verdict
from gongkai.disclosures import actions as disclosures
from gongkai.disclosures.disclosers import asks_discloser
from gongkai.disclosures.models import Disclosure
from gongkai.obligations import actions as clocks

ADMINISTRATOR = "admin"
NOT_JUDGED = (
    "补公开:文件形成于本平台启用之前。当年是否已在其他渠道按时公开,本平台没有记录,因此不作时效评价;"
    "待县政务公开办核实。"
)


class FirstDayError(Exception):
    """The profile's first disclosure cannot be published; the message says what to mend in the profile."""


@transaction.atomic
def ensure_administrator() -> str | None:
    """Create the administrator with a one-time password and return it; None when one exists already.

    The account manages accounts and nothing else: 县政务公开办 is another person, whom it creates.
    """
    if Officer.objects.filter(username=ADMINISTRATOR).exists():
        return None
    now = timezone.now()
    office = _agency(_first_disclosure()["agency"])
    officer, password = create_officer(username=ADMINISTRATOR, display_name="系统管理员", by=None, at=now)
    today = timezone.localdate(now)
    appoint(officer, agency=office, role=Role.ADMINISTRATOR, from_on=today, by=None, at=now)
    return password


def awaited_administrator() -> Officer | None:
    """The first administrator, while nobody has replaced the one-time password of the installation yet."""
    officer = Officer.objects.filter(username=ADMINISTRATOR, is_active=True, must_change_password=True).first()
    return None if officer is None or chose_own_password(officer) else officer


@transaction.atomic
def ensure_first_disclosure() -> Disclosure | None:
    """Publish the profile's first disclosure through the ordinary actions, once; None when anything is public.

    Accounts made for this act alone draft it, review it (as many reviewers as the county asks for) and waive the
    clock of a document older than the platform; they are closed afterwards, their names say what they are, and
    all can be seen in the operation log.
    """
    if Disclosure.objects.exists():
        return None
    facts = _first_disclosure()
    now = timezone.now()
    agency = _agency(facts["agency"])
    item = Item.objects.filter(code=facts["item"]).first()
    if item is None:
        raise FirstDayError(f"first-disclosure.yaml 中的事项 {facts['item']} 不在清单里。请改为清单中的事项编号。")
    drafter = _hand("init-drafter", "系统初始化(起草)", agency, Role.DRAFTER, now)
    reviewers = _reviewers(agency, now)
    revision = disclosures.start_draft(item, agency=agency, by=drafter, at=now, title=facts["title"])
    text = Text(
        title=facts["title"],
        doc_no=facts.get("doc_no", ""),
        formed_on=date.fromisoformat(str(facts["formed_on"])),
        summary=facts.get("summary", ""),
        body=facts.get("body", ""),
        elements={str(k): str(v) for k, v in (facts.get("elements") or {}).items()},
        discloser=agency.name if asks_discloser(item, agency) else "",
    )
    revision = disclosures.save_revision(revision, text=text, edits=revision.edits, by=drafter, at=now)
    disclosures.submit(revision, by=drafter, at=now)
    for reviewer in reviewers:
        disclosures.record_review(
            revision,
            verdict=Verdict.APPROVE,
            grounds=facts["review_grounds"],
            by=reviewer,
            at=now,
            looked=disclosures.doubts(revision),
        )
    revision.refresh_from_db()
    office = _hand("init-office", "系统初始化(县政务公开办)", agency, Role.OFFICE, now)
    _not_judged(revision.disclosure, office=office, now=now)
    disclosure = disclosures.publish(revision, by=drafter, at=now)
    for officer in (drafter, *reviewers, office):
        deactivate(officer, by=None, at=now)
    return disclosure


def _not_judged(disclosure: Disclosure, *, office: Officer, now: datetime) -> None:
    """The clock of a document formed before the platform was there is waived, in the open (decision 0008).

    Whether it was published in time elsewhere is not known here: neither in time nor late would be true.
    """
    late = disclosure.obligations.filter(state__in=clocks.RUNNING, due_at__lte=now)
    for obligation in late.select_related("item", "agency", "rule_version__rule"):
        clocks.waive(obligation, ground=NOT_JUDGED, by=office, at=now)


def ensure_catalogue() -> CatalogueVersion | None:
    """Publish version 1 of the 公开清单 as the profile gives it; None when there is a published one."""
    if latest_catalogue() is not None:
        return None
    return publish_catalogue(by=None, at=timezone.now(), note="系统初始化时按县配置发布,待县政务公开办核对。")


def _reviewers(agency: Agency, now: datetime) -> list[Officer]:
    """One reviewer for each step of the county, called by its name."""
    names = county().review_names
    if len(names) == 1:
        return [_hand("init-reviewer", "系统初始化(审查)", agency, Role.REVIEWER, now)]
    return [
        _hand(f"init-reviewer-{step}", f"系统初始化({name})", agency, Role.REVIEWER, now)
        for step, name in enumerate(names, start=1)
    ]


def _hand(username: str, display_name: str, agency: Agency, role: Role, now: datetime) -> Officer:
    officer, _ = create_officer(username=username, display_name=display_name, by=None, at=now)
    day = timezone.localdate(now)
    appoint(officer, agency=agency, role=role, from_on=day, by=None, at=now)
    return officer


def _first_disclosure() -> dict[str, Any]:
    path = settings.PROFILE_DIR / "first-disclosure.yaml"
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def _agency(code: str) -> Agency:
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise FirstDayError(f"first-disclosure.yaml 中的单位 {code} 不在 agencies.yaml 里。请改为其中的单位编号。")
    return agency
