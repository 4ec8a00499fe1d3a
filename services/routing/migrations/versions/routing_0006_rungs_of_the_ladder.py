"""rungs of the ladder"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "routing_0006"
down_revision = "routing_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deadlines") as batch_op:
        batch_op.add_column(sa.Column("rungs", shared.db.types.Document, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("deadlines") as batch_op:
        batch_op.drop_column("rungs")
