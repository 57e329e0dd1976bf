"""``manage.py scan PATH…``: the privacy check over files and folders. Needs no database."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gongkai.core.privacy import RULES, Certainty, Kind, Layer, rules_from
from gongkai.core.said import Said
from gongkai.documents import media
from gongkai.documents.formats.passages import Passage, UnreadableFileError
from gongkai.documents.inspection import Check, as_answer
from gongkai.documents.reader import Reader
from gongkai.documents.rules import county_rules

_SHOWN = {"certain": "确定", "likely": "很可能", "possible": "请人工核对"}


class Command(BaseCommand):
    """Lists findings; exit code 1 when one of them is certain, 2 when a path does not exist."""

    help = "检查文件中的个人信息、涉密标志等(不需要数据库);有确定的发现时退出码为 1"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Paths, and the form of the answer."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="文件或文件夹")
        parser.add_argument("--json", action="store_true", help="以 JSON 列表输出")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check every file and answer."""
        missing = [path for path in options["paths"] if not path.exists()]
        if missing:
            raise CommandError(f"找不到:{missing[0]}", returncode=2)
        try:
            rules = county_rules(today=timezone.localdate())
        except UnreadableFileError as error:
            raise CommandError(str(error), returncode=2) from error
        with Reader() as reader:
            files = _files(options["paths"])
            findings = [finding for path in files for finding in findings_of(reader, path, rules)]
        if options["json"]:
            self.stdout.write(json.dumps(findings, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(map(_line, findings)) or "没有发现")
        if any(finding["certainty"] == Certainty.CERTAIN for finding in findings):
            raise SystemExit(1)


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def findings_of(reader: Reader, path: Path, rules: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The findings in one file and its name; a file that cannot be checked is a certain finding of its own."""
    named = Check(rules_from(rules)).findings(Passage(Layer.FILE, Said("文件名称"), path.name))
    yield from ({"file": str(path), **as_answer(finding)} for finding in named)
    try:
        for answer in reader.ask("read", path, name=path.name, facts={"rules": rules, "parts": ["findings"]}):
            if "finding" in answer:
                yield {"file": str(path), **answer["finding"]}
            elif "summary" in answer:
                yield from (_refused(path, why) for why in _refusals(path, answer["summary"]))
    except UnreadableFileError as error:
        yield _refused(path, str(error))


def _refusals(path: Path, summary: dict[str, Any]) -> Iterator[str]:
    """Why an upload of the file would be refused, beside what is written in it."""
    kind = summary["media_type"]
    if summary["macros"]:
        yield Said("文件带有宏(程序),不能公开:请另存为不带宏的格式后重新上传")
    if kind and media.extension(path.name) in media.EXTENSIONS and not media.fits(path.name, kind):
        yield Said("文件内容与扩展名不符(内容实为 %(type)s):请用原软件另存为正确的格式", type=media.shown(kind))


def _refused(path: Path, why: str) -> dict[str, str]:
    return {
        "file": str(path),
        "kind": Kind.UNREADABLE.value,
        "certainty": Certainty.CERTAIN.value,
        "layer": Layer.FILE.value,
        "place": "",
        "value_masked": "",
        "why": why,
        "rule": RULES[Kind.UNREADABLE],
    }


def _line(finding: dict[str, str]) -> str:
    grade = _SHOWN[finding["certainty"]]
    what = f"[{grade}] {finding['kind']} {finding['value_masked']}"
    return "\t".join((finding["file"], what, finding["place"], finding["why"]))
