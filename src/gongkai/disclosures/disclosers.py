"""发布单位: which unit disclosed a thing. The one place that says whose name is shown, asked for and offered.

A checklist names classes where the plan did: 招标人, 采购人, 村民委员会. What is published under a class says
which unit it was; where nothing was said (before the question was asked), the 责任主体 itself is shown.
"""

from gongkai.agencies.models import Agency
from gongkai.agencies.queries import agencies_in_force
from gongkai.catalogue.models import Item
from gongkai.disclosures.models import Disclosure, Revision

OFFERED = 50
_LOOKED_AT = 300  # disclosures whose names are offered again


def asks_discloser(item: Item, agency: Agency) -> bool:
    """Whether a text of ``agency`` under ``item`` must name the real unit.

    So it is where the agency itself is only a class, and where a class shares the item with it: an office or a
    township may publish for the 招标人 or the village committee. The many behind a 统称 are agencies of their own,
    whose name says enough. At most one query.
    """
    if agency.is_class:
        return True
    return item.item_agencies.filter(agency__kind=Agency.Kind.PARTY).exists()


def asked_of(disclosure: Disclosure) -> bool:
    """:func:`asks_discloser` of an existing disclosure."""
    return asks_discloser(disclosure.item, disclosure.agency)


def shown_name(disclosure: Disclosure, revision: Revision | None = None) -> str:
    """The name under which the public reads it: of its version in force, or as it stood in ``revision``."""
    named = revision.discloser_name if revision else disclosure.discloser_name
    return named or disclosure.agency.name


def is_unnamed(disclosure: Disclosure, revision: Revision | None = None) -> bool:
    """Whether only a class is shown. A matter for officers: what was published before the question is no fault."""
    return disclosure.agency.is_class and not (revision or disclosure).discloser_name


def offered_agencies(item: Item, agency: Agency) -> list[Agency]:
    """The county's own units that can stand behind the classes of ``item``, ``agency`` first. Two queries."""
    owners = [held.agency for held in item.item_agencies.select_related("agency")]
    classes = [owner for owner in owners if owner.is_class]
    groups = {owner.pk for owner in classes if owner.is_group}
    kinds = {kind for owner in classes for kind in owner.member_kinds}
    own = {owner.pk for owner in [agency, *owners]}
    found = [
        one
        for one in agencies_in_force()
        if not one.is_class and (one.pk in own or one.parent_id in groups or one.kind in kinds)
    ]
    return sorted(found, key=lambda one: one.pk != agency.pk)


def earlier_names(agency: Agency) -> list[tuple[str, str]]:
    """Names that texts of ``agency`` carried before, with their codes, the newest first; one bounded query."""
    recent = Disclosure.objects.filter(agency=agency).order_by("-pk").values("pk")[:_LOOKED_AT]
    named = Revision.objects.filter(disclosure__in=recent, discloser_name__isnull=False).order_by("-pk")
    found: dict[str, str] = {}
    for name, code in named.values_list("discloser_name", "discloser_uscc"):
        found[str(name)] = found.get(str(name)) or code or ""
    return list(found.items())[:OFFERED]
