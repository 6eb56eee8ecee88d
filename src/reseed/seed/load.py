"""Loading: a part of the dataset goes into its tables by COPY, in one transaction, and may be loaded again."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Sequence

import pyarrow as pa

from reseed.database import Connection, change_every_row, sql
from reseed.errors import SeedError
from reseed.records import Load, Outcome
from reseed.seed.catalog import column_types, primary_key
from reseed.seed.dataset import Dataset, Part
from reseed.seed.encode import copy_bytes
from reseed.seed.password import demo_password
from reseed.site import Site

DEMO = range(1)
"""Tenant 0, the demo tenant."""


def seed(site: Site, part: str) -> Outcome:
    """Load one part of the demo tenant; what an earlier attempt left of it, and of later parts, goes first.

    Raises:
        SeedError: the dataset has no such part, or its rows do not fit the tables.
    """
    dataset: Dataset = site.dataset
    password = demo_password(site.folder)
    with site.connect() as connection:
        clear(connection, dataset, part)
        load = load_tenants(connection, dataset, DEMO, (part,), password)
    counted = ", ".join(f"{rows} {table}" for table, rows in load.rows.items())
    return Outcome(summary=counted, facts={"part": part, "rows": dict(load.rows)})


def clear(connection: Connection, dataset: Dataset, part: str) -> None:
    """Take the rows of a part and of all later parts out of the database, for every tenant, last part first."""
    doomed = dataset.parts[_place(dataset, part) :]
    with change_every_row(connection):
        for each in reversed(doomed):
            for table, columns in each.completes.items():
                _reset(connection, table, columns)
            for table in reversed(each.tables):
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def load_tenants(
    connection: Connection,
    dataset: Dataset,
    tenants: range,
    parts: Collection[str] | None = None,
    password: str | None = None,
) -> Load:
    """Add the rows of some tenants through an owner's connection, inside its transaction.

    Args:
        parts: names of the parts to load, in the dataset's order; all when not given.
        password: what the users' password hashes are made from; one that nobody knows when not given.
    """
    began = time.monotonic()
    chosen = dataset.parts if parts is None else [dataset.parts[_place(dataset, name)] for name in parts]
    secret = password or secrets.token_urlsafe()
    rows: dict[str, int] = {}
    with change_every_row(connection):
        for part in chosen:
            for table in part.tables:
                rows[table] = _fill(connection, dataset, table, tenants, secret)
            for table, columns in part.completes.items():
                _complete(connection, table, columns, dataset.batch(table, tenants))
    return Load("+".join(part.name for part in chosen), rows, time.monotonic() - began)


def _fill(connection: Connection, dataset: Dataset, table: str, tenants: range, password: str) -> int:
    batch = dataset.batch(table, tenants)
    for column in sorted(column for owner, column in dataset.volatile if owner == table):
        batch = batch.append_column(column, dataset.volatile_values(table, column, batch.num_rows, password))
    later = {column for part in dataset.parts for column in part.completes.get(table, ())}
    batch = batch.select([name for name in batch.schema.names if name not in later])
    _copy(connection, table, batch, _types(connection, table, batch.schema.names))
    return int(batch.num_rows)


def _complete(connection: Connection, table: str, columns: Sequence[str], batch: pa.RecordBatch) -> None:
    """Set columns of rows that an earlier part loaded: COPY into a temporary table, then one UPDATE."""
    key = primary_key(connection, table)
    batch = batch.select([*key, *columns])
    staging = f"completing_{table}"
    names = sql.SQL(", ").join(map(sql.Identifier, batch.schema.names))
    connection.execute(
        sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            sql.Identifier(staging), names, sql.Identifier(table)
        )
    )
    _copy(connection, staging, batch, _types(connection, table, batch.schema.names))
    connection.execute(
        sql.SQL("UPDATE {table} SET {changes} FROM {staging} WHERE {same}").format(
            table=sql.Identifier(table),
            changes=sql.SQL(", ").join(_pair(None, column, staging) for column in columns),
            staging=sql.Identifier(staging),
            same=sql.SQL(" AND ").join(_pair(table, column, staging) for column in key),
        )
    )
    connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(staging)))


def _pair(table: str | None, column: str, staging: str) -> sql.Composed:
    left = sql.Identifier(column) if table is None else sql.Identifier(table, column)
    return sql.SQL("{} = {}").format(left, sql.Identifier(staging, column))


def _reset(connection: Connection, table: str, columns: Sequence[str]) -> None:
    defaults = sql.SQL(", ").join(sql.SQL("{} = DEFAULT").format(sql.Identifier(column)) for column in columns)
    connection.execute(sql.SQL("UPDATE {} SET {}").format(sql.Identifier(table), defaults))


def _copy(connection: Connection, table: str, batch: pa.RecordBatch, types: dict[str, str]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, batch.schema.names))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        stream.write(copy_bytes(batch, types))


def _types(connection: Connection, table: str, names: Sequence[str]) -> dict[str, str]:
    types = column_types(connection, table)
    if unknown := sorted(set(names) - set(types)):
        raise SeedError(
            f"The dataset gives {table} the columns {', '.join(unknown)}, which the table does not have.",
            "Bring the dataset and the models together, then try again.",
        )
    return types


def _place(dataset: Dataset, part: str) -> int:
    names = [each.name for each in dataset.parts]
    if part not in names:
        raise SeedError(
            f'The dataset has no part "{part}", expected one of {", ".join(names)}.',
            "Correct the task's arguments in plan.toml.",
        )
    return names.index(part)
