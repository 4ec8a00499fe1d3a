"""who was joined is told"""

import sqlalchemy as sa
from alembic import op

revision = "routing_0008"
down_revision = "routing_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joined",
        sa.Column("later", sa.String(length=32), nullable=False),
        sa.Column("earlier", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("later"),
    )
    op.create_index("ix_joined_earlier", "joined", ["earlier"])


def downgrade() -> None:
    op.drop_index("ix_joined_earlier", table_name="joined")
    op.drop_table("joined")
