"""What a database holds, in digests that are equal when the contents are: computed on the server, row by row.

A row counts by its text, under settings that fix what text means, so the same row has the same digest on whatever
server it lies. Digests are sums: the order of the rows does not matter, and their number does. Definitions are not
looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from psycopg import sql

from reseed.database.connection import Connection
from reseed.database.row_security import Table, without_row_security
from reseed.errors import MissingPrivilege

#: Last value, and whether it has been handed out.
Position: TypeAlias = tuple[int, bool]

_LARGE_OBJECTS = Path(__file__).with_name("large_objects.sql").read_bytes()

# Whatever a role, a database or a client has set, a value is written in one way only. Names within values (regclass)
# are qualified by the search path that finds nothing but the system's own.
_ONE_FORM = """
    SET LOCAL datestyle = 'ISO, YMD';
    SET LOCAL intervalstyle = 'postgres';
    SET LOCAL timezone = 'UTC';
    SET LOCAL extra_float_digits = 3;
    SET LOCAL bytea_output = 'hex';
    SET LOCAL lc_monetary = 'C';
    SET LOCAL quote_all_identifiers = off;
    SET LOCAL search_path = pg_catalog;
    SET LOCAL statement_timeout = 0
"""

_RELATIONS = """
    SELECT n.nspname, c.relname, c.relispopulated
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = %s AND c.relpersistence <> 't'
      AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    ORDER BY 1, 2
"""

_PLACE = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = to_regclass(%s)
"""

_CLOSED_OBJECTS = """
    SELECT min(oid), count(*), min(pg_get_userbyid(lomowner)::text) FROM pg_largeobject_metadata
    WHERE NOT pg_has_role(lomowner, 'USAGE') AND NOT EXISTS (
        SELECT FROM aclexplode(lomacl)
        WHERE privilege_type = 'SELECT' AND (grantee = 0 OR pg_has_role(grantee, 'USAGE'))
    )
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds at one moment.

    Attributes:
        rows: exact rows of every table, `schema.table` -> count. digests: the same names -> digest over those rows.
        views: materialized views -> whether each is populated.
        large_objects: their `count`, their `bytes` together, and a `digest` over them and their grants.
    """

    rows: Mapping[str, int]
    digests: Mapping[str, str]
    views: Mapping[str, bool]
    large_objects: Mapping[str, int | str]


def contents(connection: Connection) -> Contents:
    """Rows, large objects and materialized views in the snapshot of the connection's transaction.

    Tables whose rows are hidden are locked while they are read, the others are not (see `row_security`).

    Raises:
        MissingPrivilege: policies hide rows of a table that another role owns.
    """
    with without_row_security(connection) as found:
        measured = _digests(connection, [table for table in found if table.hidden])
    measured |= _digests(connection, [table for table in found if not table.hidden])
    with _one_form(connection):
        ((count, size, digest),) = connection.execute(_LARGE_OBJECTS)
        views = {
            f"{schema}.{name}": filled for schema, name, filled in connection.execute(_RELATIONS, ("m",))
        }
    names = sorted(measured)
    return Contents(
        rows={name: measured[name][0] for name in names},
        digests={name: measured[name][1] for name in names},
        views=views,
        large_objects={"count": int(count), "bytes": int(size), "digest": str(digest)},
    )


def column_digests(
    connection: Connection, columns: Mapping[str, Sequence[str]]
) -> dict[str, tuple[int, str]]:
    """Table -> its rows, and a digest over some of their columns, as `contents` takes it over all of them.

    Args:
        columns: tables as they are found by the search path, each with the columns that count.
    """
    query = sql.SQL(
        "SELECT count(*), coalesce(sum(hashtextextended(ROW({})::text, 0)), 0)::text FROM ONLY {}"
    )
    with without_row_security(connection):
        places = {table: sql.Identifier(*_place(connection, table)) for table in columns}
        with _one_form(connection):
            found = {}
            for table, place in places.items():
                listed = sql.SQL(", ").join(map(sql.Identifier, columns[table]))
                ((count, digest),) = connection.execute(query.format(listed, place))
                found[table] = (int(count), str(digest))
    return found


def _place(connection: Connection, table: str) -> tuple[str, ...]:
    """Schema and name of a table that the search path finds; its name alone where it finds none."""
    row = connection.execute(_PLACE, (f'"{table.replace(chr(34), chr(34) * 2)}"',)).fetchone()
    return tuple(map(str, row)) if row else (table,)


def require_readable_objects(connection: Connection) -> None:
    """Make sure that every large object may be read; pg_dump would stop at the first that may not.

    Raises:
        MissingPrivilege: one belongs to another role, which has not granted it.
    """
    ((first, count, owner),) = connection.execute(_CLOSED_OBJECTS)
    if count:
        others = f" and {count - 1} more belong" if count > 1 else " belongs"
        raise MissingPrivilege(
            f"Large object {first}{others} to role {owner}, and our role may not read them.",
            f"Connect as their owner, or let it GRANT SELECT ON LARGE OBJECT {first} and the others to our role.",
        )


def sequences(connection: Connection) -> dict[str, Position]:
    """Where every sequence stands now: sequences go on regardless of snapshots."""
    names = [(schema, name) for schema, name, _ in connection.execute(_RELATIONS, ("S",))]
    one = sql.SQL("SELECT last_value, is_called FROM {}")
    together = sql.SQL(" UNION ALL ").join(one.format(sql.Identifier(*name)) for name in names)
    found = connection.execute(together).fetchall() if names else []
    return {
        f"{schema}.{name}": (last, called)
        for (schema, name), (last, called) in zip(names, found, strict=True)
    }


@contextmanager
def _one_form(connection: Connection) -> Iterator[None]:
    with connection.transaction(force_rollback=True):
        connection.execute(_ONE_FORM)
        yield


def _digests(connection: Connection, of: Sequence[Table]) -> dict[str, tuple[int, str]]:
    # The star keeps apart a table and a column of the same name.
    query = sql.SQL(
        """SELECT count(*), coalesce(sum(hashtextextended((t.*)::text, 0)), 0)::text FROM ONLY {} t"""
    )
    found = {}
    with _one_form(connection):
        for table in of:
            ((count, digest),) = connection.execute(query.format(table.identifier))
            found[f"{table.schema}.{table.name}"] = (int(count), str(digest))
    return found
