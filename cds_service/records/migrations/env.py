"""Alembic runs this inside the connection that `open_database` gives it."""

from alembic import context

from cds_service.records.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
