"""Masking any file: the right masker, whatever lies inside, and a check of the result before it is handed on."""

import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from gongkai.core.privacy import Certainty, Finding, rules_from
from gongkai.core.said import Said
from gongkai.documents import bounds, media
from gongkai.documents.formats.package import Package, shown_name
from gongkai.documents.formats.passages import Source, UnreadableFileError
from gongkai.documents.formats.reading import passages
from gongkai.documents.inspection import Check
from gongkai.documents.masking.archive import Rewrite
from gongkai.documents.masking.masker import Masker, in_turns
from gongkai.documents.masking.refusal import refusal

_CONTAINERS = {
    media.DOCX: "office:docx",
    media.PPTX: "office:pptx",
    media.XLSX: "sheets:xlsx",
    media.ODT: "opendocument:odf",
    media.ODS: "opendocument:odf",
    media.ODP: "opendocument:odf",
    media.OFD: "fixed:ofd",
}
_MACROS = Said("文件带有宏(程序),不能遮盖后公开:请在原软件中另存为不带宏的 docx、xlsx 或 pptx 后重新上传")
_PATH = 240  # characters of a member's path
_WHOLE = {
    media.TXT: "plain:txt",
    media.CSV: "plain:comma",
    media.HTML: "plain:html",
    media.XLS: "plain:xls",
    media.PDF: "pdf:pdf",
    **dict.fromkeys(media.IMAGES, "plain:picture"),
}


def mask(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Write the masked copy of ``request["path"]`` to ``request["out"]``; answer what was done.

    The result is read again from the beginning: while a certain finding remains it is deleted and
    :class:`UnreadableFileError` says what remains.
    """
    path, out, name = Path(request["path"]), Path(request["out"]), request["name"]
    rules = rules_from(request.get("rules") or {})
    try:
        masker = in_turns(rules, lambda masker: _mask(path, out, name, masker=masker, depth=0))
        with out.open("rb") as result:
            left = _certain(result, name, Check(rules))
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    if left:
        out.unlink(missing_ok=True)
        raise refusal(left, is_pdf=media.extension(name) == "pdf")
    done = {key: count for key, count in masker.removed.items() if count}
    yield {"masked": {"values": dict(masker.masked), "removed": done}}


def _certain(source: Source, name: str, check: Check) -> list[Finding]:
    return [
        finding
        for passage in passages(source, name=name)
        for finding in check.findings(passage)
        if finding.certainty is Certainty.CERTAIN
    ]


def _mask(path: Path, out: Path, name: str, *, masker: Masker, depth: int) -> None:
    with path.open("rb") as source:
        recognised = media.recognise(source, name=name)
        if recognised.macros:
            raise UnreadableFileError(
                Said("文件带有宏(程序),不能遮盖后公开:请在原软件中另存为不带宏的 docx、xlsx 或 pptx 后重新上传")
            )
        kind = recognised.media_type
        if kind in _CONTAINERS:
            function = _loaded(_CONTAINERS[kind])
            function(Package(source), out, masker, _inner(masker, depth))
        elif kind == media.ZIP:
            _zip(Package(source), out, masker=masker, depth=depth)
        elif kind in _WHOLE:
            source.seek(0)
            _loaded(_WHOLE[kind])(source.read(), out, masker)
        else:
            raise UnreadableFileError(Said("这种文件不能自动遮盖:请在原软件中另存为 docx、xlsx 或 PDF 后重新上传"))


def _loaded(entry: str) -> Callable[..., None]:
    module, _, function = entry.partition(":")
    return cast(Callable[..., None], getattr(import_module(f"gongkai.documents.masking.{module}"), function))


def _inner(masker: Masker, depth: int) -> Callable[[bytes, str], bytes | None]:
    """How a container has a file inside it masked; ``None`` leaves it as it is (the final check decides)."""

    def masked(data: bytes, name: str) -> bytes | None:
        if depth >= bounds.NESTED_DEPTH:
            return None
        with tempfile.TemporaryDirectory() as folder:
            path, out = Path(folder) / "in", Path(folder) / "out"
            path.write_bytes(data)
            try:
                _mask(path, out, name, masker=masker, depth=depth + 1)
            except UnreadableFileError:
                return None
            return out.read_bytes()

    return masked


def _zip(package: Package, out: Path, *, masker: Masker, depth: int) -> None:
    """Members masked, and their names with the folders in them; a name written in GBK is written in UTF-8."""
    rewrite, inner = Rewrite(package), _inner(masker, depth)
    taken = {shown_name(info).lower() for info in package.infos}
    for info in package.infos:
        if info.is_dir():
            continue
        called = shown_name(info)
        fresh = masker.name(called, taken=taken, longest=_PATH)
        taken.add(fresh.lower())
        rewrite.renamed[info.filename] = fresh
        data = inner(package.read(info.filename), called)
        if data is not None:
            rewrite.changed[info.filename] = data
    masker.removed["comment"] += bool(package.comment)
    rewrite.save(out)
