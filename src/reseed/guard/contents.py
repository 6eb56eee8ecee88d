"""Rows and tenants of a database, row-level security set aside: counted only as far as a rule needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

from reseed import database
from reseed.database import Connection, Table, Target, sql, sqlstate
from reseed.database.row_security import LOCK_SECONDS
from reseed.errors import MissingPrivilege
from reseed.guard.measured import Measured, Rows
from reseed.guard.terms import Terms

#: Where no rule says how far to count, people are told that there are more.
ENOUGH = 1_000_000

#: Seconds to wait for a table that others use, when no rule needs its rows.
PATIENCE = 2

_IDENTIFYING = files(__package__).joinpath("identifying.sql").read_bytes()


def with_contents(seen: Measured, target: Target, terms: Terms) -> Measured:
    """What was seen of a target, with its rows counted and its forbidden tenants looked for.

    Reading every row past policies that are forced on the owner takes a lock on those tables for a moment.

    Raises:
        MissingPrivilege, ServerError: they cannot be read, and a rule of the project needs them.
    """
    needed = terms.rules.maximum_rows is not None or bool(terms.rules.forbidden_tenants)
    most = ENOUGH if terms.rules.maximum_rows is None else terms.rules.maximum_rows
    patience = LOCK_SECONDS if needed else PATIENCE
    with database.connect(target) as connection:
        connection.execute(sql.SQL("SET lock_timeout = {}").format(f"{patience}s"))
        try:
            with database.without_row_security(connection, patience) as tables:
                tenants = _tenants(connection, tables, terms)
                return replace(seen, rows=_count(connection, tables, most), tenants=tenants)
        except (MissingPrivilege, sqlstate.InsufficientPrivilege, sqlstate.LockNotAvailable):
            if needed:
                raise
    return seen


def _count(connection: Connection, tables: Sequence[Table], most: int) -> Rows:
    found = 0
    for table in tables:
        query = sql.SQL("SELECT count(*) FROM (SELECT FROM ONLY {} LIMIT {}) AS counted")
        row = connection.execute(query.format(table.identifier, sql.Literal(most + 1 - found))).fetchone()
        found += int(row[0]) if row else 0
        if found > most:
            return Rows(most, more=True)
    return Rows(found, more=False)


def _tenants(connection: Connection, tables: Sequence[Table], terms: Terms) -> tuple[str, ...]:
    """Those of the forbidden tenants that a table of tenants has; a database without one has none."""
    forbidden = list(terms.rules.forbidden_tenants)
    if not forbidden:
        return ()
    found: set[str] = set()
    for table in tables:
        if terms.tenant_table in (table.name, f"{table.schema}.{table.name}"):
            for (column,) in connection.execute(_IDENTIFYING, (table.schema, table.name)).fetchall():
                query = sql.SQL("SELECT DISTINCT {0}::text FROM ONLY {1} WHERE {0}::text = ANY(%s)")
                named = connection.execute(
                    query.format(sql.Identifier(column), table.identifier), (forbidden,)
                )
                found.update(str(value) for (value,) in named)
    return tuple(each for each in forbidden if each in found)
