"""whose a term is"""

import sqlalchemy as sa
from alembic import op

revision = "supervision_0007"
down_revision = "supervision_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("terms") as batch_op:
        batch_op.add_column(sa.Column("owes", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("terms") as batch_op:
        batch_op.drop_column("owes")
