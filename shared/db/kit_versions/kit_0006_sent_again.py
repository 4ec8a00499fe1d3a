"""sent again"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "kit_0006"
down_revision = "kit_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unsent", sa.Column("again", shared.db.types.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("unsent", "again")
