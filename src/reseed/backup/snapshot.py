"""One moment of a database, which several sessions and programs read alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reseed.database import Connection

# The session that holds the snapshot is idle while pg_dump works, for as long as that takes.
_NO_TIMEOUTS = "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0"
_TRANSACTION_TIMEOUT_SINCE = 17


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the database looked like at one moment, while the transaction that exported it is open.

    Attributes:
        name: other sessions read the same moment by this name. at: when, by the server's clock.
        server: the server's major version.
    """

    name: str
    at: datetime
    server: int


def freeze(connection: Connection) -> Snapshot:
    """Export the snapshot of a transaction that begins here: nothing may have been executed on the connection."""
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE")
    server = connection.info.server_version // 10000
    connection.execute(_NO_TIMEOUTS)
    if server >= _TRANSACTION_TIMEOUT_SINCE:
        connection.execute("SET LOCAL transaction_timeout = 0")
    ((name, at),) = connection.execute("SELECT pg_export_snapshot(), transaction_timestamp()")
    return Snapshot(name, at, server)
