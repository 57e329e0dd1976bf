"""The installation as its pages name it: county, column, owner, footer, colours — all from the profile."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongkai.agencies.queries import CountyNotLoadedError, county

_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\Z")
TOKENS = frozenset(
    [
        "main",
        "main-dark",
        "main-pale",
        "on-main",
        "accent",
        "accent-pale",
        "amber",
        "amber-pale",
        "green",
        "green-pale",
        "ink",
        "ink-soft",
        "rule",
        "rule-strong",
        "paper",
        "paper-grey",
        "focus",
        "mark",
    ]
)


@dataclass(frozen=True)
class Link:
    """A link of the profile's header, in the reader's language."""

    title: str
    url: str


@dataclass(frozen=True)
class Site:
    """What the page frame shows. ``domain`` is without scheme, as the national meta tag wants it."""

    county: str
    title: str
    owner: str
    organiser: str
    home: str
    links: list[Link]
    footer: list[str]
    emblem: str
    id_code: str
    domain: str
    url: str
    column: Mapping[str, str]
    colours: dict[str, str] = field(default_factory=dict)


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _said(facts: Mapping[str, Any], name: str, otherwise: str = "") -> str:
    """A text of the profile in the reader's language: ``name_en`` for English where it is given."""
    return str((_english() and facts.get(f"{name}_en")) or facts.get(name) or otherwise)


def site() -> Site:
    """The installation's own words. Before a profile is loaded, neutral ones."""
    try:
        found = county()
    except CountyNotLoadedError:
        return _site(_("本县"), {}, {})
    return _site((_english() and found.name_en) or found.name, found.site, found.meta_tags)


def _site(name: str, facts: Mapping[str, Any], tags: Mapping[str, Any]) -> Site:
    links = (facts.get("header") or {}).get("links") or []
    footer = (_english() and facts.get("footer_en")) or facts.get("footer") or []
    colours = facts.get("colours") or {}
    return Site(
        county=name,
        title=_said(facts, "title", _("公共资源配置领域政府信息公开")),
        owner=_said(facts, "owner", _("%(county)s人民政府") % {"county": name}),
        organiser=_said(facts, "organiser"),
        home=str(facts.get("home") or ""),
        links=[Link(_said(link, "title"), str(link["url"])) for link in links],
        footer=[str(line) for line in footer],
        emblem=str(facts.get("emblem") or ""),
        id_code=settings.SITE_ID_CODE,
        domain=urlsplit(settings.SITE_URL).netloc,
        url=settings.SITE_URL,
        column={str(key): str(value) for key, value in tags.items()},
        colours={k: str(v) for k, v in colours.items() if k in TOKENS and _COLOUR.match(str(v))},
    )


def absolute(path: str) -> str:
    """The whole address of a path of this site, as printed on paper and in feeds."""
    return f"{settings.SITE_URL}{path}"
