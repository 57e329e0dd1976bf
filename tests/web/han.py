"""Finding Chinese where there should be none."""

import re

import lxml.html

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]+")
# Han characters, and the punctuation that only Chinese has.
_CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff\u3001-\u301f\uff01-\uff5e]")
_SPOKEN = ("aria-label", "title", "alt", "placeholder", "content", "label")
_THEIRS = "starts-with(@lang, 'zh') and not(contains(@class, 'untold'))"


def han(text: str) -> list[str]:
    """Every run of Han characters in ``text``."""
    return _HAN.findall(text)


def unmarked(page: str) -> list[str]:
    """Texts of a page in Han characters that are neither marked as Chinese nor written by somebody else."""
    tree = _without_theirs(page)
    return [text.strip() for text in tree.itertext() if han(text)]


def unmarked_anywhere(page: str) -> list[str]:
    """As :func:`unmarked`, and what a screen reader or a script says: attributes, and Chinese punctuation too."""
    tree = _without_theirs(page)
    texts = [text.strip() for text in tree.itertext() if _CHINESE.search(text)]
    spoken = [
        f"{name}={said}"
        for element in tree.iter()
        for name, said in element.attrib.items()
        if (name in _SPOKEN or name.startswith("data-")) and _CHINESE.search(said)
    ]
    return texts + spoken


def _without_theirs(page: str) -> lxml.html.HtmlElement:
    tree = lxml.html.fromstring(page)
    for theirs in tree.xpath(f"//*[{_THEIRS}]"):
        for child in list(theirs):
            theirs.remove(child)
        theirs.text = ""
        theirs.attrib.clear()
    for hidden in tree.xpath("//script|//style|//head"):
        hidden.drop_tree()
    return tree
