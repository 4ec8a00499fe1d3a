"""A leader has charge of a review: named by the body that reviews; whoever decided first has no part in it."""

import pytest

from tests.life.test_review import ABOVE, answered, ask, decide, three_levels
from tests.mechanisms.case_responsibility.test_story import NAMED, charges, refused


@pytest.mark.slow
def test_the_reviewing_bodys_head_names_a_leader_who_reads_both_cases(world_of):
    world = world_of(county=three_levels())
    case = answered(world)
    review = ask(world, case, "ask for review")
    assert refused(world, review, "put in charge", "water-officer", **NAMED) == "not-your-step"
    assert charges(world, "county-head") == []
    world.step(review, "put in charge", "water-head", **NAMED)
    (charge,) = charges(world, "county-head")
    assert refused(world, review, "put in charge", "water-head", **NAMED) == "guard-not-met"  # one at a time
    world.step(charge, "take charge", "county-head")
    for one in (review, case):
        path = f"/api/v1/desk/cases/{one['reference']}"
        assert world.ask("GET", path, post="county-head").status_code == 200
    path = f"/api/v1/desk/cases/{charge['reference']}"
    assert world.ask("GET", path, post="liuhe-head").status_code == 404  # who signed the first answer
    world.step(review, "take up", "water-officer")
    decide(world, review, ABOVE, "upheld")
    assert world.follow(review)["phase"] == "closed"  # it waits for no leader
    assert refused(world, charge, "close as final", "county-head", result="已复查。") == "guard-not-met"


def test_the_leader_who_had_charge_of_a_review_does_not_judge_it_in_the_re_review(new_world):
    world = new_world(county=three_levels())
    review = ask(world, answered(world), "ask for review")
    world.step(review, "put in charge", "water-head", **NAMED)
    (charge,) = charges(world, "county-head")
    world.step(charge, "take charge", "county-head")
    world.step(review, "take up", "water-officer")
    decide(world, review, ABOVE, "upheld")
    second = ask(world, review, "ask for a second review")
    path = f"/api/v1/desk/cases/{second['reference']}"
    assert world.ask("GET", path, post="county-head").status_code == 404
    assert world.ask("GET", path, post="county-officer").status_code == 200
