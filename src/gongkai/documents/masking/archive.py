"""Writing a container anew: changed parts, dropped parts, and nothing of the old container's own traces."""

import posixpath
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from gongkai.documents.formats.package import Package
from gongkai.documents.formats.xmltext import Element, parse, written

_MANIFEST = "META-INF/manifest.xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(slots=True)
class Rewrite:
    """What becomes of a container: ``changed`` parts (bytes or a file), ``dropped`` and ``renamed`` ones.

    The others stay as they are.
    """

    package: Package
    changed: dict[str, bytes | Path] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)

    def current(self, name: str) -> bytes:
        """The bytes a part has now."""
        data = self.changed.get(name)
        if isinstance(data, bytes):
            return data
        return data.read_bytes() if data is not None else self.package.read(name)

    def drop_office_parts(self, names: set[str]) -> None:
        """Drop parts of an OOXML file together with every relationship and content type that names them."""
        self.dropped |= {name for name in names if name in self.package.by_name}
        if not self.dropped:
            return
        for name in list(self.package.names()):
            if name.endswith(".rels"):
                self._drop_relations(name)
        types = parse(self.current("[Content_Types].xml"))
        for override in list(types.iter("{*}Override")):
            if str(override.get("PartName")).lstrip("/") in self.dropped:
                types.remove(override)
        self.changed["[Content_Types].xml"] = written(types)

    def drop_open_parts(self, names: set[str]) -> None:
        """Drop parts of an OpenDocument file together with what its manifest says of them."""
        self.dropped |= {name for name in names if name in self.package.by_name}
        if not self.dropped or _MANIFEST not in self.package.by_name:
            return
        root = parse(self.current(_MANIFEST))
        for entry in [one for one in root if self._entry(one) in self.dropped]:
            root.remove(entry)
        self.changed[_MANIFEST] = written(root)

    @staticmethod
    def _entry(entry: Element) -> str:
        """The path a manifest's entry is about."""
        return next((str(value) for key, value in entry.attrib.items() if str(key).endswith("full-path")), "")

    def _drop_relations(self, name: str) -> None:
        root = parse(self.current(name))
        folder = posixpath.dirname(posixpath.dirname(name))
        gone = [one for one in root if self._target(one.get("Target"), folder) in self.dropped]
        for one in gone:
            root.remove(one)
        if gone:
            self.changed[name] = written(root)

    @staticmethod
    def _target(target: str | None, folder: str) -> str:
        target = target or ""
        return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))

    def save(self, out: Path) -> None:
        """Write the new container: no comments, no extra fields, no times."""
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for info in self.package.infos:
                if info.is_dir() or info.filename in self.dropped:
                    continue
                fresh = zipfile.ZipInfo(self.renamed.get(info.filename, info.filename), _EPOCH)
                stored = info.filename == "mimetype"
                fresh.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                with archive.open(fresh, "w", force_zip64=info.file_size > 1 << 30) as target:
                    self._copy(info.filename, target)

    def _copy(self, name: str, target: IO[bytes]) -> None:
        data = self.changed.get(name)
        if isinstance(data, bytes):
            target.write(data)
            return
        source = data.open("rb") if data is not None else self.package.open(name)
        with source:
            while chunk := source.read(1 << 20):
                target.write(chunk)
