"""Opening connections, and turning what the server answers into errors a user can act on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, TypeAlias

import psycopg
import sqlalchemy as sa
from psycopg import errors as sqlstate
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row
from sqlalchemy.pool import NullPool

from reseed.database.target import Target
from reseed.errors import (
    LoginRefused,
    MissingPrivilege,
    ReseedError,
    ServerError,
    ServerUnreachable,
    StorageError,
)

# What `execute` takes: a literal, bytes read from a .sql file, or something composed.
Query: TypeAlias = "LiteralString | bytes | sql.SQL | sql.Composed"
Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]

CONNECT_SECONDS = 10

_ADMITS = """
    SELECT datallowconn AND has_database_privilege(oid, 'CONNECT') FROM pg_database WHERE datname = %s
"""

# Statements about whole databases need a session elsewhere; managed servers all have one of these.
_MAINTENANCE = ("postgres", "template1")


@contextmanager
def connect(target: Target, *, autocommit: bool = False) -> Iterator[Connection]:
    """A connection with tuple rows: commits at the end, rolls back on an error, and is closed.

    Raises:
        ServerUnreachable, LoginRefused: no connection, or it was lost.
        MissingPrivilege, StorageError, ServerError: a statement in the block was refused and nobody caught it.
            Inside the block statements raise psycopg's own errors, by SQLSTATE.
    """
    try:
        with open_connection(target, autocommit=autocommit) as connection:
            yield connection
    except psycopg.Error as error:
        raise refused(target, error) from error


@contextmanager
def maintenance(target: Target) -> Iterator[Connection]:
    """An autocommit connection beside the database of `target`, for statements about whole databases."""
    try:
        with _beside(target) as connection:
            yield connection
    except psycopg.Error as error:
        raise refused(target, error) from error


@contextmanager
def apart(connection: Connection, target: Target) -> Iterator[None]:
    """Whatever is done in the block is taken back, and whatever fails there leaves the connection's transaction whole.

    Raises:
        MissingPrivilege, StorageError, ServerError, ServerUnreachable: a statement in the block was refused.
    """
    try:
        with connection.transaction(force_rollback=True):
            yield
    except psycopg.Error as error:
        raise refused(target, error) from error


def engine(target: Target) -> sa.Engine:
    """A SQLAlchemy engine without a pool; neither its repr nor its URL holds the password."""
    url = sa.URL.create(
        "postgresql+psycopg", target.user or None, None, target.host or None, target.port, target.database
    )
    return sa.create_engine(url, poolclass=NullPool, creator=lambda: open_connection(target))


def dict_rows(
    connection: Connection, query: Query, params: Sequence[Any] | Mapping[str, Any] = ()
) -> list[dict[str, Any]]:
    """All rows of a query as dictionaries."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, params).fetchall()


def server_version(connection: Connection) -> str:
    """The server's version as it says it: `18.6`, `15.14 (Debian 15.14-0+deb12u1)`."""
    return connection.info.parameter_status("server_version") or ""


def open_connection(target: Target, *, autocommit: bool = False) -> Connection:
    """A connection the caller closes; `connect` is the usual way.

    Raises:
        ServerUnreachable, LoginRefused, ServerError: with the next step.
    """
    try:
        return _open(target, autocommit)
    except psycopg.Error as error:
        raise _no_connection(target, error) from error


def _open(target: Target, autocommit: bool = False) -> Connection:
    defaults = {
        "connect_timeout": str(CONNECT_SECONDS),
        "application_name": "reseed",
        "client_encoding": "utf8",
    }
    return psycopg.connect(autocommit=autocommit, **{**defaults, **target.parameters})  # type: ignore[arg-type]


def _beside(target: Target) -> Connection:
    for name in _MAINTENANCE:
        try:
            return _open(target.on(name), autocommit=True)
        except psycopg.Error as error:
            problem = _no_connection(target.on(name), error)
            if not isinstance(problem, LoginRefused):
                break
    raise problem


def _no_connection(target: Target, error: psycopg.Error) -> ReseedError:
    """Why there is no connection: libpq gives no SQLSTATE here, so the server is asked again."""
    said = (str(error).strip().splitlines() or [type(error).__name__])[0].removeprefix("connection failed: ")
    where = f"{target.host or 'the local socket'}:{target.port}"
    conninfo = make_conninfo("", **{"connect_timeout": str(CONNECT_SECONDS), **target.parameters})
    answer = pq.PGconn.ping(conninfo.encode())
    if answer == pq.Ping.REJECT:
        return ServerUnreachable(
            f"The PostgreSQL server at {where} is starting up or shutting down.", "Try again in a moment."
        )
    if answer != pq.Ping.OK:
        return ServerUnreachable(
            f"No PostgreSQL server answers at {where}: {said}.".replace("..", "."),
            "Start it, or correct host and port in --database-url.",
        )
    if target.database not in _MAINTENANCE and (problem := _database_problem(target, said)):
        return problem
    return LoginRefused(
        f"The PostgreSQL server at {where} refuses role {target.user or '(default)'}: {said}.".replace(
            "..", "."
        ),
        "Correct role and password in --database-url, or let the server's pg_hba.conf admit them.",
    )


def _database_problem(target: Target, said: str) -> ServerError | None:
    """The role may log in, only not to this database: say why that is."""
    for name in _MAINTENANCE:
        try:
            with _open(target.on(name), autocommit=True) as connection:
                row = connection.execute(_ADMITS, (target.database,)).fetchone()
        except psycopg.OperationalError:
            continue
        where = f"{target.host or 'the local socket'}:{target.port}"
        if row is None:
            return ServerError(
                f'Database "{target.database}" does not exist on {where}.', "Create it, or name another one."
            )
        if not row[0]:
            return ServerError(
                f'Database "{target.database}" on {where} accepts no connections from {target.user or "this role"}.',
                "Grant CONNECT, or let it accept connections.",
            )
        return ServerError(
            f'Database "{target.database}" on {where} ended the session as it began: {said}.',
            "Try again in a moment; it may just have been renamed, or have as many sessions as it takes.",
        )
    return None


def refused(target: Target, error: psycopg.Error) -> ReseedError:
    """The error of ours for a statement that failed, chosen by its SQLSTATE class."""
    said = (error.diag.message_primary or str(error).strip() or type(error).__name__).rstrip(".")
    where = target.masked
    match error:
        case sqlstate.InsufficientPrivilege():
            return MissingPrivilege(
                f"{where}: {said}.", "Let an administrator grant it, or use another role."
            )
        case sqlstate.DiskFull():
            return StorageError(
                f"{where}: the server's disk is full: {said}.", "Free space there and try again."
            )
        case sqlstate.LockNotAvailable():
            return ServerError(f"{where}: {said}.", "End the session that holds the lock and try again.")
        case sqlstate.ObjectInUse():
            return ServerError(f"{where}: {said}.", "End the sessions that use it and try again.")
        case sqlstate.TooManyConnections():
            return ServerError(f"{where}: {said}.", "Close other sessions, or raise max_connections.")
        case sqlstate.AdminShutdown() | sqlstate.CrashShutdown() | sqlstate.CannotConnectNow():
            return ServerUnreachable(
                f"{where}: the server ended the session: {said}.", "Try again when it is up."
            )
        case psycopg.OperationalError() if error.sqlstate is None:
            return ServerUnreachable(f"{where}: the connection was lost: {said}.", "Try again when it is up.")
        case _:
            return ServerError(f"{where}: {said}.")
