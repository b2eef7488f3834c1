"""Alembic runs the steps on the connection that runtime.ledger.migrate hands it."""

from alembic import context

from runtime.ledger.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
