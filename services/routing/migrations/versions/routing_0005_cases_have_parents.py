"""cases have parents"""

import sqlalchemy as sa
from alembic import op

revision = "routing_0005"
down_revision = "routing_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("parent", sa.String(length=32), nullable=True))
        batch_op.create_index("ix_cases_parent", ["parent"])


def downgrade() -> None:
    with op.batch_alter_table("cases") as batch_op:
        batch_op.drop_index("ix_cases_parent")
        batch_op.drop_column("parent")
