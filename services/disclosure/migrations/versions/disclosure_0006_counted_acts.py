"""counted acts"""

import sqlalchemy as sa
from alembic import op

revision = "disclosure_0006"
down_revision = "disclosure_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counted",
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "month"),
    )


def downgrade() -> None:
    op.drop_table("counted")
