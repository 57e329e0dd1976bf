"""Whether a 公示 stays public after its last day, settled from what its item lists and the grounds in force."""

from datetime import date

from django.db.models import Q

from gongkai.catalogue.models import Item
from gongkai.catalogue.queries.staying import grounds_in_force


def settle_stays(*, on: date) -> list[str]:
    """Bring every item's ``stays_public`` to what holds on ``on``; the codes that changed.

    What lists no persons stays. What lists persons stays only by a verified ground in force that day. Called when
    the profile is loaded, when the office confirms a ground, and by every round before it ends 公示. One query
    while nothing changes.
    """
    grounded = grounds_in_force(on).values("item")
    stays = Q(lists_persons=False) | Q(pk__in=grounded)
    wrong = Item.objects.filter((stays & Q(stays_public=False)) | (~stays & Q(stays_public=True)))
    changed = list(wrong.values_list("pk", "code", "stays_public"))
    for now in (True, False):
        ids = [pk for pk, _code, before in changed if before is not now]
        if ids:
            Item.objects.filter(pk__in=ids).update(stays_public=now)
    return [code for _pk, code, _before in changed]
