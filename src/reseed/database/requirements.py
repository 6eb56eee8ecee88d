"""What a database needs of the server it stands on, and what of that another server lacks: roles and extensions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from reseed.database.connection import Connection

_NAMED_ROLES = Path(__file__).with_name("named_roles.sql").read_bytes()
_LEFT_OUT = Path(__file__).with_name("left_out.sql").read_bytes()

# Those that every server has from its beginning are not worth a word.
_EXTENSIONS = "SELECT extname, extversion FROM pg_extension WHERE oid >= 16384 ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Lack:
    """Something a server does not have. `what`: a sentence. `remedy`: the statement or deed that makes it."""

    what: str
    remedy: str


def named_roles(connection: Connection) -> tuple[str, ...]:
    """Roles that grants, policies, default privileges and user mappings of the database name."""
    return tuple(name for (name,) in connection.execute(_NAMED_ROLES))


def extensions(connection: Connection) -> dict[str, str]:
    """Extensions of the database -> version of each."""
    return dict(connection.execute(_EXTENSIONS).fetchall())


def left_out(connection: Connection) -> tuple[str, ...]:
    """What no dump that an ordinary role restores brings back: subscriptions, tablespaces, owners, settings."""
    return tuple(what for (what,) in connection.execute(_LEFT_OUT))


def lacks(connection: Connection, roles: Iterable[str], needed: Mapping[str, str]) -> tuple[Lack, ...]:
    """Which of these roles and extensions the connection's server does not have."""
    present = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    offered = {name for (name,) in connection.execute("SELECT name FROM pg_available_extensions")}
    return (
        *(
            Lack(
                f'role "{name}" does not exist',
                sql.SQL("CREATE ROLE {} NOLOGIN;").format(sql.Identifier(name)).as_string(connection),
            )
            for name in roles
            if name not in present
        ),
        *(
            Lack(
                f'extension "{name}" is not installed', f'install extension "{name}" {version} on that server'
            )
            for name, version in needed.items()
            if name not in offered
        ),
    )
