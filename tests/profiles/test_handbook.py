"""docs/operating/new-county.md says exactly what the program accepts."""

import re

from gongkai.catalogue.profile import ALL_FILES
from gongkai.core.vocabulary import RuleKind
from tests.profiles.folders import ROOT

HANDBOOK = (ROOT / "docs" / "operating" / "new-county.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z_]+)` \| (是)? ?\| (.+) \|$", re.MULTILINE)


def tables() -> dict[str, list[tuple[str, bool, str]]]:
    """Heading (``items.yaml`` or ``items.yaml exchange``) → its rows (key, required, meaning)."""
    found = {}
    chapter = HANDBOOK.split("## 各文件的键")[1]
    for part in re.split(r"^#{3,4} ", chapter, flags=re.MULTILINE)[1:]:
        heading = " ".join(re.findall(r"`([^`]+)`", part.splitlines()[0]))
        found[heading] = [(key, must == "是", what) for key, must, what in ROW.findall(part)]
    return found


def test_every_key_of_every_file_is_described_and_no_other() -> None:
    accepted = {}
    for schema in ALL_FILES.values():
        parts = {schema.name: schema.entry} | {f"{schema.name} {name}": e for name, e in schema.inner.items()}
        for heading, entry in parts.items():
            accepted[heading] = [(f.name, f.required, f.what) for f in entry.fields]
    assert tables() == accepted


def test_every_kind_of_rule_is_described() -> None:
    chapter = HANDBOOK.split("## 规则的种类")[1].split("## ")[0]
    assert set(re.findall(r"^\| `([a-z_]+)` ", chapter, re.MULTILINE)) - {"kind"} == {
        kind.value for kind in RuleKind
    }


def test_every_file_of_a_profile_is_in_the_steps() -> None:
    steps = HANDBOOK.split("## 步骤")[1].split("## 重新载入")[0]
    assert [name for name in ALL_FILES if f"`{name}`" not in steps] == []
