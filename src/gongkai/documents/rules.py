"""The county's own rules for the privacy check, from the profile's ``privacy.yaml`` (which may be missing)."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from gongkai.documents.formats.passages import UnreadableFileError


def county_rules(*, today: date | None) -> dict[str, Any]:
    """``words`` (word → reason), ``closed_documents``, ``masks``, ``today``, as the reader takes them.

    Raises :class:`UnreadableFileError` when the file is there but is not what it should be.
    """
    path = Path(settings.PROFILE_DIR) / "privacy.yaml"
    data: Any = {}
    if path.is_file():
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except (OSError, yaml.YAMLError) as error:
            raise UnreadableFileError(f"县配置 {path.name} 读取失败:请检查 YAML 格式") from error
    if not isinstance(data, dict):
        raise UnreadableFileError(f"县配置 {path.name} 应为键值表")
    return {
        "words": data.get("words") or {},
        "closed_documents": data.get("closed_documents") or [],
        "masks": data.get("masks") or {},
        "today": today.isoformat() if today else None,
    }
