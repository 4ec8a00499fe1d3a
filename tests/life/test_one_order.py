"""Whoever changes several cases of one family locks them in one order: nobody waits for who waits for him."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from services.routing.assign import assign
from services.routing.case import locked
from services.routing.contested import bar_who_decided
from services.routing.family import REVIEWS
from services.routing.models import CaseRow
from services.routing.readers import READING
from services.routing.recuse import recuse
from services.routing.step import take_step
from shared.access.actor import StaffMember
from shared.access.tables import CaseAccessRow, PersonRow, PostRow
from shared.facts.case import CaseSubmitted
from shared.ids import new_case_id
from tests.life.test_children import family  # noqa: F401 - a fixture
from tests.life.test_review import answered, ask
from tests.mechanisms.case_responsibility.test_story import NAMED, charges

pytestmark = [pytest.mark.real, pytest.mark.parametrize("world", ["production"], indirect=True)]
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
TRIES = 200
COPIED = (
    *("mechanism", "mechanism_version", "kind", "received_at", "channel", "identity", "category", "place"),
    *("addressed_to", "title", "text", "root", "parent"),
)


def from_the_child_up(session, child):
    """Change a child and then its parent, as the end of a review does."""
    row = session.scalars(select(CaseRow).where(CaseRow.reference == child).with_for_update()).one()
    session.get(CaseRow, row.parent, with_for_update=True)


def the_first_before_it(session, child):
    """Change both, the first case of the family before the others; gives the one that was asked for."""
    row = locked(session, CaseRow.reference == child)
    session.get(CaseRow, row.parent, with_for_update=True)
    return row.reference


def meet(world, parent, child, upwards):
    """Let one worker go from the parent down while another goes upwards; raises where the database ends a deadlock."""
    routing, now = world.service("routing"), world.clock.now()

    def up() -> str | None:
        with routing.transaction(now) as session:
            return upwards(session, child["reference"])

    with ThreadPoolExecutor(1) as other:
        with routing.transaction(now) as session:
            locked(session, CaseRow.reference == parent["reference"])
            goes = other.submit(up)
            assert any(is_waiting(routing) for _ in range(TRIES)), "the other worker did not come to the lock"
            session.scalars(select(CaseRow).where(CaseRow.reference == child["reference"]).with_for_update()).one()
        return goes.result()


def is_waiting(routing):
    with routing.database.reading() as connection:
        connection.execute(text("SELECT pg_sleep(0.02)"))
        return connection.execute(text(WAITING)).scalar() > 0


def test_both_come_to_their_end(family):  # noqa: F811 - the fixture
    _, _, child = family
    assert meet(*family, the_first_before_it) == child["reference"]


def test_another_order_is_found(family):  # noqa: F811 - the fixture
    with pytest.raises(OperationalError, match="deadlock"):
        meet(*family, from_the_child_up)


def follows(handler, relation):
    """Give work that follows the fact of another child of this relation, as the service does."""

    def work(session, child) -> str:
        known = session.scalars(select(CaseRow).where(CaseRow.reference == child)).one()
        handler.run(session, a_child_of(known, relation), now=session.now)
        session.flush()
        return "done"

    return work


def a_child_of(row, relation):
    """Give the fact of a case that stands in a relation to the parent of a case."""
    same = {name: getattr(row, name) for name in COPIED}
    return CaseSubmitted(**same, subject=new_case_id(), reference=f"{row.reference}-2", relation=relation)


@pytest.mark.parametrize("relation", READING)
def test_who_will_read_a_family_is_assigned_after_its_first_case_is_locked(family, relation):  # noqa: F811 - same
    assert meet(*family, follows(assign, relation)) == "done"


@pytest.mark.parametrize("relation", REVIEWS)
def test_a_charge_is_looked_at_after_the_first_case_of_its_family_is_locked(family, relation):  # noqa: F811 - same
    assert meet(*family, follows(bar_who_decided, relation)) == "done"


@pytest.fixture
def at_once(world):
    """Give a review that is open, and a charge of its petition that the county's leader was asked to take."""
    case = answered(world)
    review = ask(world, case, "ask for review")
    world.step(case, "put in charge", "liuhe-head", **NAMED)
    (charge,) = charges(world, "county-head")
    world.token("county-vice-head")
    return world.service("routing"), world.clock.now(), review["reference"], charge["reference"]


def staff(session, code):
    """Give who holds a post."""
    person = next(one for one in session.scalars(select(PersonRow).order_by(PersonRow.id)) if code in one.posts)
    post = session.get_one(PostRow, code)
    return StaffMember(person.id, "", "", (code,), (post.unit,), frozenset(post.roles))


def takes_charge(session, reference):
    """Take charge, which bars the leader from the review too."""
    take_step.within(session, reference, "take charge", staff(session, "county-head"), {}, now=session.now)


def steps_aside(session, reference):
    """Leave a review to the other head: without him it would leave the county, and bar nobody more."""
    recuse.within(session, reference, staff(session, "county-vice-head"), "亲属。", now=session.now)


def locks(session, reference):
    locked(session, CaseRow.reference == reference)


def locks_itself_first(session, reference):
    session.scalars(select(CaseRow).where(CaseRow.reference == reference).with_for_update()).one()


def together(running, now, begins, does, other):
    """Let somebody lock, another one come to that lock, and both do what they came for."""

    def act(session, what) -> None:
        what[0](session, what[1])
        session.flush()

    def meanwhile() -> str:
        with running.transaction(now) as session:
            act(session, other)
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with running.transaction(now) as session:
            begins(session, does[1])
            goes = pool.submit(meanwhile)
            assert any(is_waiting(running) for _ in range(TRIES)), "the other one did not come to the lock"
            act(session, does)
        return goes.result()


def test_a_leader_takes_charge_while_somebody_steps_aside_and_both_come_to_their_end(at_once):
    running, now, review, charge = at_once
    assert together(running, now, locks, (steps_aside, review), (takes_charge, charge)) == "done"
    with running.reading() as session:
        known = select(CaseAccessRow.code).join(CaseRow, CaseRow.id == CaseAccessRow.case)
        barred = session.scalars(known.where(CaseRow.reference == review, CaseAccessRow.what == "barred")).all()
        assert {staff(session, one).person for one in ("county-head", "county-vice-head")} <= set(barred)


def test_somebody_steps_aside_while_a_leader_takes_charge_and_both_come_to_their_end(at_once):
    running, now, review, charge = at_once
    assert together(running, now, locks, (takes_charge, charge), (steps_aside, review)) == "done"


def test_whoever_locked_the_review_before_its_family_would_wait_for_the_leader_for_ever(at_once):
    running, now, review, charge = at_once
    with pytest.raises(OperationalError, match="deadlock"):
        together(running, now, locks_itself_first, (steps_aside, review), (takes_charge, charge))
