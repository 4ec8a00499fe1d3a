"""samples of queues"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = 'supervision_0002'
down_revision = 'supervision_0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('samples',
    sa.Column('service', sa.String(length=32), nullable=False),
    sa.Column('at', shared.db.types.Moment(timezone=True), nullable=False),
    sa.Column('answers', sa.Boolean(), nullable=False),
    sa.Column('ready', sa.Integer(), nullable=True),
    sa.Column('unacked', sa.Integer(), nullable=True),
    sa.Column('consumers', sa.Integer(), nullable=True),
    sa.Column('arrived', sa.BigInteger(), nullable=True),
    sa.Column('left', sa.BigInteger(), nullable=True),
    sa.Column('unsent', sa.Integer(), nullable=False),
    sa.Column('oldest_unsent', sa.Double(), nullable=False),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('failing', sa.Integer(), nullable=False),
    sa.Column('parked', sa.Integer(), nullable=False),
    sa.Column('paused', sa.String(length=16), nullable=False),
    sa.PrimaryKeyConstraint('service', 'at')
    )
    with op.batch_alter_table('samples', schema=None) as batch_op:
        batch_op.create_index('ix_samples_at', ['at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('samples', schema=None) as batch_op:
        batch_op.drop_index('ix_samples_at')

    op.drop_table('samples')
