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
    """``words`` (word → reason), ``closed_documents``, ``masks`` (kind → first, last), ``name_mark``, ``today``.

    As the reader of files takes them. Raises :class:`CountyRulesError`.
    """
    data = _present()
    return {
        "words": data.get("words") or {},
        "closed_documents": data.get("closed_documents") or [],
        "masks": {kind: _kept(kind, entry) for kind, entry in (data.get("masks") or {}).items()},
        "name_mark": data.get("name_mark") or "",
        "today": today.isoformat() if today else None,
    }


def mask_grades() -> dict[str, str]:
    """Kind → how well the county's format for it is known. Raises :class:`CountyRulesError`."""
    return {kind: entry["evidence"] for kind, entry in (_present().get("masks") or {}).items()}


def _kept(kind: str, entry: Any) -> tuple[int, int]:
    try:
        return int(entry["keep_first"]), int(entry["keep_last"])
    except (KeyError, TypeError, ValueError) as error:
        raise CountyRulesError(
            Said("县配置 privacy.yaml 的遮盖格式 %(kind)s 应写明 keep_first 和 keep_last", kind=kind)
        ) from error


def _present() -> Mapping[str, Any]:
    """The file as it is now; empty where the county has none."""
    path = Path(settings.PROFILE_DIR) / "privacy.yaml"
    try:
        stamp = path.stat()
    except FileNotFoundError:
        return {}
    return _read(path, stamp.st_mtime_ns, stamp.st_size, stamp.st_ino)


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
