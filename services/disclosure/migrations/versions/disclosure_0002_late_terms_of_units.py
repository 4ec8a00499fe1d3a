"""late terms of units"""

import sqlalchemy as sa
from alembic import op

revision = "disclosure_0002"
down_revision = "disclosure_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "late",
        sa.Column("instance", sa.String(length=32), nullable=False),
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("instance"),
    )
    op.create_index("ix_late_case", "late", ["case"])


def downgrade() -> None:
    op.drop_table("late")
