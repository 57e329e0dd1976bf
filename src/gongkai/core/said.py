"""Sentences for people that remember the template they were made from.

The core and the file readers speak Chinese and know no other language, and what they say is often kept in the
database. A :class:`Said` is that Chinese text; a face says it in the reader's language (``web.telling``).
"""

from collections.abc import Sequence
from typing import Self


def marked(template: str) -> str:
    """``template`` itself, for tables of templates: the mark by which ``manage.py messages`` finds them."""
    return template


class Said(str):
    """A Chinese text made of ``template`` (``"第 %(n)d 行"``) and ``values``.

    A value may be another ``Said``, or a list or tuple of texts, which is read as a series joined by 、.
    Without values the template is the text. Equal to, kept as and sent as the plain Chinese text.
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        plain = {name: in_series(value, "、") for name, value in values.items()}
        made = super().__new__(cls, template % plain if values else template)
        made.template, made.values = template, values
        return made


def in_series(value: object, separator: str) -> object:
    """A list or tuple as one text; anything else as it is."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return separator.join(str(part) for part in value)
    return value
