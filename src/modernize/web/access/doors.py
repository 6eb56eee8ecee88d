"""The two ways into the database: for a client account, or for one e-mail address that is signing in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import sqlalchemy as sa

from modernize.models.security import APP_ROLE, SIGN_IN_SETTING, TENANT_SETTING
from modernize.web.errors import Unavailable

_ROLE = sa.text(
    """
    SELECT current_user AS name, rolsuper, rolbypassrls,
           (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND c.relowner = r.oid AND n.nspname NOT LIKE 'pg\\_%') AS owned,
           has_table_privilege('user_sessions', 'SELECT, INSERT, UPDATE') AS granted
    FROM pg_roles r WHERE rolname = current_user
    """
)


class UnfitRole(Exception):
    """The database role is not one that row-level security holds for, or may not do the console's work."""


class Doors:
    """Connections to the console's database, each transaction told whose rows it may see.

    Args:
        url: `postgresql://…`, as psql takes it. connections: how many may be open at once.
    """

    def __init__(self, url: str, connections: int = 16) -> None:
        given = sa.make_url(url)
        self._engine = sa.create_engine(
            given.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            pool_size=connections // 2,
            max_overflow=connections - connections // 2,
            pool_timeout=10,
            hide_parameters=True,
            connect_args={"connect_timeout": 10, "application_name": "modernize console"},
        )

    @contextmanager
    def account(self, client_account_id: UUID) -> Iterator[sa.Connection]:
        """One transaction that sees the rows of one client account; commits at the end, rolls back on an error."""
        with self._transaction(TENANT_SETTING, str(client_account_id)) as connection:
            yield connection

    @contextmanager
    def signing_in(self, email: str) -> Iterator[sa.Connection]:
        """One transaction that sees the user of one e-mail address, and the attempts made for it."""
        with self._transaction(SIGN_IN_SETTING, email) as connection:
            yield connection

    def require_ordinary_role(self) -> None:
        """Make sure that row-level security holds for us.

        Raises:
            UnfitRole: the role is a superuser, bypasses row-level security, owns tables or lacks grants.
            Unavailable: the database does not answer.
        """
        with self._connection() as connection:
            if connection.scalar(sa.text("SELECT to_regclass('user_sessions')")) is None:
                raise UnfitRole(
                    "The database has no table user_sessions, expected the application's schema; "
                    "build it with reseed demo or reseed run."
                )
            role = connection.execute(_ROLE).one()
        found = [
            *(["is a superuser"] if role.rolsuper else []),
            *(["bypasses row-level security"] if role.rolbypassrls else []),
            *([f"owns {role.owned} tables"] if role.owned else []),
            *([] if role.granted else ["may not use the table user_sessions"]),
        ]
        if found:
            raise UnfitRole(
                f'Database role "{role.name}" {" and ".join(found)}, expected a role that tenants\' policies hold '
                f"for: connect as a member of {APP_ROLE} that owns nothing, or end DATABASE_URL with "
                f"?options=-c%20role%3D{APP_ROLE}."
            )

    def close(self) -> None:
        """End every connection."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self, setting: str, value: str) -> Iterator[sa.Connection]:
        with self._connection() as connection, connection.begin():
            # Times are read in UTC whatever the server's zone is.
            connection.execute(
                sa.select(
                    sa.func.set_config(setting, value, True), sa.func.set_config("TimeZone", "UTC", True)
                )
            )
            yield connection

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        """A connection; that the server went away is said in one sentence, whenever it happens."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except (sa.exc.OperationalError, sa.exc.TimeoutError) as error:
            raise Unavailable("The database does not answer. Try again in a moment.") from error
