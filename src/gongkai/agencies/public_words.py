"""Words that become public as they are typed: refused while they certainly hold what must not be public."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from gongkai.agencies.privacy_rules import county_rules
from gongkai.core.privacy import Certainty, Kind, rules_from, scan_text
from gongkai.core.public_texts import PUBLIC_TEXTS
from gongkai.core.said import Said
from gongkai.core.wording import unfit


def refusal(field: str, words: str, *, at: datetime, allowed: Collection[Kind] = ()) -> Said | None:
    """Why ``words`` cannot be kept as ``field`` (a key of ``PUBLIC_TEXTS``), and what to do; else ``None``.

    Too long, or with characters nobody can see, it is refused as well. A finding names the field and the kind of
    what was found, never the value. ``allowed`` are kinds this field is
    meant to hold (the telephone of an office). Raises ``CountyRulesError``.
    """
    text = PUBLIC_TEXTS[field]
    if wrong := unfit(text.called, words.strip(), most=text.most):
        return wrong
    if not words.strip():
        return None
    rules = rules_from(county_rules(today=timezone.localdate(at)))
    for found in scan_text(words, rules):
        if found.certainty is Certainty.CERTAIN and found.kind not in allowed:
            return Said(
                "%(called)s会公开,其中有不应公开的内容(%(why)s)。请改写,不要写出具体内容。",
                called=text.called,
                why=Said(found.why),
            )
    return None
