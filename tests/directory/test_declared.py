"""What people declare: who is away is stood in for, on those days only; what can't be right is refused."""

from datetime import date, timedelta

import pytest

from services.directory.declared import EndsTooEarly, NobodyOfThatName, WithOneself, be_away, be_back, be_close
from shared.errors import NotFound

pytestmark = pytest.mark.quick

TODAY = date(2026, 11, 2)


@pytest.fixture
def world(embedded_world):
    for post in ("water-reader", "water-officer"):
        embedded_world.token(post)
    return embedded_world


def declare(world, action, *given):
    with world.service("directory").inside():
        found = action(*given, now=world.clock.now())
    world.settle()
    return found


def posts(world, post):
    return world.ask("GET", "/api/v1/staff/me", post=post).get_json()["posts"]


def test_who_stands_in_bears_the_posts_until_the_person_is_back(world):
    declare(world, be_away, "water-reader", TODAY, TODAY + timedelta(days=2), "water-officer")
    assert posts(world, "water-officer") == ["water-officer", "water-reader"]
    world.pass_days(2)
    assert posts(world, "water-officer") == ["water-officer"]


def test_an_absence_that_ends_early_is_over_at_once(world):
    absence = declare(world, be_away, "water-reader", TODAY, None, "water-officer")
    declare(world, be_back, absence, TODAY)
    assert posts(world, "water-officer") == ["water-officer"]


@pytest.mark.parametrize(
    ("action", "given", "refusal"),
    [
        pytest.param(be_away, ("nobody", TODAY, None, None), NobodyOfThatName, id="unknown person"),
        pytest.param(be_away, ("water-reader", TODAY, None, "nobody"), NobodyOfThatName, id="unknown stand-in"),
        pytest.param(be_away, ("water-reader", TODAY, TODAY, None), EndsTooEarly, id="it ends when it begins"),
        pytest.param(be_away, ("water-reader", TODAY, None, "water-reader"), WithOneself, id="in for oneself"),
        pytest.param(be_close, ("water-reader", "water-reader", "kin"), WithOneself, id="close to oneself"),
        pytest.param(be_close, ("water-reader", "nobody", "kin"), NobodyOfThatName, id="close to nobody"),
        pytest.param(be_back, ("nothing", TODAY), NotFound, id="unknown absence"),
    ],
)
def test_what_cannot_be_right_is_refused(world, action, given, refusal):
    with pytest.raises(refusal):
        declare(world, action, *given)


@pytest.mark.slow
def test_the_next_one_above_fills_in_for_who_is_away(world):
    world.token("county-reader")
    declare(world, be_away, "water-reader", TODAY, None, None)
    receipt = world.submit(category="water")
    world.step(receipt, "accept", "water-officer")
    world.step(receipt, "draft", "water-officer", **DRAFT)
    world.step(receipt, "read", "county-reader")
    assert world.desk(receipt, "water-officer")["state"] == "checked"


DRAFT = {"outcome": "adopted", "reasons": "路灯将更换。", "by_when": "2027-03-31", "summary": "更换路灯。"}
