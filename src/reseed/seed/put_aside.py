"""Indexes, unique constraints, foreign keys and forced row security: read from the catalog, and taken off.

For everything there is a pair: the statement that takes it off, carried out at once, and the entry that puts it back
exactly as it was, which the ledger keeps. `put_aside.sql` says what stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reseed.database import Connection, named_statements, sql
from reseed.errors import MissingPrivilege, SeedError
from reseed.seed.ledger import Entry

# An index is built before the constraint that uses it, and foreign keys rely on both. That rows satisfy a foreign key
# is asked apart from having it again, because then tables that name the same one need not wait for each other.
INDEX, CONSTRAINT, FOREIGN_KEY, VALIDATE, FORCE = range(1, 6)

_SQL = named_statements(__package__, "put_aside.sql")
_NOT_VALID = " NOT VALID"
_WORDS = {"p": "PRIMARY KEY", "u": "UNIQUE"}


@dataclass(frozen=True, slots=True)
class Removal:
    """One thing to take off.

    Attributes:
        statement: takes it off. entries: put it back; empty where another removal's do.
    """

    statement: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Removals:
    """Everything to take off, in order.

    Attributes:
        unbound: no foreign key stays on the tables, so that their rows may come in any order.
    """

    steps: tuple[Removal, ...]
    unbound: bool

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for step in self.steps for entry in step.entries)


def removals(connection: Connection, tables: Sequence[str]) -> Removals:
    """What is to be taken off some tables, as the catalog has it now.

    Raises:
        SeedError: a table does not exist.
        MissingPrivilege: a table hides rows and belongs to another role.
    """
    known: dict[str, Any] = {"tables": [_oid(connection, table) for table in tables], "foreign_keys": []}
    with connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL search_path = ''")
        keys = connection.execute(_SQL["foreign_keys"], known).fetchall()
        known["foreign_keys"] = [oid for oid, *_ in keys]
        (left,) = connection.execute(_SQL["bound"], known).fetchall()[0]
        indexes = connection.execute(_SQL["indexes"], known).fetchall()
        if left:
            # Rows come in the foreign keys' order then, and what is filled in later is found by primary key.
            indexes = [row for row in indexes if row[8] != "p"]
        return Removals(
            (
                *(_foreign_key(*rest) for _, *rest in keys),
                *(_index(*row) for row in indexes),
                *_forced(connection.execute(_SQL["forced"], known).fetchall()),
            ),
            unbound=left == 0,
        )


def take_off(connection: Connection, found: Removals, patience: int) -> None:
    """Take everything off, inside the caller's transaction.

    Args:
        patience: seconds to wait for a table that another session has locked.
    """
    connection.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(f"{patience}s"))
    for step in found.steps:
        connection.execute(step.statement.encode())


def _foreign_key(
    table: str, named: str, name: str, definition: str, validated: bool, comment: str | None
) -> Removal:
    quoted, what = _quoted(name), f"foreign key {name} of {table}"
    added = definition + _NOT_VALID if validated else definition
    statements = [f"ALTER TABLE {table} ADD CONSTRAINT {quoted} {added}"]
    if comment is not None:
        statements.append(f"COMMENT ON CONSTRAINT {quoted} ON {table} IS {_literal(comment)}")
    entries = [Entry(FOREIGN_KEY, what, (table, named), tuple(statements))]
    if validated:
        validate = f"ALTER TABLE {table} VALIDATE CONSTRAINT {quoted}"
        entries.append(Entry(VALIDATE, what, (table, named), (validate,)))
    return Removal(f"ALTER TABLE {table} DROP CONSTRAINT {quoted}", tuple(entries))


def _index(
    table: str,
    index: str,
    name: str,
    definition: str,
    tablespace: str | None,
    clustered: bool,
    identity: bool,
    comment: str | None,
    kind: str | None,
    constraint: str | None,
    deferrable: bool | None,
    deferred: bool | None,
    constraint_comment: str | None,
    statistics: Sequence[tuple[int, int]] | None,
) -> Removal:
    quoted, what = _quoted(name), f"index {index}"
    built = [f"SET LOCAL default_tablespace = {_literal(tablespace or '')}", definition]
    built += [
        f"ALTER INDEX {index} ALTER COLUMN {place} SET STATISTICS {target}"
        for place, target in statistics or ()
    ]
    if comment is not None:
        built.append(f"COMMENT ON INDEX {index} IS {_literal(comment)}")
    attached = []
    if kind and constraint:
        when = (" DEFERRABLE" if deferrable else "") + (" INITIALLY DEFERRED" if deferred else "")
        named = _quoted(constraint)
        attached.append(
            f"ALTER TABLE {table} ADD CONSTRAINT {named} {_WORDS[kind]} USING INDEX {quoted}{when}"
        )
        if constraint_comment is not None:
            attached.append(f"COMMENT ON CONSTRAINT {named} ON {table} IS {_literal(constraint_comment)}")
    if identity:
        attached.append(f"ALTER TABLE {table} REPLICA IDENTITY USING INDEX {quoted}")
    if clustered:
        attached.append(f"ALTER TABLE {table} CLUSTER ON {quoted}")
    entries = [Entry(INDEX, what, (table,), tuple(built))]
    if attached:
        entries.append(Entry(CONSTRAINT, what, (table,), tuple(attached)))
    if constraint:
        return Removal(f"ALTER TABLE {table} DROP CONSTRAINT {_quoted(constraint)}", tuple(entries))
    return Removal(f"DROP INDEX {index}", tuple(entries))


def _forced(found: Sequence[tuple[str, bool]]) -> Iterator[Removal]:
    for table, ours in found:
        if not ours:
            raise MissingPrivilege(
                f"Table {table} hides rows by row-level security and belongs to another role.",
                "Connect as its owner, or as a role with BYPASSRLS.",
            )
        back = f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield Removal(
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            (Entry(FORCE, f"forced row-level security of {table}", (table,), (back,)),),
        )


def _oid(connection: Connection, table: str) -> int:
    (oid,) = connection.execute("SELECT to_regclass(%s)::oid", (_quoted(table),)).fetchall()[0]
    if oid is None:
        raise SeedError(
            f"Database {connection.info.dbname} has no table {table}, expected every table of the dataset.",
            "Bring its schema up first: reseed schema check shows what is missing.",
        )
    return int(oid)


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string()


def _literal(text: str) -> str:
    return sql.Literal(text).as_string()
