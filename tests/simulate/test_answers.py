"""What the simulator reads from an answer, be it for a program or a page."""

from datetime import timedelta

import pytest

from lianxin.simulate.town import code_of

pytestmark = pytest.mark.quick


def test_a_directory_that_is_silent_refuses_staff_with_its_code_on_pages_and_to_programs(embedded_world):
    world = embedded_world
    receipt = world.submit()
    world.sign_in("housing-officer")
    assert code_of(world.client.get("/desk")) == ""
    world.loop.down.add("directory")
    world.loop.advance_to(world.clock.now() + timedelta(minutes=11))
    answers = world.client.get("/desk"), world.ask("GET", "/api/v1/desk/cases", post="housing-officer")
    assert [(one.status_code, one.is_json, code_of(one)) for one in answers] == [
        (503, False, "directory-stale"),
        (503, True, "directory-stale"),
    ]
    assert world.follow(receipt)["phase"] == "triage"  # residents are served


def test_a_fault_without_a_code_has_none(embedded_world):
    answer = embedded_world.client.get("/desk/cases/nothing-of-the-kind/no/such/door")
    assert (answer.status_code, code_of(answer)) == (404, "not-found")
