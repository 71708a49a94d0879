"""Run by alembic, on the connection that `Store.migrate` hands over."""

from alembic import context

from subsidy_rules.ledger.tables import METADATA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, version_table=VERSION_TABLE
)
with context.begin_transaction():
    context.run_migrations()
