"""The rows of a table file, for imports: one visible sheet, nothing hidden, in batches."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gongkai.core.privacy.kinds import Layer
from gongkai.core.said import Said
from gongkai.documents import media
from gongkai.documents.formats.passages import CELL_GAP, UnreadableFileError
from gongkai.documents.formats.reading import read_as

_BATCH = 500
_TABLES = frozenset({media.XLSX, media.XLS, media.ODS, media.CSV})


def rows(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Answers ``rows``: lists of cells of the first visible sheet of the file at ``request["path"]``."""
    path: Path = request["path"]
    batch: list[list[str]] = []
    first = None
    with path.open("rb") as source:
        recognised = media.recognise(source, name=request["name"])
        if recognised.media_type not in _TABLES:
            raise UnreadableFileError(Said("请上传 Excel(xlsx、xls)、ODS 或 CSV 表格"))
        for passage in read_as(source, recognised.media_type, depth=0):
            if passage.fault:
                raise UnreadableFileError(passage.fault)
            if passage.layer is not Layer.CELL:
                continue
            first = passage.table if first is None else first
            if passage.table != first:
                break
            batch.append([cell.strip() for cell in passage.text.split(CELL_GAP)])
            if len(batch) == _BATCH:
                yield {"rows": batch}
                batch = []
    if batch:
        yield {"rows": batch}
