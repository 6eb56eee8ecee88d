"""Roles: what ours must be allowed, and the application's own role, which neither owns tables nor bypasses RLS."""

from __future__ import annotations

from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from reseed.database.connection import Connection, maintenance
from reseed.database.target import Target
from reseed.errors import MissingPrivilege, Refused, ServerError

#: Of the server itself; every one has them.
SYSTEM_DATABASES = ("postgres", "template0", "template1")
_SET_OPTION_SINCE = 160000
_ADVISORY_KEY = 0x7265736565640001


def require_ownership(target: Target) -> None:
    """Make sure that the target's database may be renamed by its role.

    Raises:
        Refused: it is one of the server's own. MissingPrivilege: it belongs to another role.
    """
    if target.database in SYSTEM_DATABASES:
        raise Refused(
            f'Database "{target.database}" is the server\'s own and is never reset.',
            "Name the application's database in --database-url.",
        )
    with maintenance(target) as connection:
        row = connection.execute(
            "SELECT pg_has_role(datdba, 'USAGE'), pg_get_userbyid(datdba), current_user"
            " FROM pg_database WHERE datname = %s",
            (target.database,),
        ).fetchone()
        if row and not row[0]:
            statement = sql.SQL("ALTER DATABASE {} OWNER TO {};").format(
                sql.Identifier(target.database), sql.Identifier(row[2])
            )
            raise MissingPrivilege(
                f'Database "{target.database}" belongs to {row[1]}, and {row[2]} may not rename it.',
                f"Let an administrator run: {statement.as_string(connection)}",
            )


def require_createdb(target: Target) -> None:
    """Make sure that the role may create databases.

    Raises:
        MissingPrivilege: with the statement an administrator runs.
    """
    with maintenance(target) as connection:
        row = connection.execute(
            "SELECT rolname, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        if row is None or not row[1]:
            role = sql.Identifier(row[0] if row else target.user).as_string(connection)
            raise MissingPrivilege(
                f"Role {role} on {target.host}:{target.port} may not create databases, expected CREATEDB.",
                f"An administrator runs: ALTER ROLE {role} CREATEDB;",
            )


def ensure_app_role(target: Target, role: str) -> None:
    """The application's role exists, cannot log in or bypass RLS by our doing, and we may `SET ROLE` to it.

    Works for a superuser, for a role with CREATEROLE, and for any other role once an administrator has made the
    role and granted it.

    Raises:
        MissingPrivilege: with the statements an administrator runs.
        ServerError: a role of that name exists and bypasses row-level security.
    """
    with maintenance(target) as connection, connection.transaction():
        # Two runs on one server would otherwise both create it; the lock is the server's, per database.
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_ADVISORY_KEY,))
        bypasses = _bypasses(connection, role)
        if bypasses:
            raise ServerError(
                f'Role "{role}" on {target.host}:{target.port} bypasses row-level security, expected one that cannot.',
                f"Name another app_role, or: ALTER ROLE {_quoted(connection, role)} NOSUPERUSER NOBYPASSRLS;",
            )
        missing = bypasses is None
        if not missing and _may_become(connection, role):
            return
        try:
            with connection.transaction():
                if missing:
                    connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
                if not _may_become(connection, role):
                    connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))
        except InsufficientPrivilege as error:
            raise _for_an_administrator(connection, target, role, missing) from error


def _bypasses(connection: Connection, role: str) -> bool | None:
    """Whether the role ignores row-level security; None when there is no such role."""
    row = connection.execute(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", (role,)
    ).fetchone()
    return None if row is None else bool(row[0])


def _may_become(connection: Connection, role: str) -> bool:
    # Before 16 membership alone allows SET ROLE; since then it is an option of the membership.
    kind = "SET" if connection.info.server_version >= _SET_OPTION_SINCE else "MEMBER"
    row = connection.execute("SELECT pg_has_role(%s::name, %s)", (role, kind)).fetchone()
    return bool(row and row[0])


def _for_an_administrator(
    connection: Connection, target: Target, role: str, missing: bool
) -> MissingPrivilege:
    name = _quoted(connection, role)
    us = _quoted(connection, _current_user(connection))
    create = f"CREATE ROLE {name} NOLOGIN; " if missing else ""
    found = "does not exist" if missing else "is not granted to us"
    return MissingPrivilege(
        f"Role {name} on {target.host}:{target.port} {found}, and role {us} may not change that.",
        f"An administrator runs: {create}GRANT {name} TO {us};",
    )


def _quoted(connection: Connection, name: str) -> str:
    return sql.Identifier(name).as_string(connection)


def _current_user(connection: Connection) -> str:
    row = connection.execute("SELECT current_user").fetchone()
    return str(row[0]) if row else ""
