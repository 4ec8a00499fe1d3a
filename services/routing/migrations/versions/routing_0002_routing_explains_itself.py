"""routing explains itself"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "routing_0002"
down_revision = "routing_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("co_handlers", shared.db.types.Document, nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("explanation", shared.db.types.Document, nullable=False, server_default="[]"))
        batch_op.alter_column("rule", type_=sa.String(512), existing_type=sa.String(128), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("cases") as batch_op:
        batch_op.alter_column("rule", type_=sa.String(128), existing_type=sa.String(512), existing_nullable=False)
        batch_op.drop_column("explanation")
        batch_op.drop_column("urgent")
        batch_op.drop_column("co_handlers")
