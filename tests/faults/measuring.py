"""What a database is, without what is being judged: its facts, and a digest of all it holds in plain SQL.

Asked as the superuser, whom row-level security does not concern, so nothing has to be lifted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from reseed import database, schema
from reseed.database import Connection, Target, sql

#: A table that people write to while it is measured; its rows are counted by who wrote them.
VISITS = ("public", "visits")

_TABLES = """
    SELECT n.nspname, c.relname, array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attname IS NOT NULL)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    GROUP BY 1, 2 ORDER BY 1, 2
"""
_SEQUENCES = "SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2"
# Oids of large objects may differ where they are made again; what they hold may not.
_LARGE_OBJECTS = "SELECT md5(lo_get(oid)) FROM pg_largeobject_metadata ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Measure:
    """Databases of one measure are the same. `facts`: fingerprint of the schema. `rows`: digest of what is in it."""

    facts: str
    rows: str


def measure(administrator: Target, name: str, volatile: Collection[tuple[str, str]]) -> Measure:
    """Measure one database.

    Args:
        volatile: (table, column) of what differs from one making to the next, such as password hashes.

    Raises:
        ReseedError: nobody gets in.
    """
    with database.connect(administrator.on(name)) as connection:
        facts = schema.read_facts(connection).fingerprint
        digest = hashlib.sha256()
        for line in _lines(connection, volatile):
            digest.update(line.encode() + b"\n")
    return Measure(facts, digest.hexdigest())


def _lines(connection: Connection, volatile: Collection[tuple[str, str]]) -> Iterator[str]:
    for place, table, columns in connection.execute(_TABLES).fetchall():
        yield f"{place}.{table}"
        if (place, table) != VISITS:
            yield from _rows(
                connection, place, table, [c for c in columns or () if (table, c) not in volatile]
            )
    for query in (_SEQUENCES, _LARGE_OBJECTS):
        for row in connection.execute(query).fetchall():
            yield repr(row)


def _rows(connection: Connection, place: str, table: str, columns: list[str]) -> Iterator[str]:
    chosen = sql.SQL(", ").join(map(sql.Identifier, columns))
    query = sql.SQL('SELECT t::text FROM (SELECT {} FROM ONLY {}) AS t ORDER BY t::text COLLATE "C"')
    for (text,) in connection.execute(query.format(chosen, sql.Identifier(place, table))):
        yield text
