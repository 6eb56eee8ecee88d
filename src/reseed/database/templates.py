"""Proven databases kept on the server, closed to sessions, for others to be copied from.

A template is made under a scratch name and renamed last, in the transaction that closes it and writes down what it
is: killed at any instant, there is the whole template under its name, or a scratch database that the next sweep drops.
It is not marked IS_TEMPLATE, which would let every role with CREATEDB copy its rows; its owner may copy it anyway.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from psycopg import sql

from reseed.database.claim import lock, unlock
from reseed.database.connection import Connection, maintenance
from reseed.database.databases import copy_on, drop_on, end_sessions, present, private_name
from reseed.database.properties import carry_over
from reseed.database.scratch import scratch, scratch_tag
from reseed.database.target import Target
from reseed.records import JSON

PREFIX = "reseed_template_"
NAME_DIGITS = 16

_ALL = """
    SELECT datname, NOT datallowconn, shobj_description(oid, 'pg_database'), oid::bigint,
           pg_stat_get_db_sessions(oid) > 0
    FROM pg_database
    WHERE datname ~ %s AND pg_has_role(datdba, 'USAGE')
    ORDER BY datname
"""
_COMMENT = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"


@dataclass(frozen=True, slots=True)
class Template:
    """A template of ours.

    Attributes:
        said: what its comment says of it; empty where that is not ours any more.
        closed: nobody can connect to it, as when it was kept. oid: changes when another takes its place.
        entered: somebody has been connected to it, by the server's statistics; nobody is, to make it.
    """

    name: str
    closed: bool
    said: Mapping[str, JSON]
    oid: int
    entered: bool


def template_name(key: str) -> str:
    """The name of the template for a key of hex digits."""
    return f"{PREFIX}{key[:NAME_DIGITS]}"


def templates(target: Target) -> tuple[Template, ...]:
    """Every template of ours on the server, in order of name."""
    pattern = f"^{PREFIX}[0-9a-f]{{{NAME_DIGITS}}}$"
    with maintenance(target) as connection:
        rows = connection.execute(_ALL, (pattern,)).fetchall()
    return tuple(
        Template(name, closed, said_in(comment), int(oid), entered)
        for name, closed, comment, oid, entered in rows
    )


def keep_template(target: Target, source: str, name: str, said: Mapping[str, JSON]) -> None:
    """Keep a copy of database `source`, whose sessions are ended, as template `name`, in the place of an earlier one.

    Raises:
        StorageError: the server's disk is full. ServerError and its kin: it cannot be made.
    """
    with (
        scratch(target, target.database, template=source) as made,
        maintenance(target) as connection,
        connection.transaction(),
    ):
        carry_over(connection, source, made.database, comment=False)
        _describe(connection, made.database, said)
        connection.execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(made.database))
        )
        _take_name(connection, made.database, name)


def describe(target: Target, name: str, said: Mapping[str, JSON]) -> None:
    """Write down anew what a template, or a copy, is."""
    with maintenance(target) as connection:
        _describe(connection, name, said)


def exchange_names(target: Target, name: str, made: str) -> None:
    """The database `made` takes the name, owner, grants, settings and comment of another, which takes its name."""
    with maintenance(target) as connection:
        end_sessions(connection, name)
        end_sessions(connection, made)
        with connection.transaction():
            carry_over(connection, name, made)
            _take_name(connection, made, name)


def give_name(target: Target, made: str, name: str, said: Mapping[str, JSON], like: str) -> None:
    """The database `made` takes a name, with a comment; one that has the name takes its name.

    Args:
        like: database whose grants and settings it gets, where there is one.
    """
    with maintenance(target) as connection:
        end_sessions(connection, made)
        if present(connection, name):
            end_sessions(connection, name)
        with connection.transaction():
            carry_over(connection, like, made, comment=False)
            _describe(connection, made, said)
            _take_name(connection, made, name)


@contextmanager
def copied(target: Target, template: str) -> Iterator[Target]:
    """A scratch database that is a copy of a template, with its grants and settings; dropped at the end."""
    with scratch(target, target.database, template=template) as made:
        with maintenance(target) as connection, connection.transaction():
            carry_over(connection, template, made.database, comment=False)
        yield made


class Copier:
    """Makes copies of one template, each for a moment, through one session; for many in a row. See `copier`."""

    def __init__(self, target: Target, template: str, connection: Connection) -> None:
        self._target = target
        self._template = template
        self._connection = connection

    @contextmanager
    def copy(self) -> Iterator[Target]:
        """A copy under a scratch name, dropped at the end; swept by others when this process dies before."""
        name = private_name(self._target.database, scratch_tag())
        lock(self._connection, name)
        try:
            copy_on(self._connection, self._template, name)
            with self._connection.transaction():
                carry_over(self._connection, self._template, name, comment=False)
            yield self._target.on(name)
        finally:
            drop_on(self._connection, name)
            # Locks of a session are few; a test session makes thousands of copies.
            unlock(self._connection, name)


@contextmanager
def copier(target: Target, template: str) -> Iterator[Copier]:
    """Copies of a template, which stays meanwhile: `drop_templates` leaves it alone."""
    with maintenance(target) as connection:
        connection.execute("SELECT pg_advisory_lock_shared(hashtextextended(%s, 0))", (template,))
        yield Copier(target, template, connection)


@contextmanager
def one_at_a_time(target: Target, what: str) -> Iterator[None]:
    """Inside the block nobody else is inside such a block about the same; waits for whoever is."""
    with maintenance(target) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (what,))
        yield


def drop_template(target: Target, name: str) -> bool:
    """Drop a template; False where somebody is making copies of it, who needs it."""
    with maintenance(target) as connection:
        if not lock(connection, name):
            return False
        drop_on(connection, name)
    return True


def comment_of(target: Target, name: str) -> Mapping[str, JSON]:
    """What a database's comment says of it in our form; empty where it says nothing of the kind."""
    with maintenance(target) as connection:
        row = connection.execute(_COMMENT, (name,)).fetchone()
    return said_in(row[0] if row else None)


def said_in(comment: str | None) -> Mapping[str, JSON]:
    """What a comment of ours says; empty where it is none."""
    with suppress(ValueError):
        found = json.loads(comment or "")
        if isinstance(found, dict):
            return found
    return {}


def _describe(connection: Connection, name: str, said: Mapping[str, JSON]) -> None:
    text = json.dumps(said, ensure_ascii=False)
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(text))
    )


def _take_name(connection: Connection, made: str, name: str) -> None:
    """In a transaction: `made` is called `name`, and what was called so is called `made`."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"name {name}",))
    if not present(connection, name):
        _rename(connection, made, name)
        return
    between = private_name(made, scratch_tag())
    for old, new in ((name, between), (made, name), (between, made)):
        _rename(connection, old, new)


def _rename(connection: Connection, old: str, new: str) -> None:
    connection.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
    )
