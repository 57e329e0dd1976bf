"""Migration operations by which the database itself refuses to rewrite history, on SQLite and PostgreSQL."""

from collections.abc import Sequence

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE = """CREATE TRIGGER {name} BEFORE {verb} ON {table} {when}
BEGIN SELECT RAISE(ABORT, '{message}'); END"""
# The condition stands in the function, not in the trigger: there it may ask another table.
_POSTGRES = """CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN COALESCE(NEW, OLD); END $$;
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"""


def _operation(*, name: str, verb: str, table: str, when: str, message: str) -> migrations.RunPython:
    def make(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        sqlite = editor.connection.vendor == "sqlite"
        # NULL is unlike anything but NULL.
        condition = when.format(unlike="IS NOT" if sqlite else "IS DISTINCT FROM") or "1 = 1"
        form, condition = (_SQLITE, f"WHEN ({condition})") if sqlite else (_POSTGRES, condition)
        editor.execute(form.format(name=name, verb=verb, table=table, when=condition, message=message))

    def drop(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER {name}")
        else:
            editor.execute(f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()")

    # The hint lets a test ask whether every trigger survived later migrations: SQLite copies a table to change it,
    # and the copy has none.
    return migrations.RunPython(make, drop, elidable=False, hints={"trigger": name})


def lifted(forbidding: Sequence[migrations.RunPython]) -> list[migrations.RunPython]:
    """Operations that take such triggers off again, before a table is changed in a way that copies it on SQLite.

    The same migration lays them again at its end, by the operations that made them.
    """
    return [migrations.RunPython(one.reverse_code or one.noop, one.code, elidable=False) for one in forbidding]


def append_only(table: str) -> list[migrations.RunPython]:
    """Operations after which rows of ``table`` can be added but neither changed nor deleted."""
    return [
        _operation(name=f"{table}_no_{v.lower()}", verb=v, table=table, when="", message=f"{table} is append-only")
        for v in ("UPDATE", "DELETE")
    ]


def written_once(table: str, columns: Sequence[str]) -> list[migrations.RunPython]:
    """Operations after which each of ``columns`` of ``table``, once not NULL, can never change."""
    return [
        _operation(
            name=f"{table}_{column}_once",
            verb="UPDATE",
            table=table,
            when=f"OLD.{column} IS NOT NULL AND (NEW.{column} IS NULL OR NEW.{column} <> OLD.{column})",
            message=f"{table}.{column} is written once",
        )
        for column in columns
    ]


def kept_once(table: str, column: str) -> list[migrations.RunPython]:
    """Operations after which a row of ``table`` whose ``column`` is not NULL can no longer be deleted."""
    return [
        _operation(
            name=f"{table}_{column}_kept",
            verb="DELETE",
            table=table,
            when=f"OLD.{column} IS NOT NULL",
            message=f"{table} is kept once {column} is set",
        )
    ]


def frozen(table: str, columns: Sequence[str], *, when: str, called: str) -> list[migrations.RunPython]:
    """Operations after which no UPDATE changes any of ``columns`` where ``when`` holds.

    ``when`` is SQL over OLD and NEW; ``{unlike}`` in it compares two values, one of which may be NULL.
    """
    changed = " OR ".join(f"NEW.{column} {{unlike}} OLD.{column}" for column in columns)
    return [
        _operation(
            name=f"{table}_{called}",
            verb="UPDATE",
            table=table,
            when=f"({when}) AND ({changed})",
            message=f"{table}: what was published stays as it was ({called})",
        )
    ]


def refused(table: str, verb: str, *, when: str, called: str) -> list[migrations.RunPython]:
    """Operations after which ``verb`` (INSERT, UPDATE or DELETE) is refused for rows where ``when`` holds."""
    message = f"{table}: what was published stays as it was ({called})"
    return [_operation(name=f"{table}_{called}", verb=verb, table=table, when=when, message=message)]
