"""routes are adopted"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "routing_0009"
down_revision = "routing_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "adopted_routes",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("routes", shared.db.types.Document, nullable=False),
        sa.Column("at", shared.db.types.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )


def downgrade() -> None:
    op.drop_table("adopted_routes")
