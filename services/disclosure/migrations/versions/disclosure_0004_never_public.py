"""cases that are never public"""

import sqlalchemy as sa
from alembic import op

revision = "disclosure_0004"
down_revision = "disclosure_0003"
branch_labels = None
depends_on = None

CASES = sa.table("cases", *(sa.column(name) for name in ("id", "kind", "withheld", "never_public")))


def upgrade() -> None:
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("never_public", sa.Boolean(), nullable=False, server_default=sa.false()))
    # What grew from a complaint about somebody was marked as withheld until now. So is what somebody objected to: of
    # that no late term is listed any more either, for the careful answer costs least.
    op.execute(sa.update(CASES).where(sa.or_(CASES.c.withheld, CASES.c.kind == "conduct")).values(never_public=True))
    with op.batch_alter_table("cases") as table:
        table.alter_column("never_public", server_default=None)
    for name in ("late", "listed"):
        lines = sa.table(name, sa.column("case"))
        op.execute(sa.delete(lines).where(lines.c.case.in_(sa.select(CASES.c.id).where(CASES.c.never_public))))


def downgrade() -> None:
    with op.batch_alter_table("cases") as table:
        table.drop_column("never_public")
