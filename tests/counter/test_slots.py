"""Two people at once can't take the last place of a reception: one gets it, the other is told to choose another."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from world import full_county

from services.intake.book import NothingLeft, entries
from services.intake.new_case import NewCase
from services.intake.submit import submit
from shared.law.local import local_day

REGISTER = "petitions.reception"
PEOPLE = 6
PLACES = 2


@pytest.fixture
def world(world_of):
    """Give a county whose receptions have two places each."""
    full = full_county()
    few = tuple({**plan, "capacity": PLACES} for plan in full.registers[REGISTER])
    return world_of(county=replace(full, registers={**full.registers, REGISTER: few}))


def free(world):
    with world.service("intake").inside():
        return entries(REGISTER, local_day(world.clock.now()))


def test_people_who_press_at_once_take_no_place_twice(world):
    key, together = free(world)[0]["key"], Barrier(PEOPLE)
    new = NewCase("petitions", "petition", "自来水发黄", "三天了。", category="water", details={"slot": key})

    def press(_) -> str | None:
        with world.service("intake").inside():
            together.wait(30)
            try:
                return submit(new, now=world.clock.now()).reference
            except NothingLeft:
                return None

    with ThreadPoolExecutor(PEOPLE) as people:
        got = list(people.map(press, range(PEOPLE)))
    taken = [one for one in got if one]
    assert (len(taken), len(set(taken))) == (PLACES, PLACES)
    assert [slot["left"] for slot in free(world) if slot["key"] == key] == [0]
