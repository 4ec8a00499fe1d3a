"""registers have entries"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "routing_0012"
down_revision = "routing_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entries",
        sa.Column("register", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("entry", shared.db.types.Document, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("register", "key"),
    )


def downgrade() -> None:
    op.drop_table("entries")
