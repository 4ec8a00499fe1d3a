"""A petition of the demo that becomes a visit: offered with who comes, agreed to, recorded and told of."""

from sqlalchemy import select

from lianxin.demo import walk
from lianxin.demo.people import add_demo_people, demo_staff
from services.routing.models import CaseRow


class Always:
    """A chance that always comes true."""

    def random(self) -> float:
        return 0.0


def taken(world, way, case):
    for move in way:
        moving = walk.Item(case.id, case.reference, [move])
        walk.step(world.deployment, demo_staff(world.deployment), moving, world.clock.now())
        world.settle()


def rows(world, **wanted):
    with world.service("routing").reading() as session:
        return session.scalars(select(CaseRow).filter_by(**wanted)).all()


def visited(world):
    for _ in range(2):
        walk.see_to_duties(world.deployment, demo_staff(world.deployment), Always(), world.clock.now())
        world.settle()


def test_a_demo_petition_becomes_a_visit(embedded_world):
    world = embedded_world
    add_demo_people(world.deployment, world.clock.now())
    world.settle()
    way = next(one for one in walk.WAYS["petitions"] if walk.VISIT_AGREED in one)
    receipt = world.submit("petitions", "petition", addressed_to="water-bureau")
    (case,) = rows(world, reference=receipt["reference"])
    taken(world, way[: way.index(walk.VISIT_AGREED) + 1], case)
    (visit,) = rows(world, relation="visit")
    assert (visit.mechanism, visit.kind, visit.unit, visit.phase) == ("visits", "next", "water-bureau", "triage")

    visited(world)
    (visit,) = rows(world, relation="visit")
    assert (visit.phase, visit.outcome) == ("closed", "made")
    assert walk.VISITED["due"].inputs["told"] in str(world.follow(receipt)["timeline"])
    taken(world, way[way.index(walk.VISIT_AGREED) + 1 :], case)
    assert world.follow(receipt)["phase"] == "closed"


def test_a_no_in_the_demo_opens_no_visit(embedded_world):
    world = embedded_world
    add_demo_people(world.deployment, world.clock.now())
    world.settle()
    way = next(one for one in walk.WAYS["petitions"] if walk.NO_VISIT in one)
    receipt = world.submit("petitions", "petition", addressed_to="water-bureau")
    (case,) = rows(world, reference=receipt["reference"])
    taken(world, way[: way.index(walk.NO_VISIT) + 1], case)
    visited(world)
    assert rows(world, relation="visit") == []
    assert world.follow(receipt)["phase"] == "handling"
