"""A hearing: asked for, declined or ordered, told by letter, recorded; the term runs on, the opinion rests on it."""

from datetime import timedelta

import pytest

from lianxin.plugin import Deadline, Schema, Text, hearing
from shared.workflow.check import check
from tests.workflow.makers import UNSAID, a_mechanism, a_step

pytestmark = [pytest.mark.quick, pytest.mark.slow]

ORDER = {
    "reasons": "事实有争议。",
    "day": "2026-11-20",
    "hours": "09:00至11:00",
    "room": "县信访局二楼会议室",
    "participants": "县水利局、村民代表",
}
RECORD = {"day": "2026-11-20", "present": "五人", "record": "各方陈述完毕。", "findings": "confirmed"}
OPINION = {
    "outcome": "explained",
    "facts": "已核实。",
    "opinion": "依法解释。",
    "legal_basis": "条例",
    "summary": "已解释。",
}


@pytest.fixture
def case(embedded_world):
    found = embedded_world.submit(
        "petitions", "petition", category="water", addressed_to="water-bureau", contact={"phone": "13800000000"}
    )
    embedded_world.step(found, "accept", "water-officer")
    return found


def test_a_hearing_is_told_by_letter_held_and_its_record_stands_in_the_opinion(embedded_world, case):
    world = embedded_world
    due = {one["rule"]: one["due"] for one in world.follow(case)["promises"]}["petition.handle"]
    world.step(case, "order a hearing", "water-officer", **ORDER)
    letter = [line["letter"]["text"] for line in world.follow(case)["timeline"] if line["letter"]][-1]
    assert all(word in letter for word in ("2026年11月20日", ORDER["hours"], ORDER["room"], ORDER["participants"]))
    world.pass_days(18)
    world.step(case, "hold the hearing", "water-officer", **RECORD)
    handle = {one["rule"]: one for one in world.follow(case)["promises"]}["petition.handle"]
    assert (handle["due"], handle["status"]) == (due, "open")  # article 34 leaves no hearing out
    world.step(case, "draft", "water-officer", **OPINION)  # who was heard there need not be heard once more
    world.step(case, "read", "water-reader")
    world.step(case, "sign", "water-head")
    opinion = [line["letter"]["text"] for line in world.follow(case)["timeline"] if line["letter"]][-1]
    assert RECORD["record"] in opinion
    assert RECORD["present"] not in str(world.follow(case))


@pytest.mark.slow
def test_no_opinion_is_drafted_while_a_wish_for_a_hearing_is_open(embedded_world, case):
    world = embedded_world
    world.step(case, "hear", "water-officer", day="2026-11-02", way="phone", summary="已听取。")
    assert world.ask_step(case, "ask for a hearing", why="请当面对质。").status_code == 202
    assert world.try_step(case, "draft", "water-officer", **OPINION).get_json()["code"] == "guard-not-met"
    world.step(case, "decline the hearing", "water-officer", reasons="事实清楚，双方没有争议。")
    assert "事实清楚" in str(world.follow(case)["timeline"])
    world.step(case, "draft", "water-officer", **OPINION)


@pytest.mark.slow
def test_a_wish_stays_open_where_the_clock_was_set_back_after_an_earlier_hearing(embedded_world, case):
    world = embedded_world
    world.step(case, "order a hearing", "water-officer", **ORDER)
    world.pass_days(18)
    world.step(case, "hold the hearing", "water-officer", **RECORD)
    world.clock.set_to(world.clock.now() - timedelta(hours=1))
    assert world.ask_step(case, "ask for a hearing", why="还有新的证人。").status_code == 202
    offers = [one["step"] for one in world.desk(case, "water-officer")["offers"]]
    assert ("decline the hearing" in offers, "draft" in offers) == (True, False)
    assert world.try_step(case, "draft", "water-officer", **OPINION).get_json()["code"] == "guard-not-met"


@pytest.mark.slow
def test_where_the_law_leaves_a_hearing_out_its_state_pauses_the_term():
    class Said(Schema):
        """Anything."""

        said = Text(seen="parties", title="Said")

    asks = dict.fromkeys(("wish", "order", "record", "reasons"), Said)
    for pauses, problems in (("hearing", []), ("holiday", ["order a hearing"])):
        steps = hearing("heard", by="petitioner", letter="answer", basis="36", pauses=pauses, **asks)
        begin = a_step("begin", to="heard", starts=Deadline("petition.re_review"))
        end = a_step("end", "heard", meets="petition.re_review")
        more = {"heard": "handling", "hearing": "waiting"}
        found = check(a_mechanism(begin, end, *steps, states=more), rules=UNSAID, folder=None)
        assert [line.split(":")[0].removeprefix("step ") for line in found] == problems
