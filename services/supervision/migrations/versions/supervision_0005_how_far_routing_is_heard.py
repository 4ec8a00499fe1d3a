"""how far routing is heard"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "supervision_0005"
down_revision = "supervision_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard",
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("until", shared.db.types.Moment(timezone=True), nullable=True),
        sa.Column("at_work_since", shared.db.types.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("service"),
    )
    with op.batch_alter_table("samples") as batch_op:
        batch_op.add_column(sa.Column("unanswered", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("samples") as batch_op:
        batch_op.drop_column("unanswered")
    op.drop_table("heard")
