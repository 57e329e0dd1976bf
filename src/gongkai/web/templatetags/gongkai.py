"""Tags and filters shared by the public site and the workspace: states, money, moments, names."""

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlencode

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongkai.catalogue.models import RuleVersion
from gongkai.core.drafting import yuan
from gongkai.web import telling, words
from gongkai.web.attachments import IMAGES, PDF

register = template.Library()
UNCONFIRMED = "待核实"  # what a profile writes where nothing reliable is known

_WORD_LISTS: Mapping[str, Mapping[str, words.Word]] = {
    "stage": words.STAGES,
    "type": words.EXCHANGE_TYPES,
    "openness": words.OPENNESS,
    "verdict": words.VERDICTS,
    "role": words.ROLES,
    "audience": words.AUDIENCES,
    "method": words.METHODS,
    "level": words.LEVELS,
    "basis": words.DISCLOSER_BASES,
    "unit": words.UNITS,
    "rule_kind": words.RULE_KINDS,
    "leaf": words.LEAF_KINDS,
    "finding": words.FINDING_KINDS,
    "doubt": words.DOUBTS,
}


@register.simple_tag
def state(value: str, kind: str = "obligation") -> SafeString:
    """A state as word, shape and colour. ``kind`` is a key of ``words.MARKS``; an unknown value shows itself."""
    mark = words.MARKS[kind].get(value, words.Mark(value, "·", ""))
    return format_html(
        '<span class="state {}"><span aria-hidden="true">{}</span>{}</span>', mark.tone, mark.shape, mark.word
    )


@register.filter
def word(value: str, listed: str) -> str:
    """The word for a code of one of the closed lists; the code itself when it is not in the list."""
    return str(_WORD_LISTS[listed].get(value, value))


@register.filter
def fact_day(version: RuleVersion) -> SafeString:
    """What the day of the fact is to a clock of this rule (起算日, 事项当日, 公示起始日 …)."""
    return told(words.fact_day(version))


@register.filter
def told(said: object) -> SafeString:
    """What a lower layer or the profile says (a problem, a clause, an element), in the reader's language."""
    return telling.marked_up(said)


@register.filter
def written(text: object) -> SafeString:
    """What an officer or the county wrote: as it is, its Chinese marked as such on pages in another language."""
    return telling.as_written(text)


@register.filter
def named(thing: object) -> str:
    """The name of an agency, domain, item, rule or ground in the reader's language, else in Chinese."""
    english = (get_language() or "").startswith("en")
    in_english: str = getattr(thing, "name_en", "") if english else ""
    own = str(getattr(thing, "name", "") or thing or "")
    return str(in_english or (telling.told(own) if english else own))


@register.filter
def short(thing: object) -> str:
    """The short name of an agency where it has one: 凤城镇, Fengcheng Town."""
    if (get_language() or "").startswith("en"):
        return named(thing).removeprefix("People's Government of ").split(",")[0]
    return str(getattr(thing, "short_name", "") or named(thing))


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in the county's time, ``2026-11-23 09:30``; empty for none."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


@register.filter
def day(value: date | datetime | None) -> str:
    """A day, ``2026-11-23``; a moment is first put into the county's time."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return value.strftime("%Y-%m-%d") if value else ""


@register.filter
def money(value: object) -> str:
    """An amount in 元, with 万元 first when it is large: ``128.5 万元(1,285,000.00 元)``.

    Text that is not a number is shown as it was entered.
    """
    text = str(value or "").strip()
    try:
        amount = yuan(text)
    except ValueError:
        return text
    full = f"{amount:,.2f}"
    if abs(amount) < 10_000:
        return _("%(full)s 元") % {"full": full}
    short = f"{amount / 10_000:,.6f}".rstrip("0").rstrip(".")
    return _("%(short)s 万元(%(full)s 元)") % {"short": short, "full": full}


@register.filter
def reach(contact: Mapping[str, object]) -> str:
    """Telephone and address of a contact, as far as they are known and confirmed."""
    said = [str(contact[key]) for key in ("phone", "address", "url") if contact.get(key)]
    return " ".join(text for text in said if text != UNCONFIRMED)


@register.filter
def size(value: int | None) -> str:
    """A file size a person can read: ``1.2 MB``."""
    amount = float(value or 0)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GB"


@register.filter
def get(mapping: Mapping[str, object], key: str) -> object:
    """``mapping[key]``, or an empty text."""
    return mapping.get(key, "")


@register.filter
def wordlist(text: str) -> list[str]:
    """``"csv xlsx"`` as a list, for short fixed lists in a template."""
    return text.split()


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """The present query string with ``changes``; an empty value removes a name, and paging starts anew."""
    kept = context["request"].GET.copy()
    for name in ("after", "page"):
        kept.pop(name, None)
    for name, value in changes.items():
        if value in (None, ""):
            kept.pop(name, None)
        else:
            kept[name] = str(value)
    return "?" + urlencode(sorted((k, v) for k in kept for v in kept.getlist(k)))


@register.filter
def preview(media_type: str) -> str:
    """How a page may show a file in itself: ``pdf``, ``image``, or not at all (empty)."""
    return "pdf" if media_type == PDF else "image" if media_type in IMAGES else ""
