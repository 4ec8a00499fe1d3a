"""conditions of services"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "supervision_0003"
down_revision = "supervision_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conditions",
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", shared.db.types.Moment(timezone=True), nullable=False),
        sa.Column("light", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("values", shared.db.types.Document, nullable=False),
        sa.PrimaryKeyConstraint("service", "number"),
    )


def downgrade() -> None:
    op.drop_table("conditions")
