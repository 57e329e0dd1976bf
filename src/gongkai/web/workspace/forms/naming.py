"""Choices among named things: the names in the reader's language, what has none marked as Chinese."""

import re
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import get_language

from gongkai.catalogue.models import Rule
from gongkai.web.telling import SOURCE_LANGUAGE
from gongkai.web.templatetags.gongkai import named

_HAN = re.compile("[\u3400-\u9fff]")


def chinese(text: object) -> dict[str, str]:
    """The attribute that marks an element as Chinese, where a page in another language needs it."""
    theirs = not (get_language() or SOURCE_LANGUAGE).startswith(SOURCE_LANGUAGE)
    return {"lang": "zh-Hans"} if theirs and _HAN.search(str(text or "")) else {}


class NamedSelect(forms.Select):
    """A list to choose from; an option whose name stays Chinese says so."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option, with its language where that is not the page's."""
        option = super().create_option(name, value, label, *args, **kwargs)
        option["attrs"] |= chinese(label)
        return option


class NamedChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable at run time
    """A choice among agencies, domains, rules, grounds."""

    widget = NamedSelect

    def label_from_instance(self, obj: Model) -> str:
        """The name in the reader's language; a rule with its code, by which officers know it."""
        return f"{obj.code} {named(obj)}" if isinstance(obj, Rule) else named(obj)
