"""An env.py that takes the connection and the metadata it is handed."""

from alembic import context

given = context.config.attributes
context.configure(connection=given["connection"], target_metadata=given["metadata"])
with context.begin_transaction():
    context.run_migrations()
