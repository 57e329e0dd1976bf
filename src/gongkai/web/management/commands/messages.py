"""``manage.py messages``: collect every text shown to people, and compile the translations. No gettext needed."""

import io
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from babel.messages.extract import extract
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import templatize

KEYWORDS: dict[str, Any] = {
    "gettext": None,
    "gettext_lazy": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "_now": None,
    "gettext_noop": None,
    "Said": None,
    "marked": None,
}
HEADER = {
    "Project-Id-Version": "gongkai",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
Found = tuple[str, str, str, str]  # file, msgid, plural or "", context or ""


def catalogue_path() -> Path:
    """The English catalogue."""
    return Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"


def _sources() -> Iterator[tuple[Path, str]]:
    """Every Python file of the product and every template, the latter as the Python Django's tool makes of it."""
    base = Path(settings.BASE_DIR)
    for path in sorted((base / "src" / "gongkai").rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_text(encoding="utf-8")
    for path in sorted((base / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".xml"}:
            yield path, templatize(path.read_text(encoding="utf-8"), origin=str(path))


def _messages(text: str) -> Iterator[tuple[str, str, str]]:
    stream = io.BytesIO(text.encode())
    for _line, message, _comments, context in extract("python", stream, KEYWORDS, (), {"encoding": "utf-8"}):
        parts = message if isinstance(message, tuple) else (message,)
        if parts[0]:
            yield parts[0], parts[1] if len(parts) > 1 else "", context or ""


def collect() -> list[Found]:
    """Every message of the source, in order of file and place, each once."""
    base = Path(settings.BASE_DIR)
    found: dict[tuple[str, str], Found] = {}
    for path, text in _sources():
        for msgid, plural, context in _messages(text):
            key = (context, msgid)
            before = found.get(key)
            if before is None or (plural and not before[2]):
                found[key] = (path.relative_to(base).as_posix(), msgid, plural, context)
    return list(found.values())


def merged() -> tuple[polib.POFile, list[str]]:
    """The catalogue as it should stand now, translations kept; and the messages it lacks a translation for."""
    path = catalogue_path()
    old = {(e.msgctxt or "", e.msgid): e for e in polib.pofile(str(path))} if path.exists() else {}
    new = polib.POFile(wrapwidth=110)
    new.metadata = HEADER
    missing = []
    for file, msgid, plural, context in collect():
        kept = old.get((context, msgid))
        entry = polib.POEntry(msgid=msgid, occurrences=[(file, "")], flags=_flags(msgid))
        entry.msgctxt = context or None
        if plural:
            forms = (kept.msgstr_plural or {0: kept.msgstr, 1: kept.msgstr}) if kept else {}
            entry.msgid_plural, entry.msgstr_plural = plural, {n: forms.get(n, "") for n in (0, 1)}
        elif kept:
            entry.msgstr = kept.msgstr or kept.msgstr_plural.get(0, "")
        new.append(entry)
        if not entry.translated():
            missing.append(msgid)
    return new, missing


def _flags(msgid: str) -> list[str]:
    return ["python-format"] if "%(" in msgid else []


class Command(BaseCommand):
    help = "收集界面文字到 locale/en,并把译文编译成程序使用的 .mo 文件"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--compile`` leaves the catalogue as it is; ``--check`` only fails on what is missing."""
        parser.add_argument("--compile", action="store_true", help="只编译")
        parser.add_argument("--check", action="store_true", help="只检查有没有漏译")

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect, compile, report."""
        path = catalogue_path()
        if not options["compile"]:
            catalogue, missing = merged()
            if options["check"]:
                self._report(missing)
                raise SystemExit(1 if missing else 0)
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path))
            self._report(missing)
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
        self.stdout.write(f"已编译 {path.with_suffix('.mo').name}")

    def _report(self, missing: list[str]) -> None:
        for msgid in missing:
            self.stderr.write(f"缺译文:{msgid}")
        self.stdout.write(f"缺译文 {len(missing)} 条")
