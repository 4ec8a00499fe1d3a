"""listed matters"""

import sqlalchemy as sa
from alembic import op

revision = "disclosure_0003"
down_revision = "disclosure_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listed",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("mechanism", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=True),
        sa.Column("township", sa.String(length=64), nullable=True),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("case"),
    )
    op.create_index("ix_listed_since", "listed", ["since", "case"])


def downgrade() -> None:
    op.drop_table("listed")
