"""Routes that nobody has adopted take no effect: an edited county file waits, in every process, over every restart."""

import json

import pytest
from sqlalchemy import select
from world import World, full_county

from lianxin.deployment import compose
from lianxin.health import Health
from lianxin.home import Settings
from services.routing import assign, in_force
from services.routing.in_force import AdoptedMeanwhile, adopt, county_in_force, newest
from services.routing.models import AdoptedRow
from shared.county.routes import SHORT, digest_of, read, written
from shared.county.structure import Route, Unit
from shared.facts.platform import RoutesAdopted
from shared.journal.tables import JournalRow

TO_LIUHE = Route(
    category="water", place="qh-liuhe", unit="liuhe-government", urgent=False, co_handlers=("water-bureau",)
)
GRAIN = Unit("grain-bureau", "县粮食局", "Grain Bureau", level="county")
TO_GRAIN = (
    Route(category="water", place="qh-liuhe", unit="grain-bureau"),
    Route(category="farming", place="qh-liuhe", unit="liuhe-government", co_handlers=("grain-bureau", "water-bureau")),
)


def with_routes(*more, **changes):
    return full_county(routes=(*full_county().routes, *more), **changes)


@pytest.fixture
def restarted(world_of):
    """Give a county that began with one file, and was started again with another one."""

    def restart(before, after) -> World:
        return start_again(world_of, before, after)

    return restart


def start_again(make, before, after):
    """Begin with one file, take a case in, and go on with another file."""
    world = make(county=before)
    world.submit()
    world.loop.close()
    return make(county=after)


def adopted(world):
    with world.service("routing").transaction() as session:
        adopt(session, instead_of=newest(session), by="mayor", reason="decided")


def rows(world):
    with world.service("routing").reading() as session:
        return session.scalars(select(AdoptedRow).order_by(AdoptedRow.number)).all()


def warned(world):
    return [line for line in Health(world.deployment, works=False).warnings() if line.startswith("routing: ")]


def told(world):
    with world.service("routing").reading() as session:
        kind = JournalRow.type == RoutesAdopted.wire_type()
        return [
            json.loads(row.envelope)["data"]
            for row in session.scalars(select(JournalRow).where(kind).order_by(JournalRow.id))
        ]


def taken_by(world, category="water"):
    return world.follow(world.submit(category=category, place="qh-liuhe"))["unit"]


def waits_for_whoever_adopts(world):
    """Check that a file's new route has no effect until it is adopted, and has one from then on."""
    assert taken_by(world) == "water-bureau"
    adopted(world)
    assert taken_by(world) == "liuhe-government"


def test_an_edited_file_takes_effect_once_it_is_adopted_without_a_restart(restarted):
    world = restarted(full_county(), with_routes(TO_LIUHE))
    waits_for_whoever_adopts(world)
    first, second = rows(world)
    assert (first.by, second.by, second.reason) == ("routing", "mayor", "decided")
    assert tuple(read(second.routes)) == read(written(world.deployment.county.routes))
    assert second.digest == digest_of(read(second.routes))
    assert [(one["digest"], one["replaces"], one["by"]) for one in told(world)] == [
        (first.digest, None, "routing"),
        (second.digest, first.digest, "mayor"),
    ]


@pytest.mark.quick
def test_a_routing_that_follows_its_file_is_found(new_world, monkeypatch):
    world = start_again(new_world, full_county(), with_routes(TO_LIUHE))
    monkeypatch.setattr(assign, "county_in_force", lambda session: session.here.county)
    with pytest.raises(AssertionError, match="liuhe-government"):
        waits_for_whoever_adopts(world)


@pytest.mark.quick
def test_the_first_start_adopts_the_files_routes_and_a_second_one_nothing(new_world):
    world = start_again(new_world, with_routes(TO_LIUHE), with_routes(TO_LIUHE))
    (row,) = rows(world)
    assert (row.digest, row.reason) == (with_routes(TO_LIUHE).routes_digest, "the first start")
    assert taken_by(world) == "liuhe-government"
    assert warned(world) == []


@pytest.mark.quick
def test_routes_in_another_order_are_the_same(new_world):
    turned = full_county(routes=full_county().routes[::-1])
    assert warned(start_again(new_world, full_county(), turned)) == []


@pytest.mark.quick
def test_while_no_case_has_come_a_start_adopts_the_files_routes(new_world):
    new_world().loop.close()
    world = new_world(county=with_routes(TO_LIUHE))
    assert [row.reason for row in rows(world)] == ["the first start", "no case had come yet"]
    assert taken_by(world) == "liuhe-government"


@pytest.mark.quick
def test_whoever_looks_after_the_county_is_told_and_it_stays_ready(new_world):
    world = start_again(new_world, full_county(), with_routes(TO_LIUHE))
    (line,) = warned(world)
    assert f"({with_routes(TO_LIUHE).routes_digest[:SHORT]})" in line
    assert "`lianxin route adopt`" in line
    assert Health(world.deployment, works=False).reasons() == []
    world.sign_in("county-operator")
    page = world.client.get("/oversight/queues/routing/parked").text
    assert f"与{rows(world)[0].at:%Y-%m-%d}起施行的规则" in page
    assert "lianxin route adopt" not in world.client.get("/oversight/queues/intake/parked").text
    adopted(world)
    assert warned(world) == []


@pytest.mark.quick
def test_a_case_says_by_which_routes_it_was_decided(new_world):
    world = new_world()
    receipt = world.submit(category="water")
    short = full_county().routes_digest[:SHORT]
    assert f"依据本县分办规则（版本{short}）确定。" in world.desk(receipt, "water-officer")["considered"]


def test_a_unit_that_is_gone_from_the_file_shuts_nothing_down(restarted):
    with_grain = with_routes(*TO_GRAIN, units=(*full_county().units, GRAIN))
    world = restarted(with_grain, full_county())
    assert taken_by(world) == "water-bureau"  # by the next route that fits
    assert taken_by(world, "farming") == "liuhe-government"
    assert "grain-bureau" in warned(world)[1]
    with world.service("routing").reading() as session:
        helps = [route.co_handlers for route in county_in_force(session).routes if route.category == "farming"]
    assert ("water-bureau",) in helps
    adopted(world)
    assert warned(world) == []


@pytest.mark.quick
def test_whom_a_resident_addressed_was_not_found_by_routes(new_world):
    world = new_world()
    addressed = world.submit(category="water", addressed_to="petition-office")
    assert "版本" not in "".join(world.desk(addressed, "petition-officer")["considered"])


@pytest.mark.quick
def test_a_route_that_asks_what_this_release_does_not_know_is_left_out_and_named(new_world):
    world = new_world()
    taken_by(world)
    newer = [*written(full_county().routes), {"category": "water", "channel": "web", "unit": "petition-office"}]
    with world.service("routing").transaction() as session:
        said = {"digest": "f" * 64, "by": "mayor", "reason": "decided by a newer release"}
        session.add(AdoptedRow(number=2, routes=newer, at=session.now, **said))

    assert taken_by(world) == "water-bureau"
    assert '{"category":"water","channel":"web","unit":"petition-office"}' in warned(world)[1]


@pytest.mark.quick
def test_what_a_person_adopted_before_the_first_case_stays(new_world):
    new_world().loop.close()
    world = new_world(county=with_routes(TO_LIUHE))
    adopted(world)
    world.loop.close()
    again = new_world(county=full_county())
    assert [(row.by, row.digest) for row in rows(again)][-1] == ("mayor", with_routes(TO_LIUHE).routes_digest)


@pytest.mark.quick
def test_a_process_with_the_file_of_before_is_told_to_take_the_new_one(new_world):
    world = start_again(new_world, full_county(), with_routes(TO_LIUHE))
    adopted(world)
    world.loop.close()
    world = new_world(county=full_county())
    (line,) = warned(world)
    assert "Restart with the new file." in line
    assert f"routes of before ({full_county().routes_digest[:SHORT]})" in line


@pytest.mark.quick
def test_where_no_route_is_left_the_fallback_takes_it(new_world):
    only = full_county(routes=(Route(unit="grain-bureau"),), units=(*full_county().units, GRAIN))
    world = start_again(new_world, only, full_county(routes=()))
    assert taken_by(world) == full_county().fallback


def test_two_processes_follow_the_same_routes_whichever_file_each_of_them_has(restarted, tmp_path):
    world = restarted(full_county(), with_routes(TO_LIUHE))
    mine = world.service("routing")
    other = compose(full_county(), settings_of(world, tmp_path), names=["routing"], carrier=mine.carrier)
    its = other.services["routing"]
    before, after = full_county().routes_digest, with_routes(TO_LIUHE).routes_digest
    assert [followed(one) for one in (mine, its)] == [before, before]
    adopted(world)
    assert [followed(one) for one in (mine, its)] == [after, after]
    other.close()


def followed(running):
    with running.reading() as session:
        return county_in_force(session).routes_digest


def settings_of(world, home):
    database = world.service("routing").database
    url = database.engine.url.render_as_string(hide_password=False)
    return Settings(home=home) if database.is_sqlite else Settings(home=home, database=url)


@pytest.mark.parametrize("at_once", [False, True], ids=["later", "in the same moment"])
def test_of_two_who_adopt_the_second_looks_again(restarted, monkeypatch, at_once):
    world = restarted(full_county(), with_routes(TO_LIUHE))
    (seen,) = rows(world)
    adopted(world)
    if at_once:
        monkeypatch.setattr(in_force, "newest", lambda _: seen)
    with pytest.raises(AdoptedMeanwhile), world.service("routing").transaction() as session:
        adopt(session, instead_of=seen, by="deputy", reason="decided too")
    assert [row.by for row in rows(world)] == ["routing", "mayor"]
