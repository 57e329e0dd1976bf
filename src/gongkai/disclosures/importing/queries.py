"""Reading imports: what came, what is in it, which drafts it became."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import QuerySet

from gongkai.core.lifecycle import RevisionMove, stages_that_may
from gongkai.disclosures.importing.layout import Column, columns_of
from gongkai.disclosures.importing.reading import open_sheet
from gongkai.disclosures.models import ImportRun, Revision


@dataclass(frozen=True)
class Preview:
    """The first lines of a sheet: its filled columns, and each line's number with its cells in their order."""

    columns: list[Column]
    lines: list[tuple[int, list[str]]]


def runs() -> QuerySet[ImportRun]:
    """All imports, newest first, without the bytes of their sheets."""
    return ImportRun.objects.select_related("item__domain", "agency", "created_by").defer("content", "returned")


def preview(run: ImportRun, *, count: int) -> Preview:
    """The first ``count`` lines of the sheet of a run that waits. Raises ``SheetShapeError``."""
    columns = columns_of(run.item, run.agency)
    sheet = open_sheet(bytes(run.content or b""), source=run.source, columns=columns, item_code=run.item.code)
    lines = list(islice(sheet.lines, count))
    filled = [column for column in columns if any(column.key in line.cells for line in lines)]
    cells = [
        (line.number, [line.cells[column.key].text if column.key in line.cells else "" for column in filled])
        for line in lines
    ]
    return Preview(filled, cells)


def drafts_of(run: ImportRun) -> QuerySet[Revision]:
    """The first text of everything the run brought in, in the order of the sheet."""
    return (
        Revision.objects.filter(disclosure__imported__run=run, number=1)
        .select_related("disclosure__item", "disclosure__agency", "disclosure__imported")
        .order_by("disclosure__imported__line")
    )


def submittable(run: ImportRun, *, ids: Sequence[int] | None = None) -> QuerySet[Revision]:
    """The drafts of the run that may still be handed to review; of ``ids`` only, when given."""
    rows = drafts_of(run).filter(stage__in=stages_that_may(RevisionMove.SUBMIT))
    return rows if ids is None else rows.filter(pk__in=ids)
