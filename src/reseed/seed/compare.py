"""The rows of a database against those of the dataset, value for value, for any number of tenants.

Some tenants at a time, a table is written out as the bytes of COPY twice: from the dataset by the encoder of the load,
and from the database by the server, both in the order of the primary key. Equal bytes are equal rows. Where they are
not equal, the rows are read again and compared by their canonical spelling, which says what a row means, not how it is
written: only that decides, and it names the rows and columns that differ.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reseed.database import Connection, sql, without_row_security
from reseed.errors import SeedError
from reseed.seed.catalog import column_types
from reseed.seed.dataset import Dataset
from reseed.seed.differences import EXAMPLES, Difference, differences
from reseed.seed.encode import copy_chunks
from reseed.seed.partitions import split

AHEAD = 6
"""How many pieces the dataset may be ahead of the database."""

_SETTINGS = "SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0"
# Sorting some megabytes in memory; starting workers anew for each of many short statements costs more than they save.

_COLLATED = frozenset({"text", "varchar", "bpchar"})


@dataclass(frozen=True, slots=True)
class Keys:
    """How the rows of a table are found.

    Attributes:
        owner: the column that says which tenant a row belongs to; None for a table that tenants share.
        primary: columns of the primary key, in key order.
    """

    owner: str | None
    primary: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableComparison:
    """What became of one table.

    Attributes:
        expected: rows that the dataset has for the tenants. found: rows that the database has in all.
        strangers: rows that belong to none of the tenants.
        differing: rows that are missing, there too often, or not as the dataset has them.
        columns: columns that only one of the two sides has; while there are any, every row differs.
        examples: the first of the rows that differ.
    """

    table: str
    expected: int
    found: int
    strangers: int
    differing: int
    columns: tuple[str, ...]
    examples: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        return not (self.strangers or self.differing or self.columns) and self.expected == self.found


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as both sides have it: its keys, the types of the common columns, and columns of one side only."""

    name: str
    keys: Keys
    types: Mapping[str, str]
    one_sided: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """One table for some tenants: number of rows, their bytes in key order, and the keys of a shared table's rows.

    `encoded` is None where the rows do not fit the types the database has.
    """

    table: _Table
    tenants: range
    rows: int
    encoded: bytes | None
    shared: tuple[object, ...]


def compare(
    connection: Connection, dataset: Dataset, tenants: range, keys: Mapping[str, Keys]
) -> tuple[TableComparison, ...]:
    """Compare every row of the dataset's tables, in their order, through an owner's connection.

    Args:
        tenants: those the database should hold. keys: for every table of the dataset.

    Raises:
        SeedError: the database lacks a table.
    """
    with without_row_security(connection):
        connection.execute(_SETTINGS)
        tables = [_described(connection, dataset, table, keys[table]) for table in dataset.definition.rows]
        tallies = {table.name: _Tally(table) for table in tables}
        for piece in _made_ahead(dataset, tables, tenants):
            tallies[piece.table.name].add(connection, dataset, piece)
        return tuple(tally.conclude(connection) for tally in tallies.values())


class _Tally:
    """What has been seen of one table so far."""

    def __init__(self, table: _Table) -> None:
        self.table = table
        self.expected = self.owned = self.differing = 0
        self.examples: list[Difference] = []

    def add(self, connection: Connection, dataset: Dataset, piece: _Piece) -> None:
        self.expected += piece.rows
        chosen = _chosen(dataset, piece)
        stored, rows = _stored(connection, self.table, chosen)
        self.owned += rows
        if piece.encoded is not None and stored == piece.encoded:
            return
        batch = dataset.batch(self.table.name, piece.tenants)
        found = differences(
            connection, batch, self.table.name, self.table.keys.primary, tuple(self.table.types), chosen
        )
        for difference in found:
            self.differing += 1
            if len(self.examples) < EXAMPLES:
                self.examples.append(difference)

    def conclude(self, connection: Connection) -> TableComparison:
        counted = connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(self.table.name))
        ).fetchall()
        found = int(counted[0][0])
        return TableComparison(
            self.table.name,
            self.expected,
            found,
            found - self.owned,
            self.differing,
            self.table.one_sided,
            tuple(self.examples),
        )


def _described(connection: Connection, dataset: Dataset, table: str, keys: Keys) -> _Table:
    skipped = {column for owner, column in dataset.volatile if owner == table}
    held = {name: kind for name, kind in column_types(connection, table).items() if name not in skipped}
    made = dataset.batch(table, range(0)).schema.names
    common = {name: held[name] for name in made if name in held}
    if missing := [name for name in keys.primary if name not in common]:
        raise SeedError(
            f"Table {table} has no column {', '.join(missing)}, expected the primary key of its rows.",
            "Bring its schema up first: reseed schema check shows what is missing.",
        )
    return _Table(table, keys, common, tuple(sorted(set(made) ^ set(held))))


def _made_ahead(dataset: Dataset, tables: Sequence[_Table], tenants: range) -> Iterator[_Piece]:
    """The pieces in order, made by a thread while the caller waits for the server."""
    last = tenants[-1:]
    each = sum(dataset.batch(table.name, last).num_rows for table in tables)
    wanted = ((table, some) for some in split(tenants, each) for table in tables)
    waiting: deque[Future[_Piece]] = deque()
    with ThreadPoolExecutor(max_workers=1) as maker:
        for table, some in wanted:
            waiting.append(maker.submit(_made, dataset, table, some))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _made(dataset: Dataset, table: _Table, tenants: range) -> _Piece:
    batch = dataset.batch(table.name, tenants)
    shared = () if table.keys.owner else tuple(batch.column(table.keys.primary[0]).to_pylist())
    try:
        ordered = batch.select(list(table.types)).take(_order(batch, table.keys.primary))
        encoded = b"".join(copy_chunks(ordered, table.types))
    except SeedError:
        encoded = None
    return _Piece(table, tenants, batch.num_rows, encoded, shared)


def _order(batch: pa.RecordBatch, key: tuple[str, ...]) -> pa.Array:
    """Places of the rows in the order of their key, as the server sorts it; ids in the order of their bytes."""
    columns: dict[str, pa.Array] = {}
    for place, name in enumerate(key):
        column = batch.column(name)
        if isinstance(column.type, pa.UuidType):
            halves = np.frombuffer(column.storage.buffers()[1], dtype=">u8")
            halves = halves[2 * column.offset : 2 * (column.offset + len(column))].astype(np.uint64)
            columns[f"{place} high"], columns[f"{place} low"] = pa.array(halves[::2]), pa.array(halves[1::2])
        else:
            columns[str(place)] = column
    return pc.sort_indices(pa.table(columns), sort_keys=[(name, "ascending") for name in columns])


def _chosen(dataset: Dataset, piece: _Piece) -> sql.Composed:
    """The condition that a row is one of a piece."""
    keys = piece.table.keys
    column = keys.owner or keys.primary[0]
    values = [dataset.tenant_id(tenant) for tenant in piece.tenants] if keys.owner else list(piece.shared)
    return sql.SQL("{} = ANY ({})").format(sql.Identifier(column), sql.Literal(values))


def _stored(connection: Connection, table: _Table, chosen: sql.Composed) -> tuple[bytearray, int]:
    """The rows of the database as the bytes of COPY, and how many they are."""
    statement = sql.SQL("COPY (SELECT {} FROM {} WHERE {} ORDER BY {}) TO STDOUT (FORMAT BINARY)").format(
        sql.SQL(", ").join(map(sql.Identifier, table.types)),
        sql.Identifier(table.name),
        chosen,
        sql.SQL(", ").join(_sorted_by(name, table.types[name]) for name in table.keys.primary),
    )
    with connection.cursor() as cursor:
        stored = bytearray()
        with cursor.copy(statement) as stream:
            while row := stream.read():
                stored += row
        return stored, cursor.rowcount


def _sorted_by(name: str, type_name: str) -> sql.Composed:
    template = sql.SQL('{} COLLATE "C"') if type_name in _COLLATED else sql.SQL("{}")
    return template.format(sql.Identifier(name))
