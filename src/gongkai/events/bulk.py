"""Many rows of one model: written at once without an object of each, or gone through while others write."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

_TOGETHER = 200
Row = TypeVar("Row", bound=Model)


def one_by_one(rows: QuerySet[Row]) -> Iterator[Row]:
    """Each of ``rows`` in their order, for a loop that writes; what has ceased to fit by its turn is left out.

    Read in pieces that are finished before the loop writes. A read left open on SQLite keeps its own picture of
    the database: once another process has written, a write beside it is refused as "locked" without waiting.
    """
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), _TOGETHER):
        together = keys[start : start + _TOGETHER]
        found = {row.pk: row for row in rows.filter(pk__in=together)}
        yield from (found[key] for key in together if key in found)


def insert_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows``, each with the values of the fields ``names`` in order, inside the caller's transaction.

    Values are converted as a save would convert them; fields not named take no default of the model, so all that
    have no default in the database are to be named. Nothing else of a save happens, and no key is handed back.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})",  # noqa: S608 - our own names
            list(_converted(fields, rows)),
        )


def _converted(fields: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """The rows as the database takes them. What stays the same from row to row is converted once."""
    before: Sequence[Any] = [object()] * len(fields)
    done: list[Any] = [None] * len(fields)
    for row in rows:
        done = [
            kept if value is last else field.get_db_prep_save(value, connection)
            for field, value, last, kept in zip(fields, row, before, done, strict=True)
        ]
        before = row
        yield done
