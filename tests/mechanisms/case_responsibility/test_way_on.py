"""A charge always has somebody who goes on with it, and only who has a part in it reads the matter for it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.directory.declared import be_away, be_back
from services.routing.handover import bar
from services.routing.models import CaseRow
from shared.law.local import local_day
from tests.mechanisms.case_responsibility.test_story import (
    DRAFT,
    NAMED,
    PLAN,
    TALK,
    answered,
    charges,
    moves_to,
    named,
    offers,
    refused,
    taken,
    two_leaders,
)

OVER = {"unit": "petition-office", "reason": "分工调整。"}


@pytest.fixture
def world(embedded_world):
    return embedded_world


@pytest.fixture
def deputy_world(new_world):
    return new_world(county=two_leaders())


def reads(world, case, post):
    return world.ask("GET", f"/api/v1/desk/cases/{case['reference']}", post=post).status_code == 200


def declare(world, action, *given):
    with world.service("directory").inside():
        found = action(*given, now=world.clock.now())
    world.settle()
    return found


def served(world, case, unit, outcome="not_supported"):
    """Take a petition through its chain at a unit, to the proof of service."""
    today = local_day(world.clock.now()).isoformat()
    world.step(case, "draft", f"{unit}-officer", **{**DRAFT, "outcome": outcome})
    world.step(case, "read", f"{unit}-reader")
    world.step(case, "sign", f"{unit}-head")
    world.step(case, "explain", f"{unit}-officer", day=today, **TALK)
    world.step(case, "serve", f"{unit}-officer", method="hand", received_on=today, proof="本人签收")


@pytest.mark.parametrize("unit", ["water-bureau", "nowhere"], ids=["nobody there is a leader", "no such unit"])
def test_a_unit_without_a_leader_is_refused_where_it_is_named(world, unit):
    case = world.submit("petitions", "petition", addressed_to="water-bureau")
    world.step(case, "accept", "water-officer")
    refusal = world.try_step(case, "put in charge", "water-head", **{**NAMED, "unit": unit}).get_json()
    assert [one["field"] for one in refusal["errors"]] == ["unit"]


def test_two_heads_at_once_name_one_leader(world):
    """The first charge is still on its way when the second head asks."""
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "refer", "petition-officer", unit="water-bureau", reason="供水问题归水利局。")
    world.step(case, "accept", "water-officer")
    assert world.try_step(case, "put in charge", "water-head", **NAMED).status_code == 200
    assert refused(world, case, "order into charge", "petition-head", **NAMED) == "guard-not-met"
    world.settle()
    assert len(charges(world, "county-head")) == 1


def test_a_request_that_somebody_dropped_is_waited_for_a_day(world):
    """Its case never came: nobody else can be named today, and somebody can tomorrow."""
    case, charge = named(world)
    with world.service("routing").transaction(world.clock.now()) as session:
        row = session.scalars(select(CaseRow).where(CaseRow.reference == charge["reference"])).one()
        row.relation, row.phase = "none of ours", "closed"
    assert refused(world, case, "put in charge", "water-head", **NAMED) == "guard-not-met"
    world.pass_days(1.1)
    world.step(case, "put in charge", "water-head", **NAMED)
    (another,) = charges(world, "county-head")
    assert another != charge


@pytest.mark.parametrize("step", ["name another", "hand over"])
def test_it_is_not_given_to_a_unit_without_a_leader(world, step):
    _, charge = named(world) if step == "name another" else taken(world)
    refusal = world.try_step(charge, step, "county-head", unit="water-bureau", reason="由水利局牵头。").get_json()
    assert [one["field"] for one in refusal["errors"]] == ["unit"]


def test_who_moved_to_a_post_that_leads_nothing_has_left_it(deputy_world):
    world = deputy_world
    _, charge = taken(world)
    moves_to(world, "county-head", "county-officer")  # of the same unit
    world.step(charge, "succeed", "county-deputy")
    assert "report" in offers(world, charge, "county-deputy")
    world.step(charge, "report", "county-deputy", done="已办。")


def test_a_stand_in_who_took_charge_keeps_it_until_the_leader_is_back(deputy_world):
    world = deputy_world
    for post in ("county-head", "county-reader", "county-deputy"):
        world.token(post)
    today = local_day(world.clock.now())
    absence = declare(world, be_away, "county-head", today, None, "county-reader")
    _, charge = named(world)
    world.step(charge, "take charge", "county-reader")
    assert refused(world, charge, "succeed", "county-deputy") == "guard-not-met"
    declare(world, be_back, absence, today)
    assert refused(world, charge, "plan", "county-reader", **PLAN) == "not-your-step"
    world.step(charge, "succeed", "county-head")
    world.step(charge, "plan", "county-head", **PLAN)


def test_a_post_above_that_stands_in_has_charge(deputy_world):
    """The petition office's only leader signed: the leaders above fill in there, and one of them takes it from none."""
    world = deputy_world
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "accept", "petition-officer")
    served(world, case, "petition")
    world.step(case, "put in charge", "petition-head", **{**NAMED, "unit": "petition-office"})
    (charge,) = charges(world, "county-head")
    world.step(charge, "take charge", "county-head")
    assert refused(world, charge, "succeed", "county-head") == "guard-not-met"
    world.step(charge, "plan", "county-head", **PLAN)
    assert reads(world, case, "county-head")


def charge_of_the_county(world):
    """Give a petition that the petition office's head signs, with its charge at the county's leader."""
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "accept", "petition-officer")
    world.step(case, "put in charge", "petition-head", **NAMED)
    (charge,) = charges(world, "county-head")
    world.step(charge, "take charge", "county-head")
    world.step(charge, "plan", "county-head", **PLAN)
    return case, charge


def test_a_leader_on_leave_who_signed_nothing_keeps_it_when_the_answer_is_contested(world):
    case, charge = charge_of_the_county(world)
    today = local_day(world.clock.now())
    absence = declare(world, be_away, "county-head", today, None, None)
    served(world, case, "petition")
    world.ask_step(case, "ask for review", reasons="事实没有查清。")
    declare(world, be_back, absence, today + timedelta(days=1))
    world.pass_days(1)
    assert charges(world, "county-head") == [charge]
    world.step(charge, "report", "county-head", done="已办。")
    world.try_step(charge, "hand over", "county-head", **OVER)
    assert charges(world, "petition-head") == []  # he signed


def reviewed(world, case, outcome, signer="county-head"):
    """Let the petitioner ask for a review, and the county's government end it so; gives the review."""
    answer = world.ask_step(case, "ask for review", reasons="事实没有查清。")
    assert answer.status_code < 300, answer.get_json()
    listed = world.ask("GET", "/api/v1/desk/cases?limit=100", post="county-officer").get_json()["items"]
    (review,) = [one for one in listed if one["mechanism"] == "reviews"]
    world.step(review, "take up", "county-officer")
    said = {name: value for name, value in DRAFT.items() if name != "by_when"}
    world.step(review, "draft", "county-officer", **{**said, "outcome": outcome})
    world.step(review, "read", "county-reader")
    world.step(review, "sign", signer)
    today = local_day(world.clock.now()).isoformat()
    world.step(review, "serve", "county-officer", method="hand", received_on=today, proof="本人签收")
    return review


def test_who_signed_the_review_is_barred_when_that_is_contested(deputy_world):
    world = deputy_world
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "accept", "petition-officer")
    served(world, case, "petition")
    review = reviewed(world, case, "upheld")
    world.step(case, "put in charge", "petition-head", **NAMED)
    (charge,) = charges(world, "county-head")
    world.step(charge, "take charge", "county-head")
    assert charges(world, "county-head") == [charge]  # he signed the review, and nobody contests it yet
    answer = world.ask_step({**case, "reference": review["reference"]}, "ask for a second review", reasons="仍未查清。")
    assert answer.status_code < 300, answer.get_json()
    assert charges(world, "county-head") == []
    world.step(charge, "succeed", "county-deputy")


def test_who_signed_the_review_is_not_named_while_that_is_contested(deputy_world):
    """Naming the leader late evades no bar: who signed what the second review disputes is barred from the start."""
    world = deputy_world
    case = world.submit("petitions", "petition", addressed_to="petition-office")
    world.step(case, "accept", "petition-officer")
    served(world, case, "petition")
    review = reviewed(world, case, "upheld")
    world.ask_step({**case, "reference": review["reference"]}, "ask for a second review", reasons="仍未查清。")
    world.step(case, "put in charge", "petition-head", **NAMED)
    assert charges(world, "county-head") == []
    (charge,) = charges(world, "county-deputy")
    world.step(charge, "take charge", "county-deputy")


def test_somebody_goes_on_when_who_has_charge_left_and_the_next_in_his_post_is_barred(world):
    case, charge = charge_of_the_county(world)
    served(world, case, "petition")
    moves_to(world, "county-head")
    moves_to(world, "petition-head", "county-head")  # who signed the answer
    world.token("housing-head")
    moves_to(world, "housing-head", "petition-head")
    world.ask_step(case, "ask for review", reasons="事实没有查清。")
    assert charges(world, "housing-head") == [charge]
    world.step(charge, "succeed", "housing-head")


def test_a_colleague_steps_in_for_who_offered_it_and_left(deputy_world):
    world = deputy_world
    _, charge = taken(world)
    world.step(charge, "hand over", "county-head", **OVER)
    assert refused(world, charge, "step in", "county-deputy") == "guard-not-met"
    moves_to(world, "county-head")
    assert offers(world, charge, "petition-head") == ["accept", "decline"]
    world.step(charge, "step in", "county-deputy")
    world.step(charge, "report", "county-deputy", done="已办。")


@pytest.mark.parametrize("answer", ["decline", "take back"])
def test_it_comes_back_to_a_leader_who_is_on_leave(world, answer):
    case, charge = taken(world)
    world.token("petition-head")
    world.step(charge, "hand over", "county-head", **OVER)
    today = local_day(world.clock.now())
    declare(world, be_away, "county-head", today, None, None)
    if answer == "decline":
        world.step(charge, "decline", "petition-head", reason="曾参与处理。")
    else:
        world.step(charge, "take back", "county-head")
    assert charges(world, "county-head") == [charge]
    assert not reads(world, case, "petition-head")


def test_a_recusal_of_somebody_else_takes_no_charge_from_a_leader_on_leave(world):
    _, charge = taken(world)
    declare(world, be_away, "county-head", local_day(world.clock.now()), None, None)
    path = f"/api/v1/desk/cases/{charge['reference']}/recuse"
    assert world.ask("POST", path, {"reason": "亲属。"}, post="county-reader").status_code == 200
    world.settle()
    assert charges(world, "county-head") == [charge]
    assert charges(world, "petition-head") == []


def test_who_gets_a_barred_post_beside_his_own_is_gone(deputy_world):
    world = deputy_world
    _, charge = charge_of_the_county(world)
    with world.service("routing").transaction(world.clock.now()) as session:
        row = session.scalars(select(CaseRow).where(CaseRow.reference == charge["reference"])).one()
        bar(session, row, frozenset({"petition-officer"}))
    world.settle()
    moves_to(world, "county-head", "county-head", "petition-officer")
    assert charges(world, "county-head") == []
    world.step(charge, "succeed", "county-deputy")


def test_the_plan_goes_on_while_the_petitioner_is_asked_and_the_question_can_be_taken_back(deputy_world):
    world = deputy_world
    _, charge = taken(world)
    world.step(charge, "ask for the word", "county-head")
    world.step(charge, "report", "county-head", done="权属已查明。")
    assert refused(world, charge, "ask no more", "county-deputy") == "not-your-step"
    world.step(charge, "ask no more", "county-head")
    assert "hand over" in offers(world, charge, "county-head")
    world.step(charge, "ask for the word", "county-head")
    moves_to(world, "county-head")
    world.step(charge, "succeed", "county-deputy")
    world.step(charge, "ask no more", "county-deputy")


def test_what_was_opened_again_and_ended_with_a_no_was_not_carried_out(world):
    case, charge = taken(world)
    answered(world, case)
    world.step(case, "carry out", "water-officer", done="主管道已更换。")
    reviewed(world, case, "redo", signer="county-vice-head")  # who has charge signs no review
    served(world, case, "water")
    assert world.desk(case, "water-head")["phase"] == "closed"
    assert refused(world, charge, "close as carried out", "county-head", result="已更换。") == "guard-not-met"


def test_a_unit_that_declines_reads_the_petition_no_longer(world):
    case, charge = taken(world)
    assert not reads(world, case, "petition-head")
    world.step(charge, "hand over", "county-head", **OVER)
    assert reads(world, case, "petition-head")  # who is asked has to know what he would take
    assert reads(world, case, "county-head")
    world.step(charge, "decline", "petition-head", reason="曾参与处理。")
    assert not reads(world, case, "petition-head")
    assert reads(world, case, "county-head")
    world.step(charge, "hand over", "county-head", **OVER)
    world.step(charge, "accept", "petition-head")
    assert reads(world, case, "petition-head")
    assert not reads(world, case, "county-head")
