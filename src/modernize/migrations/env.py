"""Alembic's way to the database: a connection handed over in process, or `DATABASE_URL` on the command line."""

from __future__ import annotations

import os

import sqlalchemy as sa
from alembic import context

from modernize.models import metadata
from reseed import database
from reseed.errors import SettingsError


def migrate(connection: sa.Connection) -> None:
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


def engine() -> sa.Engine:
    url = os.environ.get("DATABASE_URL")
    if not url:
        raise SettingsError(
            "DATABASE_URL is not set, expected the database to migrate.",
            "Try again with DATABASE_URL=postgresql://user:password@host:port/database.",
        )
    return database.engine(database.Target.parse(url))


handed_over = context.config.attributes.get("connection")
if context.is_offline_mode():
    print_sql()
elif handed_over is not None:
    migrate(handed_over)
else:
    with engine().connect() as own:
        migrate(own)
