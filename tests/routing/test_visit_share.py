"""The share of visits that goes where nobody was for longest: counted on each visit's own day, of an area alone."""

from datetime import UTC, datetime, timedelta

import pytest
from world import full_county

from services.routing.visit_share import went_there
from shared.county.check import problems_of
from tests.routing.test_unvisited import visited

pytestmark = pytest.mark.quick

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
VILLAGES = {"a", "b", "c", "d", "e"}


def days(*places, since=SINCE):
    return [(place, since + timedelta(days=number)) for number, place in enumerate(places, 1)]


@pytest.mark.parametrize(
    ("visits", "there"),
    [
        pytest.param(days("a", "b", "c", "d", "e"), 5, id="nobody had ever been there"),
        pytest.param(days("a", "a", "a"), 1, id="the same again is not where nobody was"),
        pytest.param(days("a", "b", "c", "d", "e", "a"), 6, id="the one that waited longest"),
        pytest.param(days("a", "b", "c", "d", "e", "c"), 5, id="one that waited less: two of five are a quarter, up"),
        pytest.param(days("a", "b", "c", "d", "e", "b"), 6, id="the second of two"),
        pytest.param(days("a", "b", since=SINCE - timedelta(days=300)), 0, id="of an earlier year"),
        pytest.param([], 0, id="none"),
    ],
)
def test_a_visit_counts_by_how_long_its_village_waited_on_its_day(visits, there):
    assert went_there(visits, VILLAGES, SINCE) == there


def test_the_plan_shows_what_was_made_beside_what_the_county_set(embedded_world):
    world = embedded_world
    for place in ("qh-shiqiao-dawa", "qh-shiqiao-dawa"):
        visited(world, place)
        world.pass_days(1)
    world.sign_in("shiqiao-officer")
    page = world.client.get("/desk/places").text
    assert "其中去往最久没人去的村" in page
    assert "1 · 50%" in page
    assert "30%" in page


def test_a_county_that_sets_none_shows_none(new_world):
    world = new_world(county=full_county(visit_share=0))
    world.sign_in("shiqiao-officer")
    assert "县里定的比例" not in world.client.get("/desk/places").text


@pytest.mark.parametrize("share", [-1, 101])
def test_a_share_is_a_per_cent(share):
    assert any(said.startswith("visit_share") for said in problems_of(full_county(visit_share=share)))
