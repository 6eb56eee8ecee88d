"""The digest of a dataset, taken twice: from the generator, and from the rows a database really holds.

The two sides share nothing but the spelling of values (`canonical`). The database's side reads the columns that the
catalog lists, not those the generator knows, so a column nobody seeds shows as a difference too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeAlias

import pyarrow as pa

from reseed.database import Connection, sql, without_row_security
from reseed.seed.canonical import TableDigest, combined, joined, table_digest
from reseed.seed.catalog import column_types
from reseed.seed.dataset import Dataset, Part, slices

Whose: TypeAlias = "Callable[[str], sql.SQL | sql.Composed]"
"""Table -> the condition that a row of it counts."""

FETCH = 2000
"""Rows fetched at a time, so that a large table is never in memory as a whole."""


def expected_digest(dataset: Dataset, tenants: range = range(1)) -> str:
    """The digest of what the generator makes for some tenants."""
    return combined(expected_tables(dataset, tenants))


def actual_digest(connection: Connection, dataset: Dataset) -> str:
    """The digest of every row of the dataset's tables, read through an owner's connection."""
    return combined(actual_tables(connection, dataset))


def parts_digest(
    connection: Connection, dataset: Dataset, parts: Collection[str], whose: Whose | None = None
) -> str:
    """The digest of the tables of some parts, without the columns that the other parts fill in later.

    It stays the same while later parts are loaded, so a handoff that carries it does not go stale by them.

    Args:
        whose: table -> the condition that a row counts; every row does when not given.
    """
    return combined(actual_tables(connection, dataset, parts, whose))


def expected_tables(dataset: Dataset, tenants: range = range(1)) -> dict[str, TableDigest]:
    """Table -> digest of what the generator makes."""
    pieces: dict[str, list[TableDigest]] = {table: [] for table in _tables(dataset, None)}
    for some in slices(tenants):
        for table, digests in pieces.items():
            digests.append(expected_table(dataset, table, some))
    return {table: joined(digests) for table, digests in pieces.items()}


def expected_table(dataset: Dataset, table: str, tenants: range) -> TableDigest:
    """The digest of one table as the generator makes it for some tenants."""
    batch = dataset.batch(table, tenants)
    return table_digest(table, batch.schema.names, generated(batch))


def actual_tables(
    connection: Connection,
    dataset: Dataset,
    parts: Collection[str] | None = None,
    whose: Whose | None = None,
) -> dict[str, TableDigest]:
    """Table -> digest of what the database holds, all tenants together unless `whose` says which rows count."""
    digests = {}
    with without_row_security(connection):
        for table, skipped in _tables(dataset, parts).items():
            names = [name for name in column_types(connection, table) if name not in skipped]
            digests[table] = table_digest(table, names, _stored(connection, table, names, whose))
    return digests


def _tables(dataset: Dataset, parts: Collection[str] | None) -> Mapping[str, set[str]]:
    """Table -> columns its digest leaves out."""
    chosen = [part for part in dataset.parts if parts is None or part.name in parts]
    later = [part for part in dataset.parts if part not in chosen]
    return {
        table: {column for owner, column in dataset.volatile if owner == table} | _completed(later, table)
        for part in chosen
        for table in part.tables
    }


def _completed(parts: Collection[Part], table: str) -> set[str]:
    return {column for part in parts for column in part.completes(table)}


def generated(batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
    """The rows of a batch as Python values, JSON parsed."""
    return zip(*(_values(column) for column in batch.columns), strict=True)


def _values(column: pa.Array) -> list[Any]:
    values: list[Any] = column.to_pylist()
    if isinstance(column.type, pa.JsonType):
        return [None if text is None else json.loads(text) for text in values]
    return values


def _stored(
    connection: Connection, table: str, names: list[str], whose: Whose | None
) -> Iterator[tuple[Any, ...]]:
    condition = whose(table) if whose else sql.SQL("true")
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    with connection.cursor(name="reseed_digest") as cursor:
        cursor.itersize = FETCH
        cursor.execute(
            sql.SQL("SELECT {} FROM {} WHERE {}").format(columns, sql.Identifier(table), condition)
        )
        yield from cursor
