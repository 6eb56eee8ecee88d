"""Reading every row as the owner, although row-level security is forced on the owner too.

`FORCE ROW LEVEL SECURITY` makes an ordinary owner see only what the policies show, so a count or a dump taken as that
role would silently lack rows. The owner may lift FORCE; doing it inside a subtransaction that is always rolled back
keeps the change invisible to every other session and gone after a crash. The price is an exclusive lock on those
tables for the duration, which is why nothing but reading belongs in the block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import sql

from reseed.database.connection import Connection
from reseed.errors import MissingPrivilege

LOCK_SECONDS = 30

_TABLES = """
    SELECT n.nspname, c.relname, row_security_active(c.oid), c.relkind = 'r', pg_has_role(c.relowner, 'USAGE')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
      AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
    ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as row-level security shows it to us; a partitioned one holds no rows itself.

    Attributes:
        hidden: policies hide rows from us. ours: we own it, or are a member of the role that does.
    """

    schema: str
    name: str
    hidden: bool
    holds_rows: bool
    ours: bool

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)


def tables(connection: Connection) -> tuple[Table, ...]:
    """Every permanent table outside the system's schemas, in order of name."""
    return tuple(Table(*row) for row in connection.execute(_TABLES))


def take_turns(connection: Connection) -> None:
    """Wait until no other process of ours holds locks on many tables at once; nobody gets them until we end.

    Lifting FORCE locks every table, and reading the whole catalog locks tables one by one: two that meet half way
    would wait for each other. The turn ends with the transaction, or with the subtransaction when that is rolled back.
    """
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('reseed: many tables', 0))")


@contextmanager
def without_row_security(connection: Connection, patience: int = LOCK_SECONDS) -> Iterator[tuple[Table, ...]]:
    """Inside the block every row of every table is visible; whatever the block changes is rolled back.

    Args:
        patience: seconds to wait for each table that another session has locked.

    Yields:
        every table that holds rows, in order of name.

    Raises:
        MissingPrivilege: policies hide rows of a table that another role owns.
        ServerError (leaving `connect`): a table stays locked by another session for longer than that.
    """
    with connection.transaction(force_rollback=True):
        take_turns(connection)
        found = tables(connection)
        hidden = [table for table in found if table.hidden]
        if hidden:
            connection.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(f"{patience}s"))
        _lift_force(connection, hidden)
        yield tuple(table for table in found if table.holds_rows)


def _lift_force(connection: Connection, hidden: Sequence[Table]) -> None:
    for table in hidden:
        if not table.ours:
            raise MissingPrivilege(
                f"Table {table.schema}.{table.name} hides rows by row-level security and belongs to another role.",
                "Connect as its owner, or as a role with BYPASSRLS.",
            )
    _alter(connection, hidden, sql.SQL("NO FORCE"))


def _alter(connection: Connection, changed: Sequence[Table], force: sql.SQL) -> None:
    """All tables in one round trip, because every look at the rows begins with it."""
    if changed:
        statement = sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY")
        connection.execute(sql.SQL("; ").join(statement.format(table.identifier, force) for table in changed))


@contextmanager
def change_every_row(connection: Connection) -> Iterator[None]:
    """Inside the block the owner reads and changes the rows of every tenant; FORCE is back when the block ends.

    Lifting and restoring share the caller's transaction, so no other session ever sees the tables unprotected. An
    error leaves the transaction failed: rolling it back restores FORCE as well.

    Raises:
        MissingPrivilege: policies hide rows of a table that another role owns.
    """
    take_turns(connection)
    hidden = [table for table in tables(connection) if table.hidden]
    _lift_force(connection, hidden)
    yield
    # ALTER TABLE refuses a table with pending trigger events.
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _alter(connection, hidden, sql.SQL("FORCE"))
