"""Counters whose row lock puts what they count into commit order, in one statement on SQLite and PostgreSQL."""

from functools import lru_cache

from django.db import connection
from django.db.models import Model


def take(counter: type[Model], column: str, *, key: int | str, count: int = 1) -> int:
    """Move the counter ``column`` of the row ``key`` forward by ``count``; the last number taken.

    The row is made when it is first asked for and stays locked until the caller's transaction ends: numbers are
    dense and in commit order, and what is rolled back leaves no gap. Of two that meet at the very first number
    the later waits. Only the counter and the key are given: other columns must have a default of their own.
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement(counter, column), [key, count, count])
        # All rows, not one: an unfinished statement would hold up the commit on SQLite.
        return int(cursor.fetchall()[0][0])


@lru_cache(maxsize=16)
def _statement(counter: type[Model], column: str) -> str:
    meta = counter._meta
    names = (meta.db_table, str(meta.pk.column), column)
    table, key, number = (connection.ops.quote_name(name) for name in names)
    return (
        f"INSERT INTO {table} ({key}, {number}) VALUES (%s, %s)"  # noqa: S608 - names of our own models, quoted
        f" ON CONFLICT ({key}) DO UPDATE SET {number} = {table}.{number} + %s RETURNING {number}"
    )
