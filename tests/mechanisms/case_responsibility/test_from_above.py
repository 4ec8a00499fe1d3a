"""Ordered from above by hand: once a petition stands still, a leader of the superior unit, or of one under it."""

from dataclasses import replace

import pytest
from world import full_county

from tests.mechanisms.case_responsibility.test_story import NAMED, charges, offers, refused

STEP = "order into charge from above"


def sent_directly(world, days=0):
    """Give a petition that a resident addressed to the water bureau, so many days later."""
    case = world.submit("petitions", "petition", addressed_to="water-bureau")
    world.pass_days(days)
    return case


def below():
    """Give the county in which the water bureau has a leader too."""
    county = full_county()
    posts = (replace(one, roles=("head", "leader")) if one.code == "water-head" else one for one in county.posts)
    return replace(county, posts=tuple(posts))


def test_the_head_above_orders_a_leader_below_to_take_charge_of_what_stands_still(world_of):
    world = world_of(county=below())
    case = sent_directly(world)
    assert refused(world, case, STEP, "county-head", **NAMED) == "not-found"
    world.pass_days(20)
    assert STEP in offers(world, case, "county-head")
    assert STEP not in offers(world, case, "water-head")
    assert refused(world, case, STEP, "liuhe-head", **NAMED) == "not-found"
    world.step(case, STEP, "county-head", **{**NAMED, "unit": "water-bureau"})
    (charge,) = charges(world, "water-head")
    world.step(charge, "take charge", "water-head")
    assert refused(world, case, STEP, "county-head", **NAMED) == "guard-not-met"  # one at a time
    assert STEP not in offers(world, case, "petition-head")


def test_nobody_orders_a_leader_who_stands_above_him(new_world):
    world = new_world(county=full_county())
    case = sent_directly(world, 20)
    no = world.try_step(case, STEP, "petition-head", **NAMED)
    assert (no.status_code, no.get_json()["errors"][0]["field"]) == (422, "unit")
    assert charges(world, "county-head") == []
    world.step(case, STEP, "petition-head", **{**NAMED, "unit": "petition-office"})
    assert len(charges(world, "petition-head")) == 1


@pytest.mark.slow
def test_what_is_in_time_is_ordered_by_nobody_from_above(new_world):
    world = new_world(county=full_county())
    case = sent_directly(world, 20)
    world.step(case, "accept", "water-officer")
    assert refused(world, case, STEP, "county-head", **NAMED) == "not-found"
