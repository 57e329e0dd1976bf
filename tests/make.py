"""Rows for tests, each made by one plain call. Whatever is not said is ordinary; every name is invented."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from gongkai.agencies.models import Agency, County, Officer
from gongkai.catalogue.models import (
    Domain,
    Element,
    Exclusion,
    Instrument,
    Item,
    ItemAgency,
    ItemRule,
    Rule,
    RuleVersion,
)
from gongkai.core.drafting import Text
from gongkai.core.vocabulary import Evidence, Role, RuleKind, Unit, Verdict
from gongkai.disclosures import actions
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.documents.models import Finding
from tests.cast import agency, officer

DOMAINS = ("HC", "HA", "LT", "MN", "GP", "SA", "TD", "FR", "EM", "XX")
_count = itertools.count(1)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.get_fixed_timezone(480))


def make_county(*, review_steps: int = 1, **facts: Any) -> County:
    """A county of the tests, with one 信息类别 for every domain the tests make."""
    return County.objects.update_or_create(
        pk=1,
        defaults={
            "code": "ceshi",
            "name": "测试县",
            "name_en": "Test County",
            "area_code": "359999",
            "digest": f"tests-{review_steps}-{next(_count)}",
            "loaded_at": NOW,
            "facts": county_facts(review_steps=review_steps, **facts),
        },
    )[0]


def county_facts(*, review_steps: int, **facts: Any) -> dict[str, Any]:
    """The facts of the county of the tests, as a profile would give them."""
    return {
        "areas": {"county": "359999"},
        "site": {
            "name": "测试县人民政府",
            "name_en": "Test County",
            "home": "",
            "header": {},
            "footer": {},
            "colours": {},
        },
        "index_number": {
            "pattern": "{unit}-{class}-{year}-{serial:05d}",
            "classes": {code: {"code": f"{3000 + n}"} for n, code in enumerate(DOMAINS)},
        },
        "review": {"steps": ["初审", "复审", "终审"][:review_steps]},
        "meta_tags": {},
        "log_origin": "ceshi.example/log",
        "portal_channel": "portal",
        **facts,
    }


def make_rule(code: str = "R-TEST-20WD", **version: Any) -> RuleVersion:
    """A rule with one version since 2019: 20 working days after, unless said otherwise."""
    rule, _ = Rule.objects.get_or_create(code=code, defaults={"name": f"测试时限 {code}"})
    Instrument.objects.get_or_create(
        code="test_law", defaults={"title": "测试条例", "doc_no": "测试令第1号", "evidence": Evidence.PRIMARY_TEXT}
    )
    return RuleVersion.objects.create(
        rule=rule,
        **{
            "valid_from": date(2008, 5, 1),
            "kind": RuleKind.DEADLINE_AFTER,
            "value": 20,
            "unit": Unit.WORKING_DAY,
            "trigger": "信息形成之日",
            "basis": [{"instrument": "test_law", "article": "第26条"}],
            "clause": "《测试条例》第26条",
            "evidence": Evidence.PRIMARY_TEXT,
            **version,
        },
    )


def make_item(
    code: str = "GP-01", *, agencies: list[Agency] | None = None, rules: list[Rule] | None = None, **facts: Any
) -> Item:
    """An item of 政府采购 (or of the domain its code begins with), owed by 测试财政局, with three elements."""
    prefix = code.split("-", maxsplit=1)[0]
    domain, _ = Domain.objects.get_or_create(code=prefix, defaults={"name": f"测试领域{prefix}"})
    item = Item.objects.create(
        code=code,
        domain=domain,
        name=facts.pop("name", f"测试事项{code}"),
        **{
            "stage": Item.Stage.RESULT,
            "exchange_type": Item.ExchangeType.RESULT,
            "discloser_basis": "implement",
            "evidence": Evidence.PRIMARY_TEXT,
            **facts,
        },
    )
    for order, (name, kind, required) in enumerate(
        [("项目名称", "text", True), ("成交金额", "money", True), ("备注", "text", False)]
    ):
        Element.objects.create(item=item, name=name, type=kind, required=required, order=order)
    for order, held in enumerate(agencies or [agency("czj", "测试财政局", unit_code="CS09001")]):
        ItemAgency.objects.create(item=item, agency=held, order=order)
    for order, rule in enumerate(rules or []):
        ItemRule.objects.create(item=item, rule=rule, order=order)
    return item


def make_exclusion(code: str = "PRIVACY") -> Exclusion:
    """A statutory ground for not publishing."""
    return Exclusion.objects.get_or_create(
        code=code,
        defaults={
            "name": "个人隐私",
            "effect": Exclusion.Effect.UNLESS_CONSENT,
            "article": "第15条",
            "evidence": Evidence.PRIMARY_TEXT,
        },
    )[0]


def make_hands(of: Agency) -> tuple[Officer, Officer, Officer]:
    """A drafter, a reviewer and a head of ``of``, all invented."""
    n = next(_count)
    return (
        officer(f"lin{n}", "林测试", (Role.DRAFTER, of)),
        officer(f"chen{n}", "陈测试", (Role.REVIEWER, of)),
        officer(f"wang{n}", "王测试", (Role.HEAD, of)),
    )


def text(**facts: Any) -> Text:
    """A complete text for an item of :func:`make_item`."""
    return Text(
        **{
            "title": "测试项目成交结果公告",
            "formed_on": (NOW - timedelta(days=3)).date(),
            "body": "<p>测试正文。</p>",
            "elements": {"项目名称": "测试项目", "成交金额": "128万元"},
            **facts,
        }
    )


def make_approved(
    item: Item | None = None,
    *,
    at: datetime = NOW,
    hands: tuple[Officer, Officer, Officer] | None = None,
    **facts: Any,
) -> tuple[Revision, tuple[Officer, Officer, Officer]]:
    """A revision that has passed review and waits for publication, and the hands that brought it there.

    What the privacy check finds in ``facts`` was learnt after the approval (:func:`approve_unseen`).
    """
    if not County.objects.exists():
        make_county()
    item = item or make_item()
    of = item.agencies.order_by("item_agencies__order")[0]
    drafter, reviewer, head = hands or make_hands(of)
    start = {k: facts.pop(k) for k in ("township", "obligations") if k in facts}
    revision = actions.start_draft(item, agency=of, by=drafter, at=at, **start)
    saved = actions.save_revision(
        revision, text=text(**facts), edits=0, by=drafter, at=at, township=start.get("township")
    )
    actions.submit(saved, by=drafter, at=at)
    approve_unseen(saved, by=reviewer, at=at)
    saved.refresh_from_db()
    return saved, (drafter, reviewer, head)


def approve_unseen(revision: Revision, *, by: Officer, at: datetime = NOW) -> None:
    """Approve a text as if what is found in it and its files had been learnt only after the approval."""
    kept = list(Finding.objects.all())
    Finding.objects.all().delete()
    actions.record_review(revision, verdict=Verdict.APPROVE, grounds="不涉密(测试)", by=by, at=at)
    Finding.objects.bulk_create(kept)


def make_disclosure(item: Item | None = None, *, at: datetime = NOW, **facts: Any) -> Disclosure:
    """A published disclosure, through the ordinary actions."""
    revision, (drafter, _, _) = make_approved(item, at=at, **facts)
    return actions.publish(revision, by=drafter, at=at)
