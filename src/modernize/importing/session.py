"""The importing process's connection: one session, each transaction told whose rows it sees, and a sign of life.

The session holds an advisory lock named after the import for as long as it lives. A process that is killed, on this
machine or another, loses its session and with it the lock: whoever can take the lock knows that nobody is at work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from modernize.models.security import TENANT_SETTING


class Session:
    """One connection with several transactions for one client account."""

    def __init__(self, connection: sa.Connection, client_account_id: UUID) -> None:
        self._connection = connection
        self._tenant = client_account_id

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Commits at the end, rolls back on an error."""
        with self._connection.begin():
            self._connection.execute(sa.select(sa.func.set_config(TENANT_SETTING, str(self._tenant), True)))
            yield self._connection

    def hold(self, import_id: UUID) -> None:
        """Show that somebody is at work on an import, until this session ends."""
        with self.transaction() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_lock(_key(import_id))))


@contextmanager
def opened(database_url: str, client_account_id: UUID) -> Iterator[Session]:
    """A session of its own, outside the console's pool."""
    url = sa.make_url(database_url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"connect_timeout": 10, "application_name": "modernize import"},
    )
    try:
        with engine.connect() as connection:
            yield Session(connection, client_account_id)
    finally:
        engine.dispose()


def is_held(connection: sa.Connection, import_id: UUID) -> bool:
    """Whether somebody is at work on an import; where nobody is, nobody can begin before this transaction ends."""
    return not connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_key(import_id))))


def _key(import_id: UUID) -> sa.Function[int]:
    return sa.func.hashtextextended(f"modernize import {import_id}", 0)
