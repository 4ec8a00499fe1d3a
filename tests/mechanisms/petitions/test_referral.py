"""A referral and its way back: objected to with reasons, taken back or not, decided from above, for good."""

from dataclasses import replace

import pytest
from world import full_county

from services.notification.models import MessageRow
from services.routing.requested import must_find_somebody
from shared.errors import Invalid

WHY = "按三定方案，管网由住建局负责。"
REFERRED = {"unit": "water-bureau", "reason": "供水问题归水利局。"}


def refer(world, case, unit="water-bureau", post="petition-officer"):
    world.step(case, "refer", post, unit=unit, reason="归该单位")


def terms(world, case):
    return {one["rule"]: (one["status"], one["due"]) for one in world.follow(case)["promises"]}


def offers(world, case, post):
    return [one["step"] for one in world.desk(case, post)["offers"]]


def refused(world, case, step, post, **inputs):
    return world.try_step(case, step, post, **inputs).get_json()["code"]


def sent(world):
    found = world.submit("petitions", "petition", contact={"name": "陈某"})
    refer(world, found)
    return found


@pytest.fixture
def case(world):
    """Give a petition that the petition office has passed on to the water bureau, on Monday 2 November."""
    return sent(world)


@pytest.fixture
def passed_on(embedded_world):
    """Give the same, on SQLite only."""
    return sent(embedded_world)


def test_what_is_passed_on_starts_the_organs_own_terms_and_may_come_back_only_with_the_senders_word(world, case):
    assert terms(world, case) == {
        "petition.forward": ("met", "2026-11-17"),
        "petition.notice": ("open", "2026-11-17"),
        "petition.object_referral": ("open", "2026-11-09"),
    }
    assert refused(world, case, "refer", "water-officer", unit="housing-bureau", reason="不归我们") == "guard-not-met"
    assert world.try_step(case, "object", "water-officer").status_code == 422  # not without reasons
    world.pass_days(2)
    world.step(case, "object", "water-officer", reasons=WHY, competent="housing-bureau")
    assert world.follow(case)["unit"] == "water-bureau"  # it stays there until the sender agrees
    assert refused(world, case, "take back", "water-officer", finding="同意") == "not-your-step"
    assert offers(world, case, "petition-officer") == ["take back", "decline the objection"]
    world.step(case, "take back", "petition-officer", finding="核实属实。")
    shown = world.follow(case)
    assert (shown["unit"], shown["phase"]) == ("petition-office", "triage")
    assert world.ask("GET", f"/api/v1/desk/cases/{case['reference']}", post="water-officer").status_code == 404
    refer(world, case, "housing-bureau")
    assert terms(world, case)["petition.notice"] == ("open", "2026-11-17")  # every clock is kept
    assert world.desk(case, "housing-officer")["handed_over"] == 3
    world.step(case, "accept", "housing-officer")
    assert terms(world, case)["petition.notice"][0] == "met"


@pytest.mark.slow
def test_a_dispute_goes_to_the_unit_above_both_and_its_word_binds(world, case):
    world.step(case, "object", "water-officer", reasons=WHY)
    world.step(case, "decline the objection", "petition-officer", finding="供水属水利局。")
    assert offers(world, case, "petition-officer") == []  # who passed it on reads it, and has nothing to do
    assert refused(world, case, "object", "water-officer", reasons=WHY) == "guard-not-met"
    world.step(case, "ask the superior", "water-officer", reasons="两家意见不一。")
    assert world.follow(case)["unit"] == "water-bureau"
    assert offers(world, case, "county-head") == ["decide"]
    assert refused(world, case, "decide", "water-head", unit="housing-bureau", reason="x") == "not-your-step"
    world.step(case, "decide", "county-head", unit="housing-bureau", reason="管网由住建局负责。")
    assert world.follow(case)["unit"] == "housing-bureau"
    for step in ("refer", "object", "ask the superior"):
        inputs = {"reasons": WHY} if step != "refer" else REFERRED
        assert refused(world, case, step, "housing-officer", **inputs) == "guard-not-met"
    assert terms(world, case)["petition.notice"] == ("open", "2026-11-17")
    world.step(case, "accept", "housing-officer")


@pytest.mark.slow
def test_after_five_working_days_nothing_goes_back(embedded_world, passed_on):
    world, case = embedded_world, passed_on
    world.pass_days(7.5)  # the whole Monday, 9 November, still counts
    assert "object" in offers(world, case, "water-officer")
    world.pass_days(1)
    assert terms(world, case)["petition.object_referral"][0] == "lapsed"
    assert refused(world, case, "object", "water-officer", reasons=WHY) == "guard-not-met"
    assert "object" not in offers(world, case, "water-officer")


@pytest.mark.slow
def test_a_sender_that_says_nothing_loses_its_say(embedded_world, passed_on):
    world, case = embedded_world, passed_on
    world.step(case, "object", "water-officer", reasons=WHY)
    assert refused(world, case, "ask the superior", "water-officer", reasons="等待中") == "guard-not-met"
    world.pass_days(8)
    assert terms(world, case)["petition.verify_objection"][0] == "lapsed"
    world.step(case, "ask the superior", "water-officer", reasons="转送单位逾期未核实。")
    world.step(case, "decide", "county-head", unit="water-bureau", reason="仍由水利局办理。")
    assert world.follow(case)["unit"] == "water-bureau"


@pytest.mark.slow
def test_from_the_third_change_of_hands_on_only_the_superior_decides(embedded_world, passed_on):
    world, case = embedded_world, passed_on
    world.step(case, "object", "water-officer", reasons=WHY)
    world.step(case, "take back", "petition-officer", finding="属实。")
    refer(world, case, "transport-bureau")
    assert "object" not in offers(world, case, "transport-officer")
    world.step(case, "ask the superior", "transport-officer", reasons="已转送三次。")
    world.step(case, "decide", "county-head", unit="housing-bureau", reason="由住建局办理。")
    assert offers(world, case, "housing-officer")[0] == "accept"


@pytest.mark.slow
def test_whoever_objected_may_still_take_it_up_and_the_person_may_still_withdraw(embedded_world, passed_on):
    world, case = embedded_world, passed_on
    world.step(case, "object", "water-officer", reasons=WHY)
    world.ask_step(case, "withdraw", why="")
    assert world.follow(case)["phase"] == "waiting"
    world.ask_step(case, "keep")
    assert offers(world, case, "petition-officer") == ["take back", "decline the objection"]
    world.step(case, "accept", "water-officer")
    assert terms(world, case)["petition.verify_objection"][0] == "met"
    assert offers(world, case, "petition-officer") == []
    assert offers(world, case, "petition-head") == ["order into charge", "direct"]  # whoever passed it on supervises it


@pytest.mark.slow
def test_who_has_the_next_step_is_told(embedded_world):
    world = embedded_world
    for post in ("petition-officer", "county-head", "water-officer"):
        world.token(post)
    case = sent(world)
    world.step(case, "object", "water-officer", reasons=WHY)
    world.step(case, "decline the objection", "petition-officer", finding="供水属水利局。")
    world.step(case, "ask the superior", "water-officer", reasons="两家意见不一。")
    with world.service("notification").reading() as session:
        told = [(one.template, one.body) for one in session.query(MessageRow) if one.template == "your_step"]
    assert len(told) == 2
    assert WHY not in str(told)


def test_a_superior_may_decide_for_a_unit_of_whose_people_the_file_says_nothing(new_world):
    """Only what somebody takes up in person needs a post in the file; the directive that may follow needs none."""
    whole = full_county()
    world = new_world(county=replace(whole, posts=tuple(one for one in whole.posts if one.unit != "housing-bureau")))
    case = sent(world)
    world.step(case, "object", "water-officer", reasons=WHY)
    world.step(case, "decline the objection", "petition-officer", finding="供水属水利局。")
    world.step(case, "ask the superior", "water-officer", reasons="两家意见不一。")
    world.step(case, "decide", "county-head", unit="housing-bureau", reason="管网由住建局负责。")
    assert world.follow(case)["unit"] == "housing-bureau"


def test_no_post_in_the_file_refuses_a_decision_but_a_leader_has_to_be_there(embedded_world):
    with embedded_world.service("routing").transaction() as session:
        session.here = replace(session.here, county=full_county(posts=()))
        steps = session.here.mechanisms["petitions"].workflow
        must_find_somebody(session, steps.step("decide"), {"unit": "housing-bureau"})
        with pytest.raises(Invalid):
            must_find_somebody(session, steps.step("put in charge"), {"unit": "housing-bureau"})
