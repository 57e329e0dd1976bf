"""The rules of the house that a machine can hold."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from django.apps import apps

from gongkai.core import authority, drafting, lifecycle, vocabulary

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "gongkai"
PRODUCT = sorted(p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts)
HOMELESS = {"utils", "helpers", "common", "services", "signals", "managers", "misc"}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", PRODUCT, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_file_of_the_product_keeps_the_limits(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300, "a crowded room: move the wall"
    for function in functions(path):
        assert (function.end_lineno or 0) - function.lineno < 50, f"{function.name} is too long"
        inside = [n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)]
        reasoned = [n for n in inside if "# noqa: PLC0415" in text.splitlines()[n.lineno - 1]]
        assert len(inside) == len(reasoned), f"{function.name} imports inside itself"
    for line in text.splitlines():
        if "type: ignore" in line:
            assert re.search(r"type: ignore\[[a-z-]+(, ?[a-z-]+)*\]\s+#\s*\S", line), (
                f"no reason given: {line.strip()}"
            )
    assert "@receiver" not in text, "no receivers of our own signals"


@pytest.mark.parametrize("path", PRODUCT, ids=lambda p: str(p.relative_to(SOURCE)))
def test_every_module_and_public_function_states_its_promise(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if tree.body:
        assert ast.get_docstring(tree), "a module says what it is"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith(("_", "Command")):
            assert ast.get_docstring(node), f"{node.name} promises nothing"


def test_there_is_no_room_without_a_name() -> None:
    assert not [p for p in PRODUCT if p.stem in HOMELESS]


def glossary() -> str:
    return (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def test_every_model_has_a_row_in_the_glossary() -> None:
    words = glossary()
    ours = [m for m in apps.get_models() if m.__module__.startswith("gongkai.")]
    assert len(ours) > 20
    missing = [m.__name__ for m in ours if f"`{m.__name__}`" not in words]
    assert missing == []


def test_every_vocabulary_has_a_row_in_the_glossary() -> None:
    words = glossary()
    modules = (vocabulary, lifecycle, authority)
    enums = {
        thing.__name__
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, vocabulary.StrEnum) and thing is not vocabulary.StrEnum
    }
    assert {name for name in enums if f"`{name}`" not in words} == set()
    assert drafting.Text.__name__ in words


def test_every_event_is_a_subject_and_a_thing_that_happened() -> None:
    for kind in vocabulary.EventKind:
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", kind.value)


def test_no_tracked_file_names_a_package_registry_or_a_path_of_one_machine() -> None:
    forbidden = re.compile(
        r"(?<![\w.])/(?:work|root|home|opt|farm)/[\w.]|--(?:extra-)?index-url|files\.pythonhosted|registry\.npm"
    )
    here = Path(__file__).resolve()
    found = []
    for path in tracked():
        if path == here or path.suffix in {".png", ".ico", ".xls", ".xlsx", ".pdf", ".zip"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {m[0]}" for m in forbidden.finditer(text)]
    assert found == []


def test_nothing_unfinished_is_left_in_the_product() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError")
    assert not [str(p) for p in PRODUCT if marks.search(p.read_text(encoding="utf-8"))]


def test_no_comment_asks_to_be_left_out_of_the_count_of_branches() -> None:
    assert not [str(p) for p in PRODUCT if "pragma: no" in p.read_text(encoding="utf-8")]


def test_the_count_of_branches_holds_core_and_every_actions() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["coverage"]
    rooms = [p for p in PRODUCT if {"core", "actions", "actions.py"} & set(p.relative_to(SOURCE).parts)]
    assert len(rooms) > 80
    names = [p.relative_to(ROOT).as_posix() for p in rooms]
    assert [n for n in names if not any(fnmatch(n, pattern) for pattern in told["report"]["include"])] == []
    assert (told["run"]["branch"], told["run"]["source"]) == (True, ["gongkai"])
    assert (told["report"]["fail_under"], told["report"]["exclude_lines"]) == (100, ["^if TYPE_CHECKING:$"])


def test_no_skipped_or_expected_failure_hides_in_the_tests() -> None:
    marks = re.compile(r"mark\.(skip|xfail)\b")
    assert not [
        str(p)
        for p in (ROOT / "tests").rglob("*.py")
        if p != Path(__file__) and marks.search(p.read_text("utf-8"))
    ]
