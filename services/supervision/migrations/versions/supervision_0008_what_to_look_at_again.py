"""what to look at again, and outcomes that a case had"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "supervision_0008"
down_revision = "supervision_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("resident", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("visits", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("since", shared.db.types.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("turn", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("sent_by", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("given", sa.Integer(), nullable=True))
        batch_op.create_index("ix_cases_visits", ["visits"])
    op.create_table(
        "outcomes",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("case", "outcome"),
    )
    op.execute('INSERT INTO outcomes ("case", outcome) SELECT id, outcome FROM cases WHERE outcome IS NOT NULL')
    op.create_table(
        "detected",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("detector", sa.String(length=31), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("at", shared.db.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_detected_at", "detected", ["at", "id"])
    op.create_index("ix_detected_case", "detected", ["case"])


def downgrade() -> None:
    op.drop_table("detected")
    op.drop_table("outcomes")
    with op.batch_alter_table("cases") as batch_op:
        batch_op.drop_index("ix_cases_visits")
        for name in ("given", "sent_by", "turn", "since", "visits", "resident", "kind"):
            batch_op.drop_column(name)
