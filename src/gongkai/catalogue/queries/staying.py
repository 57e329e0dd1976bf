"""长期公开依据: which ground keeps a 公示 that lists persons public after its last day."""

from datetime import date

from django.db.models import Q, QuerySet

from gongkai.catalogue.models import Item, StayGround
from gongkai.core.vocabulary import Evidence


def grounds_in_force(on: date) -> QuerySet[StayGround]:
    """Grounds that keep a text public on ``on``: in force and not merely presumed."""
    lasting = Q(valid_to=None) | Q(valid_to__gte=on)
    return StayGround.objects.filter(lasting, valid_from__lte=on).exclude(evidence=Evidence.UNVERIFIED)


def stay_ground(item: Item, *, on: date) -> StayGround | None:
    """The newest ground that keeps texts of ``item`` public; None where none is needed, or none is there."""
    if not (item.lists_persons and item.has_notice_period):
        return None
    return grounds_in_force(on).filter(item=item).order_by("-valid_from").first()


def doubted_stay_grounds() -> QuerySet[StayGround]:
    """Grounds of live items that nobody has verified: until then the text leaves on its last day."""
    return StayGround.objects.filter(evidence=Evidence.UNVERIFIED, item__retired_on=None).select_related("item")
