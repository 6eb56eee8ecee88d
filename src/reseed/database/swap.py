"""Putting a new database under the public name, and keeping the one that had it.

`ALTER DATABASE … RENAME` is transactional, so both renames commit together: whoever looks, and whenever we die, the
public name leads to the old database or to the new one. What a crash can leave behind is a database closed to new
sessions; calling `swap` again with the same names finishes from whatever names exist.
"""

from __future__ import annotations

from psycopg import sql

from reseed.database.connection import Connection, maintenance
from reseed.database.databases import end_sessions, present
from reseed.database.target import Target
from reseed.errors import ServerError


def swap(target: Target, *, public: str, new: str, previous: str) -> bool:
    """`public` becomes `previous`, `new` becomes `public`; sessions on both are ended.

    Idempotent: decided by which of the three names exist. A first database has no previous one.

    Returns:
        Whether anything was renamed; False when it had been done before.

    Raises:
        ServerError: the new database does not exist and the swap was not done, or `previous` is taken.
    """
    with maintenance(target) as connection:
        steps = _renames(connection, public, new, previous)
        closed = [old for old, _ in steps]
        try:
            for name in closed:
                _open_to_sessions(connection, name, False)
                end_sessions(connection, name)
            with connection.transaction():
                for old, name in steps:
                    _rename(connection, old, name)
        finally:
            # After a commit the closed ones are found under their new names, after a failure under the old.
            if not connection.closed:
                for name in (public, new, previous):
                    if present(connection, name):
                        _open_to_sessions(connection, name, True)
    return bool(steps)


def _renames(connection: Connection, public: str, new: str, previous: str) -> list[tuple[str, str]]:
    has_public, has_new, has_previous = (present(connection, name) for name in (public, new, previous))
    if has_public and has_new and has_previous:
        raise ServerError(
            f'Database "{previous}" exists already, so "{public}" cannot be kept under that name.',
            "Drop or rename it, then run the command again.",
        )
    if has_new:
        return [(public, previous), (new, public)] if has_public else [(new, public)]
    if has_public and has_previous:
        return []
    raise ServerError(
        f'Database "{new}" does not exist, so it cannot take the name "{public}".',
        "Build it again with a new run.",
    )


def _rename(connection: Connection, old: str, new: str) -> None:
    connection.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
    )


def _open_to_sessions(connection: Connection, name: str, allowed: bool) -> None:
    connection.execute(
        sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(
            sql.Identifier(name), sql.SQL("true" if allowed else "false")
        )
    )
