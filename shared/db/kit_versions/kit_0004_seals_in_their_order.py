"""seals in their order"""

import sqlalchemy as sa
from alembic import op

revision = "kit_0004"
down_revision = "kit_0003"
branch_labels = None
depends_on = None

SEALS = sa.text("type = 'org.lianxin.journal.sealed.v1'")


def upgrade() -> None:
    op.create_index("ix_journal_seals", "journal", ["seq"], sqlite_where=SEALS, postgresql_where=SEALS)


def downgrade() -> None:
    op.drop_index("ix_journal_seals", "journal")
