"""other parties are invited"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "intake_0003"
down_revision = "intake_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("invited_at", shared.db.types.Moment(timezone=True), nullable=False),
        sa.Column("until", shared.db.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case", "role"),
        sa.UniqueConstraint("hash"),
    )
    with op.batch_alter_table("uploads") as batch_op:
        batch_op.add_column(sa.Column("own", sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("uploads") as batch_op:
        batch_op.drop_column("own")
    op.drop_table("invitations")
