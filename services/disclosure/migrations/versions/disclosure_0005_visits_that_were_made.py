"""visits that were made"""

import sqlalchemy as sa
from alembic import op

revision = "disclosure_0005"
down_revision = "disclosure_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visited",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=True),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("raised", sa.Integer(), nullable=False),
        sa.Column("resolved", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("case"),
    )
    op.create_index("ix_visited_since", "visited", ["since", "who"])


def downgrade() -> None:
    op.drop_table("visited")
