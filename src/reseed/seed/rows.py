"""Arrow batches into tables: COPY for new rows, and the columns of older rows that are filled in later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from reseed.database import Connection, sql
from reseed.errors import SeedError
from reseed.seed.catalog import column_types, primary_key
from reseed.seed.dataset import Completion
from reseed.seed.encode import copy_chunks


def copy_rows(
    connection: Connection, table: str, batch: pa.RecordBatch, types: Mapping[str, str] | None = None
) -> None:
    """Add the rows of a batch to a table; its columns that the batch lacks take their default.

    Args:
        types: the table's `column_types`, where they are known already.

    Raises:
        SeedError: the table lacks a column of the batch, or its type does not fit.
    """
    types = types or column_types(connection, table)
    if unknown := sorted(set(batch.schema.names) - set(types)):
        raise SeedError(
            f"The dataset gives {table} the columns {', '.join(unknown)}, which the table does not have.",
            "Bring the dataset and the models together, then try again.",
        )
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), _listed(batch.schema.names)
    )
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        for chunk in copy_chunks(batch, types):
            stream.write(chunk)


def complete(connection: Connection, completion: Completion, batch: pa.RecordBatch) -> None:
    """Fill in columns of existing rows: COPY into a temporary table, then one UPDATE by primary key."""
    table, columns = completion.table, completion.columns
    key = primary_key(connection, table)
    values = batch.select([*key, *columns])
    staging = f"completing_{table}"
    connection.execute(
        sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            sql.Identifier(staging), _listed(values.schema.names), sql.Identifier(table)
        )
    )
    copy_rows(connection, staging, values)
    connection.execute(
        sql.SQL("UPDATE {table} SET {changes} FROM {staging} WHERE {same}").format(
            table=sql.Identifier(table),
            changes=sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(name), sql.Identifier(staging, name))
                for name in columns
            ),
            staging=sql.Identifier(staging),
            same=sql.SQL(" AND ").join(
                sql.SQL("{} = {}").format(sql.Identifier(table, name), sql.Identifier(staging, name))
                for name in key
            ),
        )
    )
    connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(staging)))


def reset(connection: Connection, completion: Completion) -> None:
    """Give the completed columns of every row their default again."""
    defaults = sql.SQL(", ").join(
        sql.SQL("{} = DEFAULT").format(sql.Identifier(column)) for column in completion.columns
    )
    connection.execute(sql.SQL("UPDATE {} SET {}").format(sql.Identifier(completion.table), defaults))


def _listed(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
