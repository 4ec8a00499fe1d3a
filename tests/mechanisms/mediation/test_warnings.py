"""A warning (article 25): two people give it, both sides hear of it unless dangerous, and its number is public."""

import re

import pytest
from world import PASSWORD

from services.directory.people import add_person
from services.directory.signin import make_token
from tests.mechanisms.mediation.making import HEAD, MEDIATOR, REGISTRAR, ask_for_it, meet

pytestmark = pytest.mark.quick
OPEN = {"words": "请双方冷静，有事找调解员。", "noted": "已通报派出所"}
QUIET = {"noted": "【一方扬言报复】"}


def counted(world):
    """Give how many warnings the public record tells."""
    return int(
        re.search(r"预防激化措施.*?</t[hd]>\s*<td[^>]*>\D*(\d+)", world.client.get("/public").text, re.DOTALL)[1]
    )


def test_a_warning_needs_two_and_both_sides_are_told(embedded_world):
    world = embedded_world
    first, second = meet(world)
    before = world.follow(second)["timeline"]
    world.step(first, "warn", MEDIATOR, **OPEN)
    assert world.follow(second)["timeline"] == before  # half of what two say is said by nobody
    world.step(first, "warn", HEAD, **OPEN)
    assert "请双方冷静" in str(world.follow(second))
    assert "派出所" not in str(world.follow(second))


@pytest.mark.parametrize(
    ("step", "posts", "made"),
    [("warn early", (REGISTRAR, HEAD), ask_for_it), ("warn quietly", (MEDIATOR, HEAD), lambda world: meet(world)[0])],
)
def test_a_quiet_one_needs_two_as_well_and_is_told_to_no_party(embedded_world, step, posts, made):
    world = embedded_world
    first = made(world)
    before = world.follow(first)["timeline"]
    for post in posts:
        world.step(first, step, post, **QUIET)
    assert world.follow(first)["timeline"] == before
    assert "扬言报复" in str(world.desk(first, HEAD))


def test_one_person_with_two_posts_is_not_two(embedded_world):
    world = embedded_world
    first = ask_for_it(world)
    with world.service("directory").inside():
        both = add_person("身兼两职", "both", [REGISTRAR, HEAD], PASSWORD, now=world.clock.now())
        world.tokens["both"] = make_token(both, "test", 365, now=world.clock.now())
    world.settle()
    world.step(first, "warn early", "both", **QUIET)
    assert world.try_step(first, "warn early", "both", **QUIET).get_json()["code"] == "not-your-step"
    world.step(first, "warn early", HEAD, **QUIET)


def test_their_number_is_public_when_the_month_is_over(embedded_world):
    world = embedded_world
    first, _ = meet(world)
    world.step(first, "warn", MEDIATOR, **OPEN)
    world.step(first, "warn quietly", MEDIATOR, **QUIET)
    world.step(first, "warn quietly", HEAD, **QUIET)
    assert counted(world) == 0  # whoever watches the number learns nothing today
    world.pass_days(29)
    assert counted(world) == 1  # the one that only one person gave is none
    assert first["reference"] not in world.client.get("/public").text
