"""A server plans a statement while its tables are empty, and keeps the plan until it counts rows anew, a minute on.

Who starts with a lot to do (a first replay, a restored county) must not read whole tables for every batch meanwhile.
"""

import pytest
from sqlalchemy import create_engine, literal, select, text, union_all
from tiny import ThingHappened
from town import Town

from shared.bus import apply
from shared.bus.memory import MemoryCarrier
from shared.db.among import among
from shared.journal.tables import AppliedRow, JournalRow, MarkRow, UnsentRow, WaitingRow
from shared.journal.tell import tell

pytestmark = pytest.mark.real

KEPT = [row.__tablename__ for row in (AppliedRow, JournalRow, MarkRow, UnsentRow, WaitingRow)]  # asked for each batch
BATCHES, AT_ONCE = 40, 60
FEW = 2 * BATCHES * AT_ONCE  # by indexes it is a quarter of that; a plan that reads it all comes to three to ten times
READ = "SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname = ANY(:names)"
MARK_BY_ARRAY = union_all(
    apply.KNOWN.selects[0],
    select(literal("mark"), MarkRow.handler, MarkRow.fact, literal(0)).where(
        among(MarkRow.__table__.c.handler, "handlers"), among(MarkRow.__table__.c.fact, "facts")
    ),
    *apply.KNOWN.selects[2:],
)


def test_tables_that_fill_from_empty_are_read_by_their_indexes(tmp_path, postgres_url):
    assert rows_read(tmp_path, postgres_url) < FEW, "each batch reads tables from end to end"


def test_that_is_seen_where_a_plan_for_an_empty_table_reads_it_all(tmp_path, postgres_url, monkeypatch):
    monkeypatch.setattr(apply, "KNOWN", MARK_BY_ARRAY)
    assert rows_read(tmp_path, postgres_url) > FEW


def rows_read(folder, database):
    """Let many facts go from journal to effect; gives how many rows of the kit's tables were read without an index."""
    town = Town(folder, MemoryCarrier(), database)
    town.start("intake", "ledger")
    server = create_engine(database)
    with server.begin() as connection:  # nobody comes to count rows and to mend the plans
        found = connection.execute(
            text("SELECT schemaname, relname FROM pg_stat_user_tables WHERE relname = ANY(:names)"), {"names": KEPT}
        )
        for schema, table in found.all():
            connection.execute(text(f'ALTER TABLE "{schema}"."{table}" SET (autovacuum_enabled = off)'))
    for batch in range(BATCHES):
        with town.services["intake"].transaction(town.clock.now()) as session:
            for number in range(AT_ONCE):
                tell(session, ThingHappened(subject=f"{batch}-{number}", number=1))
        town.until(lambda: not town.step())
    assert len(town.effects("ledger")) == BATCHES * AT_ONCE
    town.close()  # what a connection has counted is known when it ends
    with server.connect() as connection:
        read = connection.execute(text(READ), {"names": KEPT}).scalar()
    server.dispose()
    return int(read)
