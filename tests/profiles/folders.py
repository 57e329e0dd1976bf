"""The profiles the tests load, and ways to bend a copy of one."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from gongkai.catalogue.actions import LoadReport, load_profile
from gongkai.catalogue.profile import read_profile

ROOT = Path(__file__).resolve().parents[2]
ANXI = ROOT / "profiles" / "anxi"
YUNLING = ROOT / "tests" / "profiles" / "yunling"  # an invented county
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.get_fixed_timezone(480))


def copy_of(folder: Path, tmp_path: Path) -> Path:
    """A copy that may be bent."""
    return shutil.copytree(folder, tmp_path / folder.name)


def bend(folder: Path, file: str, change: Callable[[Any], Any]) -> None:
    """Rewrite one YAML file by a change to its content, in place or returned."""
    path = folder / file
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    changed = change(content)
    content = content if changed is None else changed
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def entry(entries: list[dict[str, Any]], code: str) -> dict[str, Any]:
    """The entry of a list file by its code."""
    return next(one for one in entries if one["code"] == code)


def load(folder: Path, *, at: datetime = NOW) -> LoadReport:
    """Read and store a folder, without its calendars."""
    return load_profile(read_profile(folder), by=None, at=at)
