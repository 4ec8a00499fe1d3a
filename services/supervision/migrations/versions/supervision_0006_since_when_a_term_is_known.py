"""since when a term is known"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "supervision_0006"
down_revision = "supervision_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("terms") as batch_op:
        batch_op.add_column(sa.Column("known_at", shared.db.types.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("terms") as batch_op:
        batch_op.drop_column("known_at")
