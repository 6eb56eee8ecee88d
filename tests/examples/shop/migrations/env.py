"""An env.py as `alembic init` writes it: it opens its own connection."""

import sqlalchemy as sa
from alembic import context
from shop_application import metadata

engine = sa.create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=sa.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
