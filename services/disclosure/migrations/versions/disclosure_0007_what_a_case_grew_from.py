"""what a case grew from"""

import sqlalchemy as sa
from alembic import op

revision = "disclosure_0007"
down_revision = "disclosure_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("root", sa.String(length=32), nullable=True))
    op.create_index("ix_cases_root", "cases", ["root"])


def downgrade() -> None:
    op.drop_index("ix_cases_root", "cases")
    op.drop_column("cases", "root")
