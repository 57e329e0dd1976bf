"""From what a reader asked to what the index is asked, and back into words."""

import re
from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongkai.agencies.models import Agency
from gongkai.catalogue.models import Domain, Item
from gongkai.core.bigrams import Query, Word, phrase
from gongkai.disclosures.queries import ListFilters
from gongkai.search.store.records import EVERYTHING, FIELDS, filter_token

SearchFilters = ListFilters
"""The filters of the public list and of the search are the same."""

_TEXT = "body title elements attachments"
_NUMBER = re.compile(r"(?=.*[0-9]).{6,}")


def _asked(word: Word) -> str:
    # A short number is in every 索引号; a reader who means one types more of it.
    columns = f"{_TEXT} number" if _NUMBER.match(word.folded) else _TEXT
    return f"{{{columns}}} : {phrase(word.folded)}"


def chosen(filters: SearchFilters) -> dict[str, str]:
    """The filters that are set, by name."""
    return {name: str(value) for name in FIELDS if (value := getattr(filters, name))}


def expression(words: Iterable[Word], without: Iterable[Word], filters: SearchFilters) -> str:
    """The FTS5 expression for all ``words``, none of ``without``, every filter; none of its syntax is typed."""
    parts = [f"({_asked(word)})" for word in words]
    parts += [f"(meta : {filter_token(name, value)})" for name, value in chosen(filters).items()]
    wanted = " AND ".join(parts or [f"(meta : {EVERYTHING})"])
    unwanted = " OR ".join(f"({_asked(word)})" for word in without)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


# --- in words ------------------------------------------------------------------------------------------------


def explained(query: Query, filters: SearchFilters) -> str:
    """What is being looked for, as a sentence."""
    wanted, unwanted = _listed(query.words), _listed(query.without)
    if len(query.words) > 1:
        what = _("同时含有%(words)s") % {"words": wanted}
    elif query.words:
        what = _("含有%(words)s") % {"words": wanted}
    else:
        what = ""
    if unwanted:
        absent = _("不含%(words)s") % {"words": unwanted}
        what = _("%(with)s、%(without)s") % {"with": what, "without": absent} if what else absent
    scope = _scope(filters)
    if what:
        sentence = _("在%(scope)s中查找%(what)s的信息") % {"scope": scope, "what": what}
    else:
        sentence = _("列出%(scope)s") % {"scope": scope}
    return f"{sentence}{_('(检索词过长,只用了前面的部分)')}" if query.is_cut else sentence


def _listed(words: Iterable[Word]) -> str:
    return "".join(_("“%(word)s”") % {"word": word.shown} for word in words)


def _scope(filters: SearchFilters) -> str:
    named = [_named(name, value) for name, value in chosen(filters).items()]
    return _("“%(filters)s”") % {"filters": " · ".join(named)} if named else _("全部公开信息")


def _named(name: str, value: str) -> str:
    if name == "domain":
        return _name_of(Domain, value)
    if name == "item":
        return _name_of(Item, value)
    if name in {"agency", "township"}:
        return _name_of(Agency, value)
    if name == "year":
        return _("%(year)s年") % {"year": value}
    words: dict[str, dict[str, str]] = {
        "stage": dict(Item.Stage.choices),
        "exchange_type": dict(Item.ExchangeType.choices),
        "status": {"published": "已公开", "withdrawn": "已撤回", "expired": "公示期满"},
    }
    return _(words[name].get(value, value))


def _name_of(model: type[Domain | Item | Agency], code: str) -> str:
    row = model._default_manager.filter(code=code).first()
    if row is None:
        return code
    return row.name_en if row.name_en and (get_language() or "").startswith("en") else row.name
