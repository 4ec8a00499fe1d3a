"""parts have terms"""

import sqlalchemy as sa
from alembic import op

revision = "routing_0015"
down_revision = "routing_0014"
branch_labels = None
depends_on = None

FIRST, FAR = "1970-01-01 00:00:00", "9999-12-31 00:00:00"
COLUMNS = 'what, code, "case", rank, phase, due'
# For a unit that works with the one that leads a case is due when its part is, as long as it owes that.
OWN = (
    'SELECT min(d.due_at) FROM deadlines AS d WHERE d."case" = {case} AND d.owes = {code} '
    "AND d.status IN ('open', 'breached')"
)
BEFORE = "c.next_due"


def _due(what: str, code: str) -> str:
    own = OWN.format(case="c.id", code=code)
    return f"coalesce(CASE WHEN {what} = 'unit' AND {code} <> c.unit THEN ({own}) END, c.next_due)"


def _triggers(due: object, moment: str) -> dict[str, tuple[str, str, str]]:
    """Give what triggers do, and when; `due` says by which day a case stands on a list."""
    first, far = moment.format(FIRST), moment.format(FAR)

    def both(what: str, code: str) -> tuple[str, str]:
        day = due(what, code)  # type: ignore[operator]
        return f"CASE WHEN c.urgent AND c.phase <> 'closed' THEN {first} ELSE coalesce({day}, {far}) END", day

    (new_rank, new_due), (a_rank, a_due) = both("new.what", "new.code"), both("a.what", "a.code")
    l_rank, l_due = both("listed.what", "listed.code")
    return {
        "listed_access_added": (
            "AFTER INSERT ON case_access",
            "new.what <> 'barred'",
            f"INSERT INTO listed ({COLUMNS}) SELECT new.what, new.code, c.id, {new_rank}, c.phase, {new_due} "
            'FROM cases AS c WHERE c.id = new."case" ON CONFLICT DO NOTHING;',
        ),
        "listed_case_added": (
            "AFTER INSERT ON cases",
            "",
            f"INSERT INTO listed ({COLUMNS}) SELECT a.what, a.code, c.id, {a_rank}, c.phase, {a_due} FROM cases AS c "
            "JOIN case_access AS a ON a.\"case\" = c.id WHERE c.id = new.id AND a.what <> 'barred' "
            "ON CONFLICT DO NOTHING;",
        ),
        "listed_case_changed": (
            "AFTER UPDATE OF phase, urgent, next_due, unit ON cases",
            "",
            f"UPDATE listed SET rank = (SELECT {l_rank} FROM cases AS c WHERE c.id = new.id), phase = new.phase, "
            f'due = (SELECT {l_due} FROM cases AS c WHERE c.id = new.id) WHERE "case" = new.id;',
        ),
        **{
            f"listed_part_{name}": (
                f"AFTER {when} ON deadlines",
                "new.owes IS NOT NULL",
                f'UPDATE listed SET rank = (SELECT {l_rank} FROM cases AS c WHERE c.id = new."case"), '
                f'due = (SELECT {l_due} FROM cases AS c WHERE c.id = new."case") '
                "WHERE \"case\" = new.\"case\" AND what = 'unit' AND code = new.owes;",
            )
            for name, when in (("begun", "INSERT"), ("changed", "UPDATE OF status, due_at"))
        },
    }


PARTS = ("listed_part_begun", "listed_part_changed")
TABLES = {"listed_access_added": "case_access", "listed_case_added": "cases", "listed_case_changed": "cases"}


def _drop(name: str, table: str, *, on_postgres: bool) -> None:
    op.execute(f"DROP TRIGGER {name} ON {table}" if on_postgres else f"DROP TRIGGER {name}")
    if on_postgres:
        op.execute(f"DROP FUNCTION {name}()")


def _make(name: str, when: str, only: str, does: str, *, on_postgres: bool) -> None:
    holds = f"WHEN ({only})" if only else ""
    if not on_postgres:
        op.execute(f"CREATE TRIGGER {name} {when} {holds} BEGIN {does} END")
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS "
        f"$$ BEGIN {does} RETURN NULL; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} {when} FOR EACH ROW {holds} EXECUTE FUNCTION {name}()")


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    op.add_column("deadlines", sa.Column("owes", sa.String(length=64), nullable=True))
    for name, table in TABLES.items():
        _drop(name, table, on_postgres=on_postgres)
    moment = "TIMESTAMPTZ '{}+00'" if on_postgres else "'{}.000000'"
    for name, (when, only, does) in _triggers(_due, moment).items():
        _make(name, when, only, does, on_postgres=on_postgres)


def downgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    for name, table in {**TABLES, **dict.fromkeys(PARTS, "deadlines")}.items():
        _drop(name, table, on_postgres=on_postgres)
    moment = "TIMESTAMPTZ '{}+00'" if on_postgres else "'{}.000000'"
    for name, (when, only, does) in _triggers(lambda *_: "c.next_due", moment).items():
        if name in TABLES:
            _make(name, when, only, does, on_postgres=on_postgres)
    op.drop_column("deadlines", "owes")
