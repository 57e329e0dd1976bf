"""The county's rules for the privacy check as the reader of files takes them."""

from datetime import date
from typing import Any

from gongkai.agencies import privacy_rules
from gongkai.documents.formats.passages import UnreadableFileError


def county_rules(*, today: date | None) -> dict[str, Any]:
    """As :func:`gongkai.agencies.privacy_rules.county_rules`; raises :class:`UnreadableFileError` in its place."""
    try:
        return privacy_rules.county_rules(today=today)
    except privacy_rules.CountyRulesError as error:
        raise UnreadableFileError(str(error)) from error
