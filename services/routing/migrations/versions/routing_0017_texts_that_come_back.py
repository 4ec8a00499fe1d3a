"""texts that come back"""

import sqlalchemy as sa
from alembic import op

revision = "routing_0017"
down_revision = "routing_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "texts",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("case"),
    )
    op.create_index("ix_texts_digest", "texts", ["digest"])


def downgrade() -> None:
    op.drop_table("texts")
