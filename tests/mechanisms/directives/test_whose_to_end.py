"""What only the unit ends that gave a directive never stays without a way out: the next unit above ends it."""

from tests.mechanisms.directives.test_ending import given
from tests.mechanisms.directives.test_story import DEMAND, FOUND, REPLY, offers, raised


def step_aside(world, case, post):
    path = f"/api/v1/desk/cases/{case['reference']}/recuse"
    assert world.ask("POST", path, {"reason": "亲属所提"}, post=post).status_code == 200
    world.settle()


def sees(world, case, post):
    return world.ask("GET", f"/api/v1/desk/cases/{case['reference']}", post=post).status_code == 200


def test_the_head_above_closes_what_the_head_who_gave_it_stepped_aside_from(embedded_world):
    world = embedded_world
    directive = given(world)
    step_aside(world, directive, "petition-head")
    assert not sees(world, directive, "petition-head")
    assert sees(world, directive, "petition-officer")  # the office that gave it reads on
    world.step(directive, "reply", "water-head", **REPLY)
    world.pass_days(39)
    assert offers(world, directive, "county-head") == ["be satisfied", "end", "prolong", "close"]
    world.step(directive, "close", "county-head", **FOUND)
    assert world.desk(directive, "county-head")["outcome"] == "expired"


def test_who_steps_aside_from_the_petition_leaves_its_directive_to_the_head_above(embedded_world):
    world = embedded_world
    case, directive = raised(world)
    world.step(directive, "prepare", "petition-officer", **DEMAND)
    world.step(directive, "issue", "petition-head", target="water-bureau", due="2026-11-20")
    step_aside(world, case, "petition-head")
    world.step(directive, "object", "water-head", against="管网属住建局。")
    world.step(directive, "lift", "county-head", **FOUND)


def test_one_that_somebody_signed_who_filled_in_is_ended_by_the_head_above(embedded_world):
    world = embedded_world
    _, directive = raised(world)
    world.step(directive, "prepare", "petition-officer", **DEMAND)
    world.token("county-head")
    step_aside(world, directive, "petition-head")
    world.step(directive, "issue", "county-head", target="water-bureau", due="2026-11-20")
    world.step(directive, "end", "county-head", **FOUND)


def test_whoever_else_steps_aside_the_unit_that_gave_it_ends_it(embedded_world):
    world = embedded_world
    directive = given(world)
    step_aside(world, directive, "petition-reader")
    assert offers(world, directive, "petition-head") == ["end"]
    assert not sees(world, directive, "county-head")
