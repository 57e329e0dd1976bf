"""Cleaning what officers paste. Structure stays; scripts, styles, frames, pictures and handlers go."""

from html.parser import HTMLParser

import nh3

TAGS = {
    "a", "blockquote", "br", "caption", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "s", "strong", "sub", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},  # a numbered list that goes on after a table
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
SCHEMES = {"http", "https", "mailto"}
ACTIVE = {"script", "iframe", "form", "img", "object", "embed", "video", "audio", "svg", "link", "style", "meta"}


def clean(html: str) -> str:
    """``html`` with only the tags, attributes and address schemes above; plain text comes back as paragraphs."""
    if "<" not in html:
        paragraphs = (line.strip() for line in html.splitlines())
        html = "".join(f"<p>{nh3.clean_text(line)}</p>" for line in paragraphs if line)
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener nofollow")


class _Active(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ACTIVE:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.found.append(name)


def active_parts(html: str) -> list[str]:
    """The scripts, pictures, frames and handlers that :func:`clean` takes away, for telling the officer."""
    reader = _Active()
    reader.feed(html)
    reader.close()
    return sorted(set(reader.found))
