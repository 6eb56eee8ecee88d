"""What the loader has to know about a table: its columns' types and its primary key, as the catalog has them."""

from __future__ import annotations

from functools import cache
from importlib import resources

from reseed.database import Connection
from reseed.errors import SeedError


def column_types(connection: Connection, table: str) -> dict[str, str]:
    """Column -> catalog name of its type (`enum` for every enum type), in table order.

    Raises:
        SeedError: the database has no such table.
    """
    rows = connection.execute(_query("columns.sql"), {"table": _quoted(table)}).fetchall()
    if not rows:
        raise SeedError(
            f"Database {connection.info.dbname} has no table {table}, expected every table of the dataset.",
            "Bring its schema up first: reseed schema check shows what is missing.",
        )
    return {str(name): str(type_name) for name, type_name in rows}


def primary_key(connection: Connection, table: str) -> tuple[str, ...]:
    """Columns of the primary key, in key order.

    Raises:
        SeedError: the table has none.
    """
    rows = connection.execute(_query("key.sql"), {"table": _quoted(table)}).fetchall()
    if not rows:
        raise SeedError(f"Table {table} has no primary key, expected one to find its rows by.")
    return tuple(str(name) for (name,) in rows)


def _quoted(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'


@cache
def _query(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
