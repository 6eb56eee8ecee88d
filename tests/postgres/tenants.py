"""Two tenants' rows in a database of the application, and its role's view of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from reseed import database
from reseed.database import Connection, Target

APP_ROLE = "modernize_app"


def key(words: str) -> UUID:
    """The id of a row of `two_tenants.sql`: `key("account a")`."""
    return UUID(hashlib.md5(words.encode(), usedforsecurity=False).hexdigest())


def fill(target: Target) -> None:
    with database.connect(target) as connection, database.change_every_row(connection):
        connection.execute((Path(__file__).parent / "two_tenants.sql").read_bytes())


@contextmanager
def as_application(
    target: Target, tenant: str | None = None, sign_in: str | None = None
) -> Iterator[Connection]:
    """A transaction as the application's role; `tenant` is "a" or "b"."""
    with database.connect(target) as connection:
        connection.execute(database.sql.SQL("SET ROLE {}").format(database.sql.Identifier(APP_ROLE)))
        if tenant is not None:
            value = str(key(f"account {tenant}"))
            connection.execute("SELECT set_config('app.client_account_id', %s, true)", (value,))
        if sign_in is not None:
            connection.execute("SELECT set_config('app.sign_in_email', %s, true)", (sign_in,))
        yield connection
