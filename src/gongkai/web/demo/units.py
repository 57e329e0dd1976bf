"""Which unit a demonstration names behind a class: an invented one, or the office itself where it is none."""

from collections.abc import Mapping
from typing import Any

from gongkai.agencies.models import Agency
from gongkai.web.demo.stories import plan


def unit_of(agency: Agency, fields: Mapping[str, Any]) -> str:
    """The name for one story, the same for all steps of a project; marked 演示 where it is invented."""
    return str(plan()["units"][agency.code]).format_map(fields) if agency.is_class else agency.name
