"""lists in their order"""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "routing_0014"
down_revision = "routing_0012"
branch_labels = None
depends_on = "kit_0001"  # who may see a case

FIRST, FAR = "1970-01-01 00:00:00", "9999-12-31 00:00:00"
COLUMNS = 'what, code, "case", rank, phase, due'
# What triggers do, and when; `{rank}` is written as each database writes a moment.
TRIGGERS = {
    "listed_access_added": (
        "AFTER INSERT ON case_access",
        "new.what <> 'barred'",
        f'INSERT INTO listed ({COLUMNS}) SELECT new.what, new.code, c.id, {{rank}}, c.phase, c.next_due '
        'FROM cases AS c WHERE c.id = new."case" ON CONFLICT DO NOTHING;',
    ),
    "listed_access_removed": (
        "AFTER DELETE ON case_access",
        "old.what <> 'barred'",
        'DELETE FROM listed WHERE what = old.what AND code = old.code AND "case" = old."case";',
    ),
    "listed_case_added": (
        "AFTER INSERT ON cases",
        "",
        f"INSERT INTO listed ({COLUMNS}) SELECT a.what, a.code, c.id, {{rank}}, c.phase, c.next_due FROM cases AS c "
        "JOIN case_access AS a ON a.\"case\" = c.id WHERE c.id = new.id AND a.what <> 'barred' ON CONFLICT DO NOTHING;",
    ),
    "listed_case_changed": (
        "AFTER UPDATE OF phase, urgent, next_due ON cases",
        "",
        "UPDATE listed SET rank = (SELECT {rank} FROM cases AS c WHERE c.id = new.id), phase = new.phase, "
        'due = new.next_due WHERE "case" = new.id;',
    ),
    "listed_case_removed": ("AFTER DELETE ON cases", "", 'DELETE FROM listed WHERE "case" = old.id;'),
}
OPEN = sa.text("phase <> 'closed'")


def _rank(moment: str) -> str:
    urgent = "c.urgent AND c.phase <> 'closed'"
    return f"CASE WHEN {urgent} THEN {moment.format(FIRST)} ELSE coalesce(c.next_due, {moment.format(FAR)}) END"


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    rank = _rank("TIMESTAMPTZ '{}+00'" if on_postgres else "'{}.000000'")
    op.create_table(
        "listed",
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("case", sa.String(length=32), nullable=False),
        sa.Column("rank", shared.db.types.Moment(timezone=True), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("due", shared.db.types.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case", "what", "code"),
    )
    op.execute(
        f"INSERT INTO listed ({COLUMNS}) SELECT a.what, a.code, c.id, {rank}, c.phase, c.next_due "
        "FROM cases AS c JOIN case_access AS a ON a.\"case\" = c.id WHERE a.what <> 'barred'"
    )
    op.create_index(
        "ix_listed_open",
        "listed",
        ["what", "code", "rank", "case"],
        postgresql_include=["due"],
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    op.create_index("ix_listed_phase", "listed", ["what", "code", "phase", "rank", "case"])
    for name, (when, only, does) in TRIGGERS.items():
        (_on_postgres if on_postgres else _on_sqlite)(name, when, f"WHEN ({only})" if only else "", does, rank)
    op.drop_index("ix_cases_due", table_name="cases")
    op.drop_index("ix_cases_desk", table_name="cases")
    op.create_index("ix_cases_unit", "cases", ["unit", "received_at"])


def _on_postgres(name: str, when: str, only: str, does: str, rank: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS "
        f"$$ BEGIN {does.format(rank=rank)} RETURN NULL; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} {when} FOR EACH ROW {only} EXECUTE FUNCTION {name}()")


def _on_sqlite(name: str, when: str, only: str, does: str, rank: str) -> None:
    op.execute(f"CREATE TRIGGER {name} {when} {only} BEGIN {does.format(rank=rank)} END")


def downgrade() -> None:
    op.drop_index("ix_cases_unit", table_name="cases")
    op.create_index("ix_cases_desk", "cases", ["unit", "phase", "next_due", "id"])
    op.create_index("ix_cases_due", "cases", ["next_due", "id"])
    on_postgres = op.get_bind().dialect.name == "postgresql"
    for name, (when, _, _) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name} ON {when.rpartition(' ')[2]}" if on_postgres else f"DROP TRIGGER {name}")
        if on_postgres:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("listed")
