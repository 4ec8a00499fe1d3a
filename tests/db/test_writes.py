"""Rows that are sent together: all of them or none, few or many, in both databases."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from shared.db.writes import FEW
from shared.journal.tables import KeyOutRow, MarkRow, UnsentRow


def count(running, row):
    with running.reading() as session:
        return session.scalar(select(func.count()).select_from(row))


def marks(number):
    return [{"handler": f"test-{one}", "fact": "f"} for one in range(number)]


def write_one_twice(running, number):
    with running.transaction() as session:
        session.write(KeyOutRow, {"case": "a", "receiver": "b"})
        session.write(MarkRow, *marks(number), marks(1)[0])


@pytest.mark.parametrize("number", [pytest.param(2, id="few"), pytest.param(FEW + 1, id="many")])
def test_rows_of_several_tables_arrive_with_their_defaults(world, number):
    intake = world.service("intake")
    before = count(intake, MarkRow)
    with intake.transaction() as session:
        session.write(MarkRow, *marks(number))
        session.write(UnsentRow, {"id": "no-such-fact", "send": False})
    with intake.reading() as session:
        assert session.get_one(UnsentRow, "no-such-fact").numbered is False
    assert count(intake, MarkRow) == before + number


@pytest.mark.parametrize("number", [pytest.param(2, id="few"), pytest.param(FEW + 1, id="many")])
def test_a_taken_key_leaves_nothing_behind(world, number):
    intake = world.service("intake")
    before = count(intake, MarkRow)
    with pytest.raises(IntegrityError):
        write_one_twice(intake, number)
    assert (count(intake, MarkRow), count(intake, KeyOutRow)) == (before, 0)


@pytest.mark.quick
def test_a_column_that_is_not_there_is_named(embedded_world):
    with pytest.raises(TypeError, match="colour"), embedded_world.service("intake").transaction() as session:
        session.write(MarkRow, {"handler": "h", "fact": "f", "colour": "red"})
