"""What a database holds as one short text, made by the server over every row: the same for the same rows, in any order.

Each row's text is hashed to 64 bits and the hashes of a table are added up. Salted password hashes, which differ from
load to load on purpose, are left out.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from reseed import database
from reseed.database import Target, sql
from reseed.seed import Dataset


def digest(target: Target, dataset: Dataset) -> str:
    """The digest of every row of the dataset's tables.

    Raises:
        ValueError: a table has no rows, so that the digest would say nothing about it.
    """
    owner = replace(database.embedded.administrator(target), database=target.database)
    lines = []
    with database.connect(owner) as connection:
        for table in sorted(dataset.definition.rows):
            volatile = [column for of, column in dataset.volatile if of == table]
            columns = connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
                "AND attname <> ALL(%s) ORDER BY attname",
                (table, volatile),
            ).fetchall()
            query = sql.SQL(
                "SELECT count(*), sum(hashtextextended(ROW({})::text, 0)::numeric) FROM {}"
            ).format(sql.SQL(", ").join(sql.Identifier(name) for (name,) in columns), sql.Identifier(table))
            rows, total = connection.execute(query).fetchall()[0]
            if not rows:
                raise ValueError(f"Table {table} of {target.database} is empty, expected rows to digest.")
            lines.append(f"{table} {rows} {total}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()
