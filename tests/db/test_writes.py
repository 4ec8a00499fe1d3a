"""Rows that are sent together: all of them or none, few or many, in both databases."""

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from shared.bus.apply import FURTHER
from shared.db.writes import FEW
from shared.journal.tables import AppliedRow, KeyOutRow, MarkRow, UnsentRow


def count(running, row):
    with running.reading() as session:
        return session.scalar(select(func.count()).select_from(row))


def marks(number):
    return [{"handler": f"test-{one}", "fact": "f"} for one in range(number)]


def write_one_twice(running, number):
    with running.transaction() as session:
        session.write(KeyOutRow, {"case": "a", "receiver": "b"})
        session.write(MarkRow, *marks(number), marks(1)[0])


MANY = pytest.mark.parametrize("number", [pytest.param(2, id="few"), pytest.param(FEW + 1, id="many"), 200])


@MANY
def test_rows_of_several_tables_arrive_with_their_defaults(world, number):
    intake = world.service("intake")
    before = count(intake, MarkRow)
    with intake.transaction() as session:
        session.write(MarkRow, *marks(number))
        session.write(UnsentRow, {"id": "no-such-fact", "send": False})
    with intake.reading() as session:
        assert session.get_one(UnsentRow, "no-such-fact").numbered is False
    assert count(intake, MarkRow) == before + number


@MANY
def test_a_taken_key_leaves_nothing_behind(world, number):
    intake = world.service("intake")
    before = count(intake, MarkRow)
    with pytest.raises(IntegrityError):
        write_one_twice(intake, number)
    assert (count(intake, MarkRow), count(intake, KeyOutRow)) == (before, 0)


@pytest.mark.parametrize("number", [1, FEW + 1])
def test_how_far_a_pair_has_come_never_goes_back(world, number):
    pairs = [{"source": "s", "subject": f"{one}"} for one in range(number)]
    for last in (5, 4):
        with world.service("intake").transaction() as session:
            session.write(AppliedRow, *(pair | {"last": last} for pair in pairs), conflict=FURTHER)
    with world.service("intake").reading() as session:
        assert {session.get_one(AppliedRow, tuple(pair.values())).last for pair in pairs} == {5}


@pytest.mark.quick
def test_a_column_that_is_not_there_is_named(embedded_world):
    with pytest.raises(TypeError, match="colour"), embedded_world.service("intake").transaction() as session:
        session.write(MarkRow, {"handler": "h", "fact": "f", "colour": "red"})


@pytest.mark.real
@pytest.mark.parametrize("asked", [pytest.param(False, id="alone"), pytest.param(True, id="after a question")])
def test_a_server_that_hangs_up_in_the_middle_leaves_no_half_open_connection(new_world, amqp_url, postgres_url, asked):
    intake = new_world(amqp=amqp_url, database=postgres_url).service("intake")
    with pytest.raises((psycopg.OperationalError, DBAPIError)):
        write_while_it_hangs_up(intake, asked)
    for _ in range(3):  # whichever connection the pool gives: all of a transaction, or none of it
        before = count(intake, MarkRow)
        with pytest.raises(IntegrityError):
            write_one_twice(intake, 2)
        assert count(intake, MarkRow) == before
    with intake.transaction() as session:
        session.write(MarkRow, *marks(1))
    assert count(intake, MarkRow) == before + 1


def write_while_it_hangs_up(running, asked):
    with running.transaction() as session:
        session.write(MarkRow, *marks(1))
        if asked:
            session.scalar(select(func.count()).select_from(MarkRow))
        backend = session.connection().connection.driver_connection.info.backend_pid
        with psycopg.connect(running.database.url.replace("+psycopg", ""), autocommit=True) as server:
            server.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
