"""The county's rules for the privacy check as the reader of files takes them."""

import hashlib
import json
from datetime import date
from typing import Any

from gongkai.agencies import privacy_rules
from gongkai.core.privacy import DETECTOR_VERSION
from gongkai.documents.formats.passages import UnreadableFileError


def county_rules(*, today: date | None) -> dict[str, Any]:
    """As :func:`gongkai.agencies.privacy_rules.county_rules`; raises :class:`UnreadableFileError` in its place."""
    try:
        return privacy_rules.county_rules(today=today)
    except privacy_rules.CountyRulesError as error:
        raise UnreadableFileError(str(error)) from error


def check_version() -> str:
    """What a check is made by: the detectors and the county's rules, in at most twenty characters.

    What was checked under another version is checked again. The day is left out: it only tells a minor by an
    identity number, and nobody grows younger; the number itself is found on every day. Raises
    :class:`UnreadableFileError` when the county's rules cannot be read.
    """
    said = json.dumps(county_rules(today=None), ensure_ascii=False, sort_keys=True, default=str)
    return f"{DETECTOR_VERSION}+{hashlib.sha256(said.encode()).hexdigest()}"[:20]
