"""Finding Chinese where there should be none."""

import re

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]+")


def han(text: str) -> list[str]:
    """Every run of Han characters in ``text``."""
    return _HAN.findall(text)
