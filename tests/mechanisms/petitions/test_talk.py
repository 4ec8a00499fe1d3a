"""After a no: nothing is served before it was talked over, and help after the end is tied to nothing."""

from datetime import timedelta

import pytest

DRAFT = {"facts": "已核实。", "opinion": "见说明。", "legal_basis": "信访工作条例 32", "summary": "已答复。"}
BY_WHEN = {"supported": {"by_when": "2027-03-31"}}
TALK = {
    "held": "held",
    "day": "2026-11-02",
    "beside": "lawyer",
    "summary": "说明了规划依据；本人表示理解，但不同意。",
    "help": "judicial",
    "next": "向县司法救助窗口申请，由经办人协助。",
}
CARE = {"help": "social", "summary": "协助申请临时救助。"}


def signed(world, outcome="not_supported", case=None):
    """Give a petition whose opinion was signed."""
    if case is None:
        case = world.submit("petitions", "petition", addressed_to="water-bureau")
        world.step(case, "accept", "water-officer")
    world.step(case, "draft", "water-officer", outcome=outcome, **DRAFT, **BY_WHEN.get(outcome, {}))
    world.step(case, "read", "water-reader")
    world.step(case, "sign", "water-head")
    return case


def serve(world, case):
    day = world.clock.now().date().isoformat()
    return world.try_step(case, "serve", "water-officer", method="hand", received_on=day, proof="本人签收")


def offers(world, case):
    return [one["step"] for one in world.desk(case, "water-officer")["offers"]]


def test_a_no_is_talked_over_before_it_is_served(world):
    case = signed(world)
    refusal = serve(world, case)
    assert (refusal.status_code, refusal.get_json()["code"]) == (409, "guard-not-met")
    world.step(case, "explain", "water-officer", **TALK)
    assert serve(world, case).status_code == 200
    assert "规划依据" in str(world.follow(case)["timeline"])


def test_a_talk_counts_also_where_the_clock_was_set_back_after_signing(embedded_world):
    case = signed(embedded_world)
    embedded_world.clock.set_to(embedded_world.clock.now() - timedelta(minutes=30))
    embedded_world.step(case, "explain", "water-officer", **TALK)
    assert serve(embedded_world, case).status_code == 200


@pytest.mark.parametrize("outcome", ["supported", "explained"])
def test_other_answers_need_no_talk(embedded_world, outcome):
    case = signed(embedded_world, outcome)
    assert "explain" not in offers(embedded_world, case)
    assert serve(embedded_world, case).status_code == 200


@pytest.mark.parametrize("held", ["declined", "unreached"])
def test_who_wishes_no_talk_gets_the_answer_all_the_same(embedded_world, held):
    case = signed(embedded_world)
    embedded_world.step(case, "explain", "water-officer", **{**TALK, "held": held, "beside": "nobody"})
    assert serve(embedded_world, case).status_code == 200


def test_help_after_the_end_waits_for_the_last_right_and_is_read_by_the_person(embedded_world):
    world = embedded_world
    case = signed(world)
    world.step(case, "explain", "water-officer", **TALK)
    serve(world, case)
    assert "care" not in offers(world, case)  # a review can still be asked for: no help is to stand in its way
    assert world.try_step(case, "care", "water-officer", **CARE).get_json()["code"] == "guard-not-met"
    world.pass_days(31)
    world.step(case, "care", "water-officer", **CARE)
    assert "临时救助" in str(world.follow(case)["timeline"])
    assert "ask for review" not in [one["step"] for one in world.follow(case)["offers"]]


def test_a_supported_petition_offers_no_help_after_the_end(embedded_world):
    case = signed(embedded_world, "explained")
    serve(embedded_world, case)
    embedded_world.pass_days(31)
    assert "care" not in offers(embedded_world, case)
