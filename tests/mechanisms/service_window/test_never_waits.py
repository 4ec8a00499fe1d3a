"""A timer that takes a step never waits for who moves the case: he waits for the timer, and both would stand still."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.routing.case import locked
from services.routing.models import CaseRow
from shared.kit.timers import Timers
from tests.mechanisms.service_window.makers import OVER, apply, terms

pytestmark = [pytest.mark.real, pytest.mark.parametrize("world", ["production"], indirect=True)]
AT_MOST = 20  # seconds: the holder lets go only after this


def test_a_timer_gives_way_and_comes_again(world):
    case = apply(world)
    world.clock.set_to(OVER)
    routing = world.service("routing")
    with ThreadPoolExecutor(1) as other:
        with routing.transaction(OVER) as session:
            assert locked(session, CaseRow.reference == case["reference"])
            other.submit(Timers(routing).step, OVER).result(timeout=AT_MOST)
        assert steps(world, case) == []
    world.pass_days(1)
    assert steps(world, case) == ["deemed accepted"]
    assert terms(world, case)["licence.missing_papers"]["status"] == "met_late"


def steps(world, case):
    return [one["step"] for one in world.desk(case, "housing-officer")["steps"]]
