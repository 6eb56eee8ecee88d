"""One run at a time on a target, on whatever machine: an advisory lock on the server, which ends with its session."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
from psycopg.errors import LockNotAvailable

from reseed.database.connection import Connection, maintenance
from reseed.database.target import Target
from reseed.errors import Refused

# PostgreSQL cuts an application's name off there.
_NAME_BYTES = 63

# The server takes a moment to see that a process was killed.
_PATIENCE_SECONDS = 3

# The key of an advisory lock is shown in two halves.
_HOLDER = """
    SELECT coalesce(nullif(a.application_name, ''), 'a session without a name'), l.pid
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (l.classid::bigint << 32) | l.objid::bigint = hashtextextended(%s, 0)
"""


class Claim:
    """The right to reset a target's database, held by a session beside it; see `claim`."""

    def __init__(self, target: Target, purpose: str) -> None:
        self.target = target
        self._purpose = purpose
        self._open = ExitStack()
        self._connection: Connection | None = None

    def session(self) -> Connection:
        """The session that holds the claim, in autocommit; what it does is done by whoever holds the claim.

        A server that was restarted has ended the session, and with it the claim: it is taken again.

        Raises:
            Refused: somebody else has it. ServerUnreachable: nobody answers.
        """
        if self._connection is None or not _answers(self._connection):
            self.release()
            self._connection = self._open.enter_context(maintenance(_named(self.target, self._purpose)))
            _take(self._connection, self.target.database)
        return self._connection

    def release(self) -> None:
        """Let others have it."""
        self._connection = None
        self._open.close()


@contextmanager
def claim(target: Target, purpose: str) -> Iterator[Claim]:
    """Be the only one who resets the target's database, for as long as the block lasts.

    Args:
        purpose: what for, told to whoever else tries: "run 20260115-120000-1a2b".

    Raises:
        Refused: somebody else is; the sentence names them.
    """
    held = Claim(target, purpose)
    try:
        held.session()
        yield held
    finally:
        held.release()


def lock(connection: Connection, name: str) -> bool:
    """Whether the lock of a name could be had; it is ours until this session ends."""
    row = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (name,)).fetchone()
    return bool(row and row[0])


def unlock(connection: Connection, name: str) -> None:
    """Let others have the lock of a name that this session holds."""
    connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (name,))


def _take(connection: Connection, database: str) -> None:
    name = f"reset of {database}"
    try:
        connection.execute(f"SET lock_timeout = '{_PATIENCE_SECONDS}s'")
        connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (name,))
    except LockNotAvailable:
        raise Refused(
            f'Database "{database}" is being reset by {_holder(connection, name)}, '
            "and two resets at once would undo each other.",
            "Wait until that one has ended, or end it, and try again.",
        ) from None


def _answers(connection: Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _named(target: Target, purpose: str) -> Target:
    """The target, whose sessions say who is at work."""
    who = f"{purpose}, process {os.getpid()} on {platform.node()}"
    return target.with_option("application_name", who.encode()[:_NAME_BYTES].decode(errors="ignore"))


def _holder(connection: Connection, name: str) -> str:
    row = connection.execute(_HOLDER, (name,)).fetchone()
    # It may have let go between the two questions.
    return f"{row[0]} (session {row[1]} of the server)" if row else "somebody who has just let go of it"
