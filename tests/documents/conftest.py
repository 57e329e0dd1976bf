"""A storage of its own for every test."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage


@pytest.fixture(autouse=True)
def _own_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_storage, "_location", str(tmp_path / "files"), raising=False)
    for name in ("base_location", "location"):
        default_storage.__dict__.pop(name, None)
