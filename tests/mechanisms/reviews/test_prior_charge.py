"""Who had charge of a petition signs no review of it: a colleague does, who stands above, or the body outside."""

from dataclasses import replace

import pytest
from world import full_county

from shared.county.structure import EXTERNAL
from tests.life.test_review import ABOVE, answered, ask, decide, hear, three_levels, units_offered, with_a_choice
from tests.mechanisms.case_responsibility.test_story import NAMED, charges, refused

VICE = "county-vice-head"


def without_vice():
    """Give the county whose government has one head, who is its leader."""
    county = full_county()
    return full_county(posts=tuple(post for post in county.posts if post.code != VICE))


def led_by_the_bureau(**changes):
    """Give the county of three levels in which the water bureau's head is a leader too."""
    county = three_levels()
    roles = {"water-head": ("head", "leader"), **changes}
    posts = tuple(replace(post, roles=roles.get(post.code, post.roles)) for post in county.posts)
    return replace(county, posts=posts)


def in_charge(world, leader="county-head", unit="county-government", **more):
    """Give a petition of the town, answered, that this leader has charge of, and the charge."""
    sent = {"addressed_to": "liuhe-government", "contact": {"phone": "13800000000"}, **more}
    case = world.submit("petitions", "petition", **sent)
    world.step(case, "accept", "liuhe-officer")
    world.step(case, "put in charge", "liuhe-head", **{**NAMED, "unit": unit})
    (charge,) = charges(world, leader)
    world.step(charge, "take charge", leader)
    hear(world, case)
    decide(world, case, "liuhe", "not_supported")
    return case, charge


def reads(world, case, post):
    return world.ask("GET", f"/api/v1/desk/cases/{case['reference']}", post=post).status_code == 200


def signed(world, review, unit, signer, outcome="upheld"):
    """Draft and read a review in a unit, and have it signed."""
    world.step(review, "take up", f"{unit}-officer")
    said = {"facts": "已核实。", "opinion": "见说明。", "legal_basis": "条例", "summary": "已答复。"}
    world.step(review, "draft", f"{unit}-officer", outcome=outcome, **said)
    world.step(review, "read", f"{unit}-reader")
    world.step(review, "sign", signer)


def test_the_reviewing_government_signs_by_its_other_head(world):
    case, _ = in_charge(world)
    review = ask(world, case, "ask for review")
    assert world.follow(review)["unit"] == "county-government"
    assert not reads(world, review, "county-head")
    assert refused(world, review, "sign", "county-head") == "not-found"
    signed(world, review, "county", VICE)


def test_where_nobody_is_left_it_goes_to_the_body_outside(new_world):
    world = new_world(county=without_vice())
    case, _ = in_charge(world)
    left = world.follow(ask(world, case, "ask for review"))
    assert (left["unit"], left["outcome"]) == (EXTERNAL, "referred_out")


def test_where_the_level_above_has_a_head_that_one_signs(new_world):
    world = new_world(county=led_by_the_bureau())
    case, _ = in_charge(world, "water-head", "water-bureau")
    review = ask(world, case, "ask for review")
    assert (world.follow(review)["unit"], reads(world, review, "water-head")) == ("water-bureau", False)
    signed(world, review, ABOVE, "county-head")


def test_a_leader_who_takes_charge_while_it_is_reviewed_leaves_the_review(new_world):
    world = new_world(county=full_county())
    case = answered(world)
    review = ask(world, case, "ask for review")
    assert reads(world, review, "county-head")
    world.step(case, "put in charge", "liuhe-head", **NAMED)
    (charge,) = charges(world, "county-head")
    assert reads(world, review, "county-head")  # named is not taken
    world.step(charge, "take charge", "county-head")
    assert not reads(world, review, "county-head")
    signed(world, review, "county", VICE)


def test_who_had_charge_may_have_charge_again(new_world):
    world = new_world(county=full_county())
    case, charge = in_charge(world)
    milestones = [{"on": "2026-12-10", "what": "查明"}]
    world.step(charge, "plan", "county-head", finding="不清。", milestones=milestones)
    world.step(charge, "ask for the word", "county-head")
    world.token(VICE)
    world.step(charge, "content", "county-reader", heard="已经解决。")
    world.step(case, "put in charge", "liuhe-head", **NAMED)
    again = next(one for one in charges(world, "county-head") if one != charge)
    world.step(again, "take charge", "county-head")


@pytest.mark.slow
def test_a_body_whose_only_head_had_charge_is_not_offered_for_a_choice(new_world):
    world = new_world(county=with_a_choice(posts=without_vice().posts))
    assert units_offered(world, answered(world)) == ["county-government", "water-bureau"]
    case, _ = in_charge(world)
    assert units_offered(world, case) == []  # one body is left: nothing to choose
    review = ask(world, case, "ask for review")
    assert world.follow(review)["unit"] == "water-bureau"
    signed(world, review, "water", "water-head")


@pytest.mark.slow
def test_where_neither_body_is_left_it_goes_outside(new_world):
    world = new_world(county=with_a_choice(posts=without_vice().posts))
    case, _ = in_charge(world, about={"posts": ["water-head"]})
    left = world.follow(ask(world, case, "ask for review"))
    assert (left["unit"], left["outcome"]) == (EXTERNAL, "referred_out")
