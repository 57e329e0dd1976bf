"""Who disclosed it, in a template. The answers are ``web.disclosers``'."""

from django import template
from django.utils.safestring import SafeString

from gongkai.disclosures.models import Disclosure, Revision
from gongkai.obligations.models import Obligation
from gongkai.web import disclosers, telling
from gongkai.web.templatetags.gongkai import named

register = template.Library()


@register.filter
def issuer(disclosure: Disclosure) -> SafeString:
    """The name under which a disclosure is shown to the public."""
    return telling.as_written(disclosers.issuer(disclosure))


@register.filter
def for_officers(disclosure: Disclosure, revision: Revision | None = None) -> SafeString:
    """The same in the workspace, of a text in hand where there is one; a class that nobody named yet is marked."""
    return telling.as_written(disclosers.for_officers(disclosure, revision))


@register.filter
def unit_name(name: str) -> SafeString:
    """A unit's name as it was kept: in the reader's language where the county says it, else as written."""
    return telling.as_written(telling.county_name(name) or name)


@register.filter
def answerer(clock: Obligation) -> SafeString:
    """Who owes a clock; the unit that published for it, where its agency is a class."""
    name = getattr(clock, "public_discloser", None)
    return unit_name(name) if name else telling.as_written(named(clock.agency))
