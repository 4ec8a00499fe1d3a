"""notices of days off"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "kit_0005"
down_revision = "kit_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("calendar", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("days", shared.db.types.Document, nullable=False),
        sa.PrimaryKeyConstraint("calendar", "year", "version"),
    )


def downgrade() -> None:
    op.drop_table("notice")
