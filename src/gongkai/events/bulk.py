"""Writing many rows of one model at once, without making an object of each: for a night's sweep and its like."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


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
