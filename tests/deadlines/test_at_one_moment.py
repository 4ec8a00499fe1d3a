"""Terms of many cases that end at one moment: asked for together, not one by one."""

from datetime import timedelta

import pytest
from rungs import climbs
from sqlalchemy import delete, event, insert, select

from services.routing import clocks, ladder
from services.routing.models import CaseRow, DeadlineRow
from shared.journal.tables import SubjectRow, TimerRow
from shared.kit.timers import Timers

pytestmark = pytest.mark.quick
FEW, MANY = 5, 60


@pytest.fixture
def world(embedded_world):
    """Give a county with one petition whose 60 days run: the copies below have no facts of their beginning."""
    receipt = embedded_world.submit("petitions", "petition", category="housing")
    embedded_world.step(receipt, "accept", "housing-officer")
    return embedded_world


def copies(routing, now, mark, count):
    """Give as many cases as asked for one running term each, like the one that is there."""
    with routing.transaction(now) as session:
        case = session.execute(select(CaseRow.__table__)).mappings().first()
        term = session.execute(select(DeadlineRow.__table__).where(DeadlineRow.status == "open")).mappings().first()
        session.execute(delete(TimerRow).where(TimerRow.name.in_(clocks.due.forgotten)))
        ids = [f"{mark}{number:031x}" for number in range(count)]
        session.execute(insert(CaseRow), [{**case, "id": one, "reference": one[:1] + one[-12:]} for one in ids])
        session.execute(insert(DeadlineRow), [{**term, "instance": one, "case": one, "rungs": None} for one in ids])
        session.execute(insert(SubjectRow), [{"subject": one, "last": 0} for one in ids])
        due_at = term["due_at"]
        session.execute(insert(TimerRow), [{"name": "deadline-due", "subject": one, "due_at": due_at} for one in ids])
    return ids, due_at


def statements(routing, at):
    """Run the timers at a moment; gives how many statements that took, each list of rows being one."""
    said = []

    def note(*args) -> None:
        said.append(args[2])

    event.listen(routing.database.engine, "before_cursor_execute", note)
    while Timers(routing).step(at):
        pass
    event.remove(routing.database.engine, "before_cursor_execute", note)
    return len(said)


def test_many_terms_ask_no_more_than_few(world):
    routing, now = world.service("routing"), world.clock.now()
    few, due_at = copies(routing, now, "a", FEW)
    asked = statements(routing, due_at)
    many, due_at = copies(routing, now, "b", MANY)
    assert statements(routing, due_at) <= asked
    for case in (*few, *many):
        assert [one.what for one in climbs(world, case)] == ["breached", "rung_reached"]


def test_each_goes_on_to_its_next_rung(world):
    routing = world.service("routing")
    cases, due_at = copies(routing, world.clock.now(), "c", MANY)
    statements(routing, due_at)
    asked = statements(routing, due_at + timedelta(days=3))
    assert {tuple(one.rung for one in climbs(world, case) if one.rung) for case in cases} == {("breach", "public")}
    assert asked < MANY


def test_a_case_after_the_other_is_noticed(world, monkeypatch):
    """The count above fails where each rung asks for its own case."""

    def alone(session, deadline) -> ladder.AtHand:
        row = session.scalars(select(CaseRow).where(CaseRow.id == deadline.case)).one()
        return ladder.AtHand(row, {"unit": set(), "post": set(), "barred": set()})

    routing, now = world.service("routing"), world.clock.now()
    asked = statements(routing, copies(routing, now, "d", FEW)[1])
    monkeypatch.setattr(ladder, "at_hand", alone)
    _, due_at = copies(routing, now, "e", MANY)
    assert statements(routing, due_at) > asked
