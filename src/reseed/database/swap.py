"""Putting a new database under the public name, and keeping the one that had it.

`ALTER DATABASE … RENAME` is transactional, so both renames commit together: whoever looks, and whenever we or the
server die, the public name leads to the old database or to the new one, whole and open. Renaming locks a database
against new sessions until the transaction ends, and waits for those it has to end; meanwhile we end them. So nothing
is closed beforehand that a crash could leave closed.

Who is who is decided by oid, which stays when names change: doing a swap again finishes it or finds it done.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from reseed.database.claim import Claim
from reseed.database.connection import Connection, maintenance, refused
from reseed.database.databases import end_sessions, present
from reseed.database.properties import carry_over
from reseed.database.target import Target
from reseed.errors import Refused, ServerError

_AGAIN_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Exchange:
    """Which database is to have a public name, and what becomes of the one that has it.

    Attributes:
        public: the name. new: oid of the database that is to have it. old: oid of the one that has it; None where the
            name is free. previous: the name that the old one is kept under.
    """

    public: str
    new: int
    old: int | None
    previous: str


@dataclass(frozen=True, slots=True)
class Swapped:
    """What a swap did. `renamed`: False where it had been done before.

    Attributes:
        left: statements that would give the new database what the old one had as a whole, and our role may not run.
    """

    renamed: bool
    left: tuple[str, ...] = ()


def swap(claim: Claim, exchange: Exchange, *, carry: bool = True) -> Swapped:
    """The new database takes the public name; sessions on both are ended. Idempotent.

    Args:
        carry: it also gets the old one's owner, grants, settings and comment.

    Raises:
        Refused: the public name leads to a database that is neither of the two. ServerError: the new database is gone,
            or `previous` is taken. MissingPrivilege: a session belongs to a role that ours may not end.
    """
    try:
        return _swap(claim, exchange, carry)
    except psycopg.Error as error:
        raise refused(claim.target, error) from error


def _swap(claim: Claim, exchange: Exchange, carry: bool) -> Swapped:
    connection = claim.session()
    steps = _renames(connection, exchange)
    if not steps:
        return Swapped(renamed=False)
    with _sent_away(claim.target, [name for name, _ in steps]), connection.transaction():
        left = carry_over(connection, exchange.public, steps[-1][0]) if carry and len(steps) > 1 else ()
        _rename(connection, steps)
    return Swapped(renamed=True, left=left)


def rename(claim: Claim, oid: int, name: str) -> None:
    """Give a database, known by its oid, another name; its sessions are ended. Idempotent.

    Raises:
        ServerError: it does not exist, or the name is taken.
    """
    connection = claim.session()
    row = connection.execute("SELECT datname FROM pg_database WHERE oid::bigint = %s", (oid,)).fetchone()
    if row is None:
        raise ServerError(f'The database that is to be called "{name}" does not exist any more.')
    if row[0] == name:
        return
    try:
        with _sent_away(claim.target, [row[0]]), connection.transaction():
            _rename(connection, [(row[0], name)])
    except psycopg.Error as error:
        raise refused(claim.target, error) from error


def _rename(connection: Connection, steps: list[tuple[str, str]]) -> None:
    for old, name in steps:
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(name))
        )


def _renames(connection: Connection, exchange: Exchange) -> list[tuple[str, str]]:
    """The renames that are left to do, the new database's last."""
    names = {
        int(oid): str(name)
        for oid, name in connection.execute(
            "SELECT oid::bigint, datname FROM pg_database WHERE oid::bigint = ANY(%s) OR datname = %s",
            ([exchange.new, exchange.old], exchange.public),
        )
    }
    stands = next((oid for oid, name in names.items() if name == exchange.public), None)
    if stands == exchange.new:
        return []
    if exchange.new not in names:
        raise ServerError(
            f'The database that is to take the name "{exchange.public}" does not exist any more.',
            "Build it again with a new run.",
        )
    if stands is None:
        return [(names[exchange.new], exchange.public)]
    if stands != exchange.old:
        raise Refused(
            f'Database "{exchange.public}" is not the one it was when this began: it has been replaced since.',
            "Nothing was renamed. See what stands there now, and begin again.",
        )
    if present(connection, exchange.previous):
        raise ServerError(
            f'Database "{exchange.previous}" exists already, so "{exchange.public}" cannot be kept under that name.',
            "Drop or rename it, then run the command again.",
        )
    return [(exchange.public, exchange.previous), (names[exchange.new], exchange.public)]


@contextmanager
def _sent_away(target: Target, names: list[str]) -> Iterator[None]:
    """Inside the block, which renames, sessions on the first of the databases are ended as often as they come."""
    with maintenance(target) as connection, ThreadPoolExecutor(1, "end-sessions") as beside:
        for name in names:
            end_sessions(connection, name)
        row = connection.execute(
            "SELECT oid::bigint FROM pg_database WHERE datname = %s", names[:1]
        ).fetchone()
        renamed = threading.Event()
        # By oid: under the public name there are soon sessions of another database.
        ending = beside.submit(_end_again, connection, row[0] if row else 0, renamed)
        try:
            yield
        finally:
            renamed.set()
            ending.result()


def _end_again(connection: Connection, oid: int, renamed: threading.Event) -> None:
    while not renamed.wait(_AGAIN_SECONDS):
        end_sessions(connection, oid)
