"""A case that is passed on keeps every clock, and shows when it is passed to and fro."""

import pytest

pytestmark = pytest.mark.quick

WAY = ("water-bureau", "housing-bureau", "transport-bureau")
WARNING = "此事项已转送 3 次"


@pytest.fixture
def case(embedded_world):
    return embedded_world.submit("petitions", "petition")


def refer(world, case, number):
    officer = ("petition-officer", "water-officer", "housing-officer")[number]
    world.step(case, "refer", officer, unit=WAY[number], reason="归该单位")


def page(world, case, post):
    world.client.delete_cookie("lx_staff")
    world.sign_in(post)
    return world.client.get(f"/desk/cases/{case['reference']}").text


@pytest.mark.slow
def test_the_third_time_a_case_is_passed_on_it_says_so(embedded_world, case):
    refer(embedded_world, case, 0)
    refer(embedded_world, case, 1)
    assert embedded_world.desk(case, "housing-officer")["handed_over"] == 2
    assert WARNING not in page(embedded_world, case, "housing-officer")
    refer(embedded_world, case, 2)
    assert embedded_world.desk(case, "transport-officer")["handed_over"] == 3
    assert WARNING in page(embedded_world, case, "transport-officer")


def test_every_clock_is_kept_when_a_case_is_passed_on(embedded_world, case):
    before = embedded_world.follow(case)["promises"]
    embedded_world.pass_days(3)
    refer(embedded_world, case, 0)
    after = embedded_world.follow(case)["promises"]
    assert [(one["due_at"], one["status"]) for one in after] == [(one["due_at"], one["status"]) for one in before]
