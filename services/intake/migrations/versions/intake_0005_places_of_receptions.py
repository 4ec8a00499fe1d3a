"""places of receptions"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "intake_0005"
down_revision = "intake_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column("register", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("walked_in", sa.Boolean(), nullable=False),
        sa.Column("booked_at", shared.db.types.Moment(timezone=True), nullable=False),
        sa.Column("given_up_at", shared.db.types.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("register", "key", "number"),
        sa.UniqueConstraint("hash"),
    )


def downgrade() -> None:
    op.drop_table("places")
