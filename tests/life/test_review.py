"""Review and re-review, in stories: who decides, by when, what comes of it, and when a matter is over for good."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from world import full_county

from services.routing.models import CaseRow
from shared.access.cases import barred_from
from shared.access.tables import CaseAccessRow, PersonRow
from shared.county.structure import Edge

CONTACT = {"name": "周某", "phone": "13800000000"}
SAID = {"facts": "已核实。", "opinion": "见说明。", "legal_basis": "条例", "summary": "已答复。"}
TALK = {"held": "held", "beside": "friend", "summary": "已说明依据。", "help": "none"}
TOWN, ABOVE, TOP = "liuhe", "water", "county"
ORDER = {
    "reasons": "事实有争议。",
    "day": "2026-12-01",
    "hours": "09:00至11:00",
    "room": "二楼",
    "participants": "各方",
}
RECORD = {"day": "2026-12-01", "present": "五人", "record": "各方陈述完毕。", "findings": "confirmed"}


def three_levels():
    """Give a county in which the town stands under the water bureau, and that one under the county government."""
    full = full_county()
    town = {("government", "liuhe-government")}
    return full_county(
        edges=tuple(
            replace(edge, upper="water-bureau") if (edge.kind, edge.lower) in town else edge for edge in full.edges
        )
    )


def decide(world, case, unit, outcome, **more):
    """Draft, read, sign and serve in a unit."""
    promised = {"by_when": "2027-03-31"} if outcome == "supported" else {}
    world.step(case, "draft", f"{unit}-officer", outcome=outcome, **{**SAID, **promised, **more})
    world.step(case, "read", f"{unit}-reader")
    world.step(case, "sign", f"{unit}-head")
    day = f"{world.clock.now().date()}"
    if outcome == "not_supported":
        world.step(case, "explain", f"{unit}-officer", day=day, **TALK)
    world.step(case, "serve", f"{unit}-officer", method="hand", proof="本人签收", received_on=day)


def answered(world, outcome="not_supported"):
    """Give a petition that the town answered."""
    case = world.submit("petitions", "petition", addressed_to="liuhe-government", contact=CONTACT)
    world.step(case, "accept", "liuhe-officer")
    hear(world, case)
    decide(world, case, TOWN, outcome)
    return case


def hear(world, case):
    world.step(case, "hear", "liuhe-officer", day="2026-11-02", way="phone", summary="已听取。")


def ask(world, case, step, **more):
    """Ask for a review or re-review; gives the new case, which goes by the same receipt."""
    known = {one["reference"] for one in world.follow(case)["relatives"]}
    assert world.ask_step(case, step, reasons="事实没有查清。", **more).status_code == 202
    (new,) = [one for one in world.follow(case)["relatives"] if one["reference"] not in known]
    return {"reference": new["reference"], "receipt": case["receipt"]}


def offers(world, case):
    return [one["step"] for one in world.follow(case)["offers"]]


def status(world, case, rule):
    return [one["status"] for one in world.follow(case)["promises"] if one["rule"] == rule]


def with_a_choice(**changes):
    """Give a county whose rules let the petitioner choose: the town stands under two bodies, the sector's second."""
    full = full_county()
    edges = (*full.edges, Edge(kind="sector", lower="liuhe-government", upper="water-bureau"))
    return full_county(**{"edges": edges, "review_choice": True, **changes})


def units_offered(world, case, step="ask for review"):
    (offer,) = [one for one in world.follow(case)["offers"] if one["step"] == step]
    return [one["code"] for one in offer["units"]]


@pytest.fixture
def county_of_three_levels(world_of):
    return world_of(county=three_levels())


def test_the_level_above_reviews_sends_back_and_the_new_answer_is_re_reviewed_and_final(county_of_three_levels):
    world = county_of_three_levels
    case = answered(world)
    review = ask(world, case, "ask for review")
    seen = world.follow(review)
    assert (seen["unit"], seen["title"]) == ("water-bureau", "村口的路灯坏了")
    assert "ask for review" not in offers(world, case)  # once: its term is met
    assert world.desk(review, "water-officer")["contact"] == CONTACT
    assert world.desk(case, "water-officer")["letters"]  # who reviews an answer reads it
    assert world.try_step(case, "hear", "water-officer").status_code == 403  # and moves nothing there

    world.step(review, "take up", "water-officer")
    decide(world, review, ABOVE, "redo")
    again = world.follow(case)
    assert (again["phase"], status(world, case, "petition.handle")) == ("handling", ["met", "open"])

    world.step(case, "draft", "liuhe-officer", outcome="not_supported", **SAID)
    same = world.try_step(case, "read", "liuhe-reader")
    assert same.get_json()["code"] == "guard-not-met"  # the same result on the same facts
    world.step(case, "send back", "liuhe-reader")
    other = {"facts": "另行勘验后查明。", "new": "勘验发现管道已更换。"}
    decide(world, case, TOWN, "not_supported", **other)

    second = ask(world, case, "ask for review")
    world.step(second, "take up", "water-officer")
    decide(world, second, ABOVE, "upheld")
    last = ask(world, second, "ask for a second review")
    assert world.follow(last)["unit"] == "county-government"
    world.step(last, "take up", "county-officer")
    decide(world, last, TOP, "upheld")
    assert offers(world, last) == []
    letter = [line["letter"]["text"] for line in world.follow(last)["timeline"] if line["letter"]][-1]
    assert "复核意见书" in letter
    assert "不再受理" in letter

    world.pass_days(1)
    repeated = world.submit("petitions", "petition", addressed_to="liuhe-government", contact=CONTACT)
    world.step(
        repeated,
        "no longer accept",
        "liuhe-officer",
        earlier=case["reference"],
        ground="re_reviewed",
        notice="已有复核意见。",
        summary="不再受理。",
    )
    world.step(repeated, "read notice", "liuhe-reader")
    world.step(repeated, "sign notice", "liuhe-head")
    day = world.clock.now().date().isoformat()
    world.step(repeated, "serve notice", "liuhe-officer", method="hand", proof="本人签收", received_on=day)
    done = world.follow(repeated)
    assert (done["phase"], done["outcome"]) == ("closed", "no_longer_accepted")
    assert "不再受理告知书" in next(line["letter"]["text"] for line in done["timeline"] if line["letter"])


@pytest.mark.slow
def test_a_re_review_stands_still_while_it_is_heard_and_what_it_sends_back_goes_all_the_way(new_world):
    world = new_world(county=three_levels())
    case = answered(world)
    review = ask(world, case, "ask for review")
    world.step(review, "take up", "water-officer")
    assert "order a hearing" not in str(world.desk(review, "water-officer")["offers"])
    decide(world, review, ABOVE, "upheld")
    last = ask(world, review, "ask for a second review")
    world.step(last, "take up", "county-officer")
    world.step(last, "order a hearing", "county-officer", **ORDER)
    assert status(world, last, "petition.re_review") == ["paused"]
    world.pass_days(30)
    world.step(last, "hold the hearing", "county-officer", **RECORD)
    assert status(world, last, "petition.re_review") == ["open"]
    decide(world, last, TOP, "redo")
    assert world.follow(review)["outcome"] == "redo"
    assert world.follow(case)["phase"] == "handling"


@pytest.mark.slow
def test_who_asks_late_gets_no_review_and_above_the_county_it_goes_outside(new_world):
    world = new_world(county=full_county())
    case = answered(world)
    review = ask(world, case, "ask for review")
    assert world.follow(review)["unit"] == "county-government"
    world.step(review, "take up", "county-officer")
    decide(world, review, TOP, "upheld")
    outside = world.follow(ask(world, review, "ask for a second review"))
    assert (outside["unit"], outside["outcome"]) == ("external", "referred_out")
    other = answered(world)
    assert {"ask for review", "object to publication"} <= set(offers(world, other))
    world.pass_days(31)
    assert status(world, other, "petition.review_request") == ["lapsed"]
    assert offers(world, other) == []  # a right that lapsed is not offered, before anybody asks
    late = world.ask_step(other, "ask for review", reasons="来晚了。")
    assert (late.status_code, late.get_json()["code"]) == (409, "step-not-offered")
    assert world.follow(other)["relatives"] == []


@pytest.mark.slow
def test_what_no_re_review_decided_is_not_refused_as_final(new_world):
    world = new_world(county=full_county())
    case = answered(world)
    world.pass_days(1)
    repeated = world.submit("petitions", "petition", addressed_to="liuhe-government")
    said = {"ground": "re_reviewed", "notice": "已有复核意见。", "summary": "不再受理。"}
    no = world.try_step(repeated, "no longer accept", "liuhe-officer", earlier=case["reference"], **said)
    assert (no.status_code, no.get_json()["errors"][0]["field"]) == (422, "earlier")


@pytest.mark.slow
def test_a_promise_is_not_closed_while_its_review_is_open(new_world):
    world = new_world(county=full_county())
    case = answered(world, "supported")
    review = ask(world, case, "ask for review")
    early = world.try_step(case, "carry out", "liuhe-officer", done="已完成。")
    assert early.get_json()["code"] == "guard-not-met"
    world.step(review, "take up", "county-officer")
    decide(world, review, TOP, "upheld")
    world.step(case, "carry out", "liuhe-officer", done="已完成。")
    assert world.follow(case)["phase"] == "closed"


@pytest.mark.slow
def test_a_review_is_never_sent_in_at_the_door_and_is_missing_where_the_mechanism_is(new_world):
    world = new_world(county=full_county(mechanisms=("petitions",), duties=(), registers={}))
    assert "ask for review" not in offers(world, answered(world))
    body = {"mechanism": "reviews", "kind": "review", "title": "a", "text": "b"}
    assert world.ask("POST", "/api/v1/cases", body).get_json()["code"] == "kind-not-offered"


@pytest.mark.slow
def test_who_decided_is_barred_from_the_review_as_a_person_whatever_post_he_holds_later(new_world):
    world = new_world(county=full_county())
    review = ask(world, answered(world), "ask for review")
    with world.service("routing").reading() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.reference == review["reference"])).one()
        people = session.scalars(select(PersonRow)).all()
        barred = barred_from(session, row.id)
    decided = {"liuhe-officer", "liuhe-reader", "liuhe-head"}
    assert {post for one in people if one.id in barred for post in one.posts} == decided


def test_where_local_rules_say_so_the_petitioner_chooses_the_body_and_routing_obeys(world_of):
    world = world_of(county=with_a_choice())
    case = answered(world)
    offer = next(one for one in world.follow(case)["offers"] if one["step"] == "ask for review")
    assert offer["units"] == [
        {"code": "county-government", "name": "县人民政府"},
        {"code": "water-bureau", "name": "县水利局"},
    ]
    no = world.ask_step(case, "ask for review", reasons="事实没有查清。", unit="housing-bureau")
    assert (no.status_code, no.get_json()["errors"][0]["field"]) == (422, "unit")
    review = ask(world, case, "ask for review", unit="water-bureau")
    assert world.follow(review)["unit"] == "water-bureau"
    assert "由其复查" in str(world.follow(review)["timeline"])

    world.step(review, "take up", "water-officer")
    decide(world, review, ABOVE, "upheld")
    assert units_offered(world, review, "ask for a second review") == []  # one body is left: nothing to choose
    assert world.follow(ask(world, review, "ask for a second review"))["unit"] == "county-government"


@pytest.mark.slow
def test_a_body_that_is_barred_is_not_offered_and_without_a_choice_the_first_one_reviews(new_world):
    world = new_world(county=with_a_choice())
    assert world.follow(ask(world, answered(world), "ask for review"))["unit"] == "county-government"
    case = answered(world)
    assert units_offered(world, case) == ["county-government", "water-bureau"]
    with world.service("routing").transaction(world.clock.now()) as session:
        row = session.scalars(select(CaseRow).where(CaseRow.reference == case["reference"])).one()
        session.add(CaseAccessRow(case=row.id, what="barred", code="water-bureau"))
    world.pass_days(8)  # the time to object to publication lapses: what is offered is told anew
    assert units_offered(world, case) == []


@pytest.mark.slow
def test_without_the_county_s_own_rule_there_is_no_choice_and_none_is_taken(new_world):
    world = new_world(county=with_a_choice(review_choice=False))
    case = answered(world)
    assert units_offered(world, case) == []
    no = world.ask_step(case, "ask for review", reasons="事实没有查清。", unit="water-bureau")
    assert no.status_code == 422


@pytest.mark.slow
def test_routing_itself_refuses_a_body_that_it_did_not_offer(new_world, monkeypatch):
    world = new_world(county=with_a_choice())
    case = answered(world)
    monkeypatch.setattr("services.intake.ask.must_be_offered", lambda *_: None)  # planted: intake lets it through
    world.ask_step(case, "ask for review", reasons="事实没有查清。", unit="liuhe-government")
    late = world.follow(case)
    assert (late["relatives"], late["timeline"][-1]["event"]) == ([], "case.step_refused")
