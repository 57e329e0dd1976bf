"""Finding a thing for the officer who asks: what lies outside the reach of the officer is refused, not shown."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from gongkai.agencies.models import Agency
from gongkai.agencies.queries import agencies_in_force
from gongkai.catalogue.models import Item, ItemAgency
from gongkai.core import authority
from gongkai.core.authority import Permission
from gongkai.core.vocabulary import DisclosureStatus
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.disclosures.queries import PUBLIC
from gongkai.web.workspace.doors import actor

WORKING = Q(stage__in=["draft", "submitted", "returned", "approved"])


def disclosure_of(request: HttpRequest, public_id: UUID, permission: Permission) -> Disclosure:
    """The disclosure, when the officer holds ``permission`` over its agency. Raises ``NotAllowedError``, 404."""
    found = (
        Disclosure.objects.select_related(
            "item__domain", "agency", "township", "withholding_ground", "published_revision", "created_by"
        )
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404(_("没有这条信息。网址可能抄错了,请从列表进入。"))
    authority.require(actor(request), permission, agency_id=found.agency_id)
    return found


def working_revision(disclosure: Disclosure) -> Revision | None:
    """The one version being worked on, if there is one."""
    revision = (
        disclosure.revisions.filter(WORKING)
        .select_related("created_by", "submitted_by")
        .prefetch_related("withholds__version", "withholds__ground")
        .first()
    )
    if revision:
        revision.disclosure = disclosure
    return revision


def items_of(agency: Agency | None) -> QuerySet[Item]:
    """The items in force an agency answers for, itself or under its collective name."""
    if agency is None:
        return Item.objects.none()
    owed = ItemAgency.objects.filter(Q(agency=agency) | Q(agency_id=agency.parent_id))
    return Item.objects.filter(retired_on=None, pk__in=owed.values("item")).select_related("domain")


def within_reach(request: HttpRequest, permission: Permission) -> Q:
    """The condition on ``agency`` of rows the officer may see under ``permission``."""
    held = authority.agencies_where(actor(request), permission)
    return Q() if held is None else Q(agency_id__in=held)


def agencies_within(request: HttpRequest, permission: Permission) -> QuerySet[Agency]:
    """Agencies in which the officer holds ``permission``."""
    held = authority.agencies_where(actor(request), permission)
    return agencies_in_force() if held is None else agencies_in_force().filter(pk__in=held)


def readable_disclosures(request: HttpRequest) -> QuerySet[Disclosure]:
    """Everything of the officer's reach, and what is public anyway."""
    reach = within_reach(request, Permission.DISCLOSURE_READ)
    visible = reach if not reach else reach | Q(status__in=PUBLIC)
    return Disclosure.objects.filter(visible).select_related("item__domain", "agency")


def is_public(disclosure: Disclosure) -> bool:
    """Whether the public page exists, as text or as a stub."""
    return disclosure.status != DisclosureStatus.UNPUBLISHED
