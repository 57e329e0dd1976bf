"""待核实: every fact in use that nobody has confirmed, and every number the law leaves to the county."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from gongkai.agencies.models import Agency, AgencyName, County, SupervisionChannel
from gongkai.agencies.privacy_rules import mask_grades
from gongkai.catalogue.models import Exclusion, Instrument, Item, PublicationChannel, Rule, RuleVersion
from gongkai.catalogue.queries.rules import standing_versions
from gongkai.catalogue.queries.staying import doubted_stay_grounds
from gongkai.catalogue.wording import deadline_of, trigger_of
from gongkai.core.said import Said
from gongkai.core.vocabulary import Evidence


@dataclass(frozen=True)
class UnverifiedFact:
    """One fact to confirm: ``kind`` and ``code`` are what ``confirm_fact`` takes; a rule has ``version_id``.

    ``fact`` says in words what is doubted; ``needs_value`` marks a number that is missing, not merely unconfirmed.
    """

    kind: str
    code: str
    name: str
    fact: Said
    note: str = ""
    clause: str = ""
    version_id: int | None = None
    needs_value: bool = False


def unverified() -> list[UnverifiedFact]:
    """Everything to confirm: rules first, then law, items, agencies, channels, the county's own facts.

    Twelve queries, however many facts.
    """
    return [
        *_rules(),
        *_graded("instruments", Instrument, Said("施行日期和文号"), live={"retired_on": None}, name="title"),
        *_graded("exclusions", Exclusion, Said("不予公开的理由"), live={"retired_on": None}),
        *_graded("items", Item, Said("事项及其要素"), live={"retired_on": None}),
        *_stays(),
        *_graded("agencies", Agency, Said("现名称和职能"), live={}),
        *_agency_names(),
        *_unit_codes(),
        *_graded("supervision", SupervisionChannel, Said("找谁、怎么找"), live={"closed_on": None}),
        *_graded("channels", PublicationChannel, Said("渠道名称和地址"), live={"retired_on": None}),
        *_county(),
    ]


def _rules() -> Iterator[UnverifiedFact]:
    for rule in Rule.objects.filter(retired_on=None).prefetch_related("versions"):
        for version in standing_versions(rule.versions.all()):
            if version.evidence == Evidence.UNVERIFIED or _needs_value(rule, version):
                yield UnverifiedFact(
                    kind="rules",
                    code=rule.code,
                    name=rule.name,
                    fact=Said(
                        "%(first)s 起:%(deadline)s%(trigger)s",
                        first=str(version.valid_from),
                        deadline=deadline_of(version),
                        trigger=trigger_of(version),
                    ),
                    note=version.note,
                    clause=version.clause,
                    version_id=version.pk,
                    needs_value=_needs_value(rule, version),
                )


def _needs_value(rule: Rule, version: RuleVersion) -> bool:
    missing = version.value is None and not version.month_day
    return rule.needs_local_value and missing and version.valid_to is None


def _graded(
    kind: str, model: type[Model], fact: Said, *, live: Mapping[str, Any], name: str = "name"
) -> Iterator[UnverifiedFact]:
    rows: Iterable[Any] = model._default_manager.filter(evidence=Evidence.UNVERIFIED, **live)
    for row in rows:
        yield UnverifiedFact(kind, row.code, getattr(row, name), fact, note=getattr(row, "note", ""))


def _stays() -> Iterator[UnverifiedFact]:
    for ground in doubted_stay_grounds():
        fact = Said("公示期满后正文继续公开的依据(%(day)s 起);核实前期满撤下正文,保留存根", day=ground.valid_from)
        yield UnverifiedFact("stays", str(ground.pk), ground.item.name, fact, ground.note, ground.clause)


def _agency_names() -> Iterator[UnverifiedFact]:
    for name in AgencyName.objects.filter(evidence=Evidence.UNVERIFIED).select_related("agency"):
        first = str(name.valid_from) if name.valid_from else Said("不详")
        last = str(name.valid_to) if name.valid_to else Said("今")
        fact = Said("名称自 %(first)s 至 %(last)s 使用", first=first, last=last)
        yield UnverifiedFact("agency_names", str(name.pk), name.name, fact, note=name.note)


def _unit_codes() -> Iterator[UnverifiedFact]:
    for agency in Agency.objects.filter(unit_code_evidence=Evidence.UNVERIFIED, closed_on=None):
        yield UnverifiedFact(
            "unit_codes", agency.code, agency.name, Said("机构代码 %(code)s", code=agency.unit_code)
        )


def _county() -> Iterator[UnverifiedFact]:
    """Facts of ``county.yaml`` and ``privacy.yaml``: corrected in the profile, so they have no code to confirm."""
    county = County.objects.first()
    if county is None:
        return
    for domain, entry in county.facts["index_number"]["classes"].items():
        if entry.get("evidence") == Evidence.UNVERIFIED:
            yield UnverifiedFact(
                "county",
                "",
                county.name,
                Said("领域 %(domain)s 的索引号信息类别 %(code)s", domain=domain, code=entry["code"]),
            )
    for kind, grade in mask_grades().items():
        if grade == Evidence.UNVERIFIED:
            yield UnverifiedFact("county", "", county.name, Said("个人信息 %(kind)s 的遮盖格式", kind=kind))
