"""parties beside the first"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "notification_0002"
down_revision = "notification_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "parties",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("invited_at", shared.db.types.Moment(timezone=True), nullable=False),
        sa.Column("contact", shared.db.types.SealedText(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("case", "role"),
    )


def downgrade() -> None:
    op.drop_table("parties")
