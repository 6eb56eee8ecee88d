"""Which rows of a table are not those of the dataset, and in which columns: row by row, by their canonical spelling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from reseed.database import Connection, sql
from reseed.seed.canonical import spelled
from reseed.seed.digest import FETCH, generated

EXAMPLES = 10
"""How many rows that differ are kept to be shown."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not as it should be.

    Attributes:
        key: values of its primary key, spelled. kind: "missing", "unexpected" or "different".
        columns: those whose values differ; none unless the kind is "different".
    """

    table: str
    key: tuple[Any, ...]
    kind: str
    columns: tuple[str, ...] = ()


def differences(
    connection: Connection,
    batch: pa.RecordBatch,
    table: str,
    key: tuple[str, ...],
    columns: tuple[str, ...],
    chosen: sql.Composed,
) -> Iterator[Difference]:
    """The rows that differ, those that are in the database first.

    Args:
        batch: what the rows should be. columns: those to compare. chosen: the condition for the rows to compare.
    """
    places = [columns.index(name) for name in key]
    wanted = {}
    for values in generated(batch.select(list(columns))):
        row = tuple(spelled(value) for value in values)
        wanted[tuple(row[place] for place in places)] = row
    for values in _chosen_rows(connection, table, columns, chosen):
        row = tuple(spelled(value) for value in values)
        identity = tuple(row[place] for place in places)
        expected = wanted.pop(identity, None)
        if expected is None:
            yield Difference(table, identity, "unexpected")
        elif expected != row:
            unequal = (name for name, a, b in zip(columns, expected, row, strict=True) if a != b)
            yield Difference(table, identity, "different", tuple(unequal))
    for identity in wanted:
        yield Difference(table, identity, "missing")


def _chosen_rows(
    connection: Connection, table: str, columns: tuple[str, ...], chosen: sql.Composed
) -> Iterator[tuple[Any, ...]]:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with connection.cursor(name="reseed_differences") as cursor:
        cursor.itersize = FETCH
        cursor.execute(sql.SQL("SELECT {} FROM {} WHERE {}").format(names, sql.Identifier(table), chosen))
        yield from cursor
