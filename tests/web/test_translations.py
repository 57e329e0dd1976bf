"""The English is complete: every text shown to people has a translation that fills the same places."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

from gongkai.web.management.commands import messages

PLACE = re.compile(r"%\((\w+)\)[sd]")
CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    """The English catalogue as kept."""
    return polib.pofile(str(messages.catalogue_path()))


def test_every_text_of_the_product_has_an_english_translation() -> None:
    _catalogue, missing = messages.merged()
    assert missing == []


def test_no_translation_is_fuzzy_or_empty(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue if entry.fuzzy or not entry.translated()] == []


def test_a_translation_fills_the_places_of_its_source(catalogue: polib.POFile) -> None:
    wrong = []
    for entry in catalogue:
        source = set(PLACE.findall(entry.msgid)) | set(PLACE.findall(entry.msgid_plural))
        forms = list(entry.msgstr_plural.values()) or [entry.msgstr]
        wrong += [entry.msgid for text in forms if not set(PLACE.findall(text)) <= source]
        wrong += [entry.msgid for text in forms[-1:] if set(PLACE.findall(text)) != source]
    assert wrong == []


def test_english_is_english(catalogue: polib.POFile) -> None:
    """Chinese stays only where it is quoted as what to type."""
    texts = [(entry.msgid, text) for entry in catalogue for text in (entry.msgstr, *entry.msgstr_plural.values())]
    chinese = [(source, text) for source, text in texts if CHINESE.search(text)]
    assert [source for source, text in chinese if len(CHINESE.findall(text)) > 12] == []
    assert len(chinese) < 12


def test_collecting_finds_texts_in_python_and_in_templates() -> None:
    files = {msgid: file for file, msgid, _plural, _context in messages.collect()}
    assert files["时效看板"].endswith(".py")
    assert files["三秒看懂"] == "templates/portal/card.html"


def test_whatever_gettext_is_called_here_is_collected() -> None:
    called = {
        name
        for path in (Path(settings.BASE_DIR) / "src").rglob("*.py")
        for name in re.findall(r"import n?p?n?gettext\w* as (\w+)", path.read_text(encoding="utf-8"))
    }
    assert called - set(messages.KEYWORDS) == set()


def test_compiling_makes_a_catalogue_django_reads(
    tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = messages.catalogue_path()
    monkeypatch.setattr("gongkai.web.management.commands.messages.catalogue_path", lambda: tmp_path / "django.po")
    (tmp_path / "django.po").write_bytes(source.read_bytes())
    call_command("messages", compile=True, verbosity=0)
    compiled = polib.mofile(str(tmp_path / "django.mo"))
    assert {entry.msgid: entry.msgstr for entry in compiled}["时效看板"] == "Timeliness"


def test_collecting_again_keeps_every_translation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = messages.catalogue_path()
    monkeypatch.setattr("gongkai.web.management.commands.messages.catalogue_path", lambda: tmp_path / "django.po")
    (tmp_path / "django.po").write_bytes(source.read_bytes())
    call_command("messages", verbosity=0)
    before = {e.msgid: e.msgstr for e in polib.pofile(str(source))}
    after = {e.msgid: e.msgstr for e in polib.pofile(str(tmp_path / "django.po"))}
    assert {msgid: after[msgid] for msgid in before if msgid in after} == {
        m: t for m, t in before.items() if m in after
    }


def test_the_check_fails_while_something_is_not_translated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongkai.web.management.commands.messages.catalogue_path", lambda: tmp_path / "django.po")
    with pytest.raises(SystemExit) as ended:
        call_command("messages", check=True, verbosity=0)
    assert ended.value.code == 1
    assert not (tmp_path / "django.po").exists()
