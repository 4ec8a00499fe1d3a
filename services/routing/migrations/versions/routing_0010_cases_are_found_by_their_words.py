"""cases are found by their words"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "routing_0010"
down_revision = "routing_0009"
branch_labels = None
depends_on = None

KEPT = 'INSERT OR IGNORE INTO search_words (word, "case") SELECT value, new."case" FROM json_each(new.words);'
GONE = 'DELETE FROM search_words WHERE "case" = old."case";'
TRIGGERS = {
    "search_added": f"AFTER INSERT ON search BEGIN {KEPT} END",
    "search_changed": f"AFTER UPDATE OF words ON search BEGIN {GONE} {KEPT} END",
    "search_removed": f"AFTER DELETE ON search BEGIN {GONE} END",
}


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "search",
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("received_at", shared.db.types.Moment(timezone=True), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("words", sa.ARRAY(sa.Integer()) if on_postgres else sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case"),
    )
    op.create_index("ix_search_newest", "search", ["received_at", "case"])
    op.create_table(
        "search_words",
        sa.Column("word", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("word", "case"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_words_case", "search_words", ["case"])
    never = sa.text("words IS NULL")
    op.create_index("ix_search_words", "search", ["words"], postgresql_using="gin", sqlite_where=never)
    if not on_postgres:
        for name, does in TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {does}")


def downgrade() -> None:
    op.drop_table("search_words")
    op.drop_table("search")
