"""Whole databases: whether they exist, making, copying, renaming, measuring and dropping them."""

from __future__ import annotations

import hashlib
from itertools import chain, count

from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from reseed.database.connection import Connection, maintenance
from reseed.database.properties import created_like
from reseed.database.row_security import without_row_security
from reseed.database.target import Target
from reseed.errors import MissingPrivilege, ServerError

NAME_BYTES = 63  # PostgreSQL cuts longer identifiers off silently (NAMEDATALEN).
_FILE_COPY_SINCE = 150000
_SESSION_END_MS = 5000


def exists(target: Target, name: str) -> bool:
    """Whether the server has a database of this name."""
    with maintenance(target) as connection:
        return present(connection, name)


def present(connection: Connection, name: str) -> bool:
    """Whether a database of this name exists, asked on an open connection."""
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
    return found is not None


def oid(target: Target, name: str) -> int | None:
    """What the server knows a database by, whatever its name becomes; None when there is none of that name."""
    with maintenance(target) as connection:
        row = connection.execute("SELECT oid::bigint FROM pg_database WHERE datname = %s", (name,)).fetchone()
    return int(row[0]) if row else None


def require_oid(target: Target, name: str) -> int:
    """The same of a database that has to be there.

    Raises:
        ServerError: it is not.
    """
    known = oid(target, name)
    if known is None:
        raise ServerError(f'Database "{name}" does not exist any more.', "Begin again with a new run.")
    return known


def named(target: Target, known: int | None) -> str | None:
    """The name of the database that the server knows by an oid; None when there is none."""
    with maintenance(target) as connection:
        row = connection.execute(
            "SELECT datname FROM pg_database WHERE oid::bigint = %s", (known,)
        ).fetchone()
    return str(row[0]) if row else None


def create(target: Target, name: str, template: str | None = None, like: str = "") -> None:
    """A new database, empty, or a copy of `template`, whose sessions are ended.

    An empty one is made from `template0`, so nothing a site put into `template1` gets in.

    Args:
        like: name of a database whose locale and tablespace an empty one gets; the server's own where there is none.

    Raises:
        MissingPrivilege: the role has no CREATEDB. ServerError: the name is taken, or too long.
    """
    require_short(name)
    with maintenance(target) as connection:
        if template is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ").format(sql.Identifier(name))
                + created_like(connection, like)
            )
            return
        copy_on(connection, template, name)


def copy_on(connection: Connection, template: str, name: str) -> None:
    """A copy of the database `template`, whose sessions are ended, through an open maintenance connection."""
    end_sessions(connection, template)
    # Copying files beats replaying every page through the log, which is the default from 15 on.
    by_files = connection.info.server_version >= _FILE_COPY_SINCE
    strategy = sql.SQL(" STRATEGY file_copy") if by_files else sql.SQL("")
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        + strategy
    )


def clone(target: Target, source: str, name: str) -> Target:
    """A copy of the database `source`, whose sessions are ended; returns the target on the copy."""
    create(target, name, template=source)
    return target.on(name)


def drop(target: Target, name: str) -> None:
    """Drop a database with its sessions; nothing happens when there is none."""
    with maintenance(target) as connection:
        drop_on(connection, name)


def drop_on(connection: Connection, name: str) -> None:
    """Drop a database through an open maintenance connection.

    FORCE refuses an ordinary role while autovacuum, which counts as a superuser, is at work there. Without FORCE
    PostgreSQL sends autovacuum away by itself, once our own sessions have ended.
    """
    statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    try:
        connection.execute(statement + sql.SQL(" WITH (FORCE)"))
    except InsufficientPrivilege:
        end_sessions(connection, name)
        connection.execute(statement)


def private_name(public: str, tag: str) -> str:
    """`<public>__<tag>`, cut to 63 bytes with a hash of the whole so that two long names stay different."""
    name = f"{public}__{tag}"
    if len(name.encode()) <= NAME_BYTES:
        return name
    mark = f"_{hashlib.sha256(public.encode()).hexdigest()[:8]}__{tag}"
    room = NAME_BYTES - len(mark.encode())
    if room < 1:
        raise ValueError(f"tag {tag!r} leaves no room for the database's name")
    return public.encode()[:room].decode(errors="ignore") + mark


def free_name(target: Target, public: str, tag: str) -> str:
    """The private name for a tag, with a number behind it where that is taken."""
    names = chain([tag], (f"{tag}_{n}" for n in count(2)))
    private = (private_name(public, each) for each in names)
    return next(name for name in private if not exists(target, name))


def size(target: Target, name: str) -> int:
    """Bytes on the server's disk."""
    with maintenance(target) as connection:
        row = connection.execute("SELECT pg_database_size(%s::name)", (name,)).fetchone()
    return int(row[0]) if row else 0


def row_counts(connection: Connection) -> dict[str, int]:
    """Exact rows of every table, `schema.table` -> count, row-level security set aside (see `row_security`)."""
    with without_row_security(connection) as tables:
        counts = {}
        for table in tables:
            query = sql.SQL("SELECT count(*) FROM ONLY {}").format(table.identifier)
            row = connection.execute(query).fetchone()
            counts[f"{table.schema}.{table.name}"] = int(row[0]) if row else 0
    return counts


def end_sessions(connection: Connection, database: str | int) -> None:
    """End every session on a database, because CREATE … TEMPLATE and RENAME wait for none to be left.

    Args:
        database: its name, or its oid.

    Raises:
        MissingPrivilege: a session belongs to a role that ours may not end.
    """
    try:
        # usesysid tells sessions from autovacuum, which PostgreSQL itself sends away.
        connection.execute(
            """
            SELECT pg_terminate_backend(pid, %(wait)s)
            FROM pg_stat_activity
            WHERE (datname = %(name)s OR datid::bigint = %(oid)s) AND usesysid IS NOT NULL AND pid <> pg_backend_pid()
            """,
            {
                "wait": _SESSION_END_MS,
                "name": database if isinstance(database, str) else None,
                "oid": database if isinstance(database, int) else None,
            },
        )
    except InsufficientPrivilege as error:
        raise MissingPrivilege(
            f'Database "{database}" is in use by a role whose sessions ours may not end.',
            "End those sessions, or let an administrator GRANT pg_signal_backend to our role.",
        ) from error


def require_short(name: str) -> None:
    """A database can have this name.

    Raises:
        ServerError: it is empty, or PostgreSQL would cut it off.
    """
    if not name or len(name.encode()) > NAME_BYTES or "\0" in name:
        raise ServerError(
            f'Database name "{name}" has {len(name.encode())} bytes, expected 1 to {NAME_BYTES}.',
            "Choose a shorter name.",
        )
