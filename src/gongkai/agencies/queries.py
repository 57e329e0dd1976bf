"""Reading agencies, officers and what they may do."""

from datetime import date

from django.db.models import Q

from gongkai.agencies.models import Appointment, Officer
from gongkai.core.authority import Actor
from gongkai.core.vocabulary import Role


def actor_of(officer: Officer, *, on: date) -> Actor:
    """``officer`` as ``core.authority`` sees one on that day. A deactivated officer holds nothing."""
    if not officer.is_active:
        return Actor(officer_id=officer.pk, appointments=frozenset())
    held = Appointment.objects.filter(Q(to_on=None) | Q(to_on__gte=on), officer=officer, from_on__lte=on)
    return Actor(
        officer_id=officer.pk,
        appointments=frozenset((Role(role), agency) for role, agency in held.values_list("role", "agency_id")),
    )
