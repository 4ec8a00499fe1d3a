"""routing knows when it stood still"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "routing_0003"
down_revision = "routing_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "beat",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", shared.db.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "outages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", shared.db.types.Moment(timezone=True), nullable=False),
        sa.Column("until", shared.db.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("deadlines") as batch_op:
        batch_op.add_column(sa.Column("stopped_since", shared.db.types.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("stopped_until", shared.db.types.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("deadlines") as batch_op:
        batch_op.drop_column("stopped_until")
        batch_op.drop_column("stopped_since")
    op.drop_table("outages")
    op.drop_table("beat")
