"""Alembic's environment: one service's database, the kit's tables and its own, in two branches."""

from alembic import context

configuration = context.config
connection = configuration.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=configuration.attributes["metadata"],
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
