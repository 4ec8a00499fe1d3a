"""What only reads keeps nothing; a rehearsal does everything and keeps nothing; questions stay prepared."""

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import InternalError

from shared.journal.tables import MarkRow

MARK = {"handler": "test", "fact": "f"}


def marks(running):
    with running.reading() as session:
        return session.scalars(select(MarkRow).where(MarkRow.handler == "test")).all()


def test_a_rehearsal_reads_what_it_wrote_and_keeps_nothing(world):
    intake = world.service("intake")
    with intake.rehearsing() as session:
        session.add(MarkRow(**MARK))
        assert session.get(MarkRow, ("test", "f"), with_for_update=True)
    assert not marks(intake)


@pytest.mark.quick
def test_what_a_reader_changes_is_forgotten_where_it_is_not_refused(embedded_world):
    intake = embedded_world.service("intake")
    with intake.reading() as session:
        session.add(MarkRow(**MARK))
        session.flush()
    assert not marks(intake)


@pytest.mark.real
def test_a_reader_may_not_write_and_the_server_keeps_its_statements(new_world, amqp_url, postgres_url):
    intake = new_world(amqp=amqp_url, database=postgres_url).service("intake")
    with pytest.raises(InternalError, match="read-only"), intake.reading() as session:
        session.execute(insert(MarkRow).values(**MARK))
    for _ in range(10):  # the same connection each time: the one that was used last
        marks(intake)
    with intake.reading() as session:
        known = set(session.scalars(text("SELECT statement FROM pg_prepared_statements")))
    assert any("FROM mark" in statement.replace("\n", " ") for statement in known)
