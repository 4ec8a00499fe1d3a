"""words are found with their time"""

from alembic import op
from sqlalchemy import text

revision = "routing_0016"
down_revision = "routing_0015"
branch_labels = None
depends_on = None

SPAN = 30 * 86_400
WITH_SPAN = f"(words || floor(EXTRACT(epoch FROM (received_at AT TIME ZONE 'UTC')) / {SPAN})::integer)"


def upgrade() -> None:
    _made_anew(WITH_SPAN)


def downgrade() -> None:
    _made_anew("words")


def _made_anew(what: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_search_words", "search")
        op.create_index("ix_search_words", "search", [text(what)], postgresql_using="gin")
