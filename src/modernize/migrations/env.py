"""Alembic's way to the database: a connection handed over in process, or `DATABASE_URL` on the command line."""

from __future__ import annotations

import os

import sqlalchemy as sa
from alembic import context
from alembic.util import CommandError

from modernize.models import metadata
from reseed import database
from reseed.errors import ReseedError


def migrate(connection: sa.Connection) -> None:
    """Run what the command asks for on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def print_sql() -> None:
    """`alembic upgrade head --sql`: the statements, without a server."""
    context.configure(dialect_name="postgresql", target_metadata=metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def connect() -> sa.Connection:
    """A connection to the database that `DATABASE_URL` names.

    Raises:
        CommandError: there is none; the kind of error that Alembic's command line prints without a traceback.
    """
    url = os.environ.get("DATABASE_URL")
    if not url:
        raise CommandError("DATABASE_URL is not set, expected postgresql://user:password@host:port/database.")
    try:
        return database.engine(database.Target.parse(url)).connect()
    except ReseedError as error:
        raise CommandError(str(error)) from error


handed_over = context.config.attributes.get("connection")
if context.is_offline_mode():
    print_sql()
elif handed_over is not None:
    migrate(handed_over)
else:
    with connect() as own:
        migrate(own)
