"""A case that is passed on keeps every clock, and shows when it is passed to and fro."""

import pytest

pytestmark = pytest.mark.quick

WARNING = "此事项已转送 3 次"
WHY = "不属本单位职权。"


@pytest.fixture
def case(embedded_world):
    return embedded_world.submit("petitions", "petition")


def refer(world, case, unit="water-bureau"):
    world.step(case, "refer", "petition-officer", unit=unit, reason="归该单位")


def page(world, case, post):
    world.client.delete_cookie("lx_staff")
    world.sign_in(post)
    return world.client.get(f"/desk/cases/{case['reference']}").text


@pytest.mark.slow
def test_the_third_time_a_case_changes_hands_it_says_so(embedded_world, case):
    refer(embedded_world, case)
    embedded_world.step(case, "object", "water-officer", reasons=WHY)
    embedded_world.step(case, "take back", "petition-officer", finding="属实")
    assert embedded_world.desk(case, "petition-officer")["handed_over"] == 2
    assert WARNING not in page(embedded_world, case, "petition-officer")
    refer(embedded_world, case, "transport-bureau")
    assert embedded_world.desk(case, "transport-officer")["handed_over"] == 3
    assert WARNING in page(embedded_world, case, "transport-officer")


def test_every_clock_that_runs_is_kept_when_a_case_is_passed_on(embedded_world):
    case = embedded_world.submit("petitions", "petition", addressed_to="housing-bureau")
    before = embedded_world.follow(case)["promises"]
    embedded_world.pass_days(3)
    embedded_world.step(case, "refer", "housing-officer", unit="water-bureau", reason="归该单位")
    after = [one for one in embedded_world.follow(case)["promises"] if one["rule"] != "petition.object_referral"]
    assert [(one["due_at"], one["status"]) for one in after] == [(one["due_at"], one["status"]) for one in before]


def test_a_case_is_not_passed_on_to_where_it_is(embedded_world, case):
    answer = embedded_world.try_step(case, "refer", "petition-officer", unit="petition-office", reason="x")
    assert answer.status_code == 422
    assert embedded_world.desk(case, "petition-officer")["handed_over"] == 0
