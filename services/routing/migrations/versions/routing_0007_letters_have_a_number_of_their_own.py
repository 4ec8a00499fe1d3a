"""letters have a number of their own, a mark that verifies, and printed files"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "routing_0007"
down_revision = "routing_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("letters") as batch_op:
        batch_op.add_column(sa.Column("unit", sa.String(64), nullable=True))
        batch_op.add_column(sa.Column("token", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("fingerprint", sa.String(64), nullable=True))
        batch_op.add_column(sa.Column("paper", shared.db.types.SealedText, nullable=True))
        batch_op.add_column(sa.Column("files", shared.db.types.Document, nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("file_keys", shared.db.types.SealedText, nullable=True))
        batch_op.add_column(sa.Column("print_at", shared.db.types.Moment(timezone=True), nullable=True))
    op.create_index("ix_letters_print", "letters", ["print_at"])
    op.create_index("ux_letters_token", "letters", ["token"], unique=True)
    # Letters of before kept a count for each kind under one and the same print: those may stand twice.
    signed = sa.text("token IS NOT NULL")
    op.create_index(
        "ux_letters_number", "letters", ["number"], unique=True, postgresql_where=signed, sqlite_where=signed
    )
    # The numbers of before carry no sign of unit and kind, so the new series can't meet them.
    op.drop_table("letter_numbers")
    op.create_table(
        "letter_numbers",
        sa.Column("series", sa.String(64), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "year"),
    )


def downgrade() -> None:
    op.drop_table("letter_numbers")
    op.create_table(
        "letter_numbers",
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("letter", sa.String(64), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "letter", "year"),
    )
    op.drop_index("ux_letters_number", table_name="letters")
    op.drop_index("ux_letters_token", table_name="letters")
    op.drop_index("ix_letters_print", table_name="letters")
    with op.batch_alter_table("letters") as batch_op:
        for name in ("print_at", "file_keys", "files", "paper", "fingerprint", "token", "unit"):
            batch_op.drop_column(name)
