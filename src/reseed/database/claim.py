"""One run at a time on a target, on whatever machine: an advisory lock on the server, which ends with its session."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import LockNotAvailable

from reseed.database.connection import Connection, maintenance
from reseed.database.target import Target
from reseed.errors import Refused

# PostgreSQL cuts an application's name off there.
_NAME_BYTES = 63

# The key of an advisory lock is shown in two halves.
_HOLDER = """
    SELECT coalesce(nullif(a.application_name, ''), 'a session without a name'), l.pid
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (l.classid::bigint << 32) | l.objid::bigint = hashtextextended(%s, 0)
"""


@contextmanager
def claim(target: Target, purpose: str) -> Iterator[None]:
    """Be the only one who resets the target's database, for as long as the block lasts.

    Args:
        purpose: what for, told to whoever else tries: "run 20260115-120000-1a2b".

    Raises:
        Refused: somebody else is; the sentence names them.
    """
    with maintenance(_named(target, purpose)) as connection:
        name = f"reset of {target.database}"
        try:
            # The server takes a moment to see that a process was killed.
            connection.execute("SET lock_timeout = '3s'")
            connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (name,))
        except LockNotAvailable:
            raise Refused(
                f'Database "{target.database}" is being reset by {_holder(connection, name)}, '
                "and two resets at once would undo each other.",
                "Wait until that one has ended, or end it, and try again.",
            ) from None
        yield


def lock(connection: Connection, name: str) -> bool:
    """Whether the lock of a name could be had; it is ours until this session ends."""
    row = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (name,)).fetchone()
    return bool(row and row[0])


def _named(target: Target, purpose: str) -> Target:
    """The target, whose sessions say who is at work."""
    who = f"{purpose}, process {os.getpid()} on {platform.node()}"
    return target.with_option("application_name", who.encode()[:_NAME_BYTES].decode(errors="ignore"))


def _holder(connection: Connection, name: str) -> str:
    row = connection.execute(_HOLDER, (name,)).fetchone()
    # It may have let go between the two questions.
    return f"{row[0]} (session {row[1]} of the server)" if row else "somebody who has just let go of it"
