"""The name under which something was disclosed, in the reader's language: on pages, in files, feeds and tags."""

import json

from django.utils.translation import gettext as _

from gongkai.disclosures.disclosers import is_unnamed, shown_name
from gongkai.disclosures.models import Disclosure, Revision
from gongkai.web import telling
from gongkai.web.templatetags.gongkai import named


def issuer(disclosure: Disclosure, revision: Revision | None = None) -> str:
    """Who disclosed it: the real unit's name, else the 责任主体.

    With ``revision``, as it stood in what was published (offices are renamed; old notices are not); else as the
    lists show it, with no query more.
    """
    if revision and not revision.discloser_name and revision.content:
        then = json.loads(bytes(revision.content)).get("agency_name")
        if then and then != disclosure.agency.name:
            return str(then)
    return _today(disclosure, revision)


def _today(disclosure: Disclosure, revision: Revision | None) -> str:
    if not (revision or disclosure).discloser_name:
        return named(disclosure.agency)
    name = shown_name(disclosure, revision)
    return telling.county_name(name) or name


def behind(disclosure: Disclosure, revision: Revision | None = None) -> str:
    """The 责任主体 where the name shown is another: the class it belongs to, or the office that acted for it."""
    row = revision or disclosure
    if not row.discloser_name or row.discloser_name == disclosure.agency.name:
        return ""
    said = _("责任主体:%(name)s") if disclosure.agency.is_class else _("由%(name)s办理公开")
    return said % {"name": named(disclosure.agency)}


def for_officers(disclosure: Disclosure, revision: Revision | None = None) -> str:
    """The name in a list of the workspace, which reads no content; a class alone is marked as not yet named."""
    name = _today(disclosure, revision)
    return _("%(name)s(实名未填)") % {"name": name} if is_unnamed(disclosure, revision) else name
