"""The county's own rules for the privacy check, from the profile's ``privacy.yaml`` (which may be missing)."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from gongkai.core.said import Said


class CountyRulesError(Exception):
    """The file is there but is not what it should be; the message says which and what to check."""


def county_rules(*, today: date | None) -> dict[str, Any]:
    """``words`` (word → reason), ``closed_documents``, ``masks``, ``name_mark`` and ``today``.

    As the reader of files takes them. Raises :class:`CountyRulesError`.
    """
    path = Path(settings.PROFILE_DIR) / "privacy.yaml"
    try:
        stamp = path.stat()
    except FileNotFoundError:
        data: Mapping[str, Any] = {}
    else:
        data = _read(path, stamp.st_mtime_ns, stamp.st_size, stamp.st_ino)
    return {
        "words": data.get("words") or {},
        "closed_documents": data.get("closed_documents") or [],
        "masks": data.get("masks") or {},
        "name_mark": data.get("name_mark") or "",
        "today": today.isoformat() if today else None,
    }


@lru_cache(maxsize=4)
def _read(path: Path, *_stamp: int) -> Mapping[str, Any]:
    """The file as it was when its stamp (time, size, inode) was taken; parsed once for each stamp."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CountyRulesError(Said("县配置 %(name)s 读取失败:请检查 YAML 格式", name=path.name)) from error
    if not isinstance(data, dict):
        raise CountyRulesError(Said("县配置 %(name)s 应为键值表", name=path.name))
    return data
