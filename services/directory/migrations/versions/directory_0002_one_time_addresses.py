"""one-time sign-in addresses"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = 'directory_0002'
down_revision = 'directory_0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('links',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('login', sa.String(length=64), nullable=False),
    sa.Column('until', shared.db.types.Moment(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('login')
    )


def downgrade() -> None:
    op.drop_table('links')
