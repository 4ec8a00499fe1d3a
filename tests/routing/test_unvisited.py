"""Where to go next: villages where nobody was for longest come first, and one question finds them all."""

import pytest
from sqlalchemy import event

from services.routing.unvisited import unvisited
from shared.access.signin import who_is

pytestmark = pytest.mark.quick

TAKING = {"channel": "visit", "received_on": "2026-11-02", "read_back": True}
VISIT = {"mechanism": "visits", "kind": "visit", "title": "走访", "text": "走访三户。", "details": {"sort": "village"}}
RECORD = {"sort": "village", "day": "2026-11-02", "heard": "用水。", "headline": "走访石桥镇", "body": "谈了用水。"}


def places(world, post="shiqiao-officer"):
    routing = world.service("routing")
    with routing.inside():
        me = who_is(world.token(post), program=True, now=world.clock.now())
        return unvisited(me)


def codes(found):
    return [one.place.code for one in found]


def visited(world, place):
    body = {**VISIT, "place": place, "category": "village", "taking": TAKING}
    visit = world.ask("POST", "/api/v1/counter/cases", body, post="shiqiao-officer").get_json()
    world.settle()
    world.step(visit, "record", "shiqiao-officer", **RECORD)


def test_where_nobody_was_for_longest_comes_first(embedded_world):
    world = embedded_world
    before = codes(places(world))
    assert len(before) > 1
    visited(world, before[0])
    assert codes(places(world))[-1] == before[0]
    world.submit(category="village", place=before[-1])
    first = places(world)[0]
    assert (first.place.code, first.visited_at, first.open) == (before[-1], None, 1)


def test_only_matters_that_one_may_see_are_counted(embedded_world):
    world = embedded_world
    village = codes(places(world))[0]
    world.submit(category="water", place=village)  # the water bureau's
    assert {one.open for one in places(world)} == {0}


def test_one_question_finds_them_all(embedded_world):
    world = embedded_world
    engine, asked = world.service("routing").database.engine, []
    token = world.token("county-officer")
    with world.service("routing").inside():
        me = who_is(token, program=True, now=world.clock.now())
        event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
        assert unvisited(me)
    assert len([one for one in asked if "cases" in one]) == 1


def test_the_page_says_what_it_is_for(embedded_world):
    world = embedded_world
    world.sign_in("shiqiao-officer")
    assert "只用来安排走访" in world.client.get("/desk/places").text
