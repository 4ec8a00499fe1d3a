"""A visit from plan to result: what each person said is that person's own case, and what was not made shows."""

import re
from datetime import timedelta

import pytest
from world import full_county

from shared.county.model import DutyItem

VISIT = {"mechanism": "visits", "kind": "visit", "title": "走访大洼村", "text": "走访三户，座谈一次。"}
RECORD = {
    "sort": "village",
    "day": "2026-11-02",
    "heard": "灌溉用水紧张。",
    "headline": "走访石桥镇",
    "body": "谈了灌溉用水。",
}
RESULT = {"headline": "走访结果", "body": "两件事项均已答复。", "raised": 2, "resolved": 2}
OWN = {"channel": "visit", "received_on": "2026-11-02", "read_back": True}


def take(world, body, post="shiqiao-officer", **taking):
    answer = world.ask("POST", "/api/v1/counter/cases", {**body, "taking": {**OWN, **taking}}, post=post)
    world.settle()
    return answer


def a_visit(world):
    found = take(world, VISIT | {"details": {"sort": "village"}, "place": "qh-shiqiao-dawa", "category": "village"})
    assert found.status_code == 201, found.get_json()
    return found.get_json()


def a_concern(world, visit, post="shiqiao-officer", **more):
    body = {
        "mechanism": "petitions",
        "kind": "petition",
        "title": "机井坏了",
        "text": "三组的机井坏了半年。",
        "place": "qh-shiqiao-dawa",
    }
    return take(world, {**body, "category": "water", **more}, post, visit=visit["reference"])


def record(world, visit):
    world.step(visit, "record", "shiqiao-officer", **RECORD)


def test_what_people_say_at_a_visit_is_handled_as_their_own_cases(world):
    visit = a_visit(world)
    record(world, visit)
    named = a_concern(world, visit, contact={"name": "周某"}).get_json()
    nameless = a_concern(world, visit, mechanism="suggestions", kind="suggestion", category="village").get_json()

    assert visit["receipt"] == ""  # the office's own record belongs to no resident
    assert len({named["receipt"], nameless["receipt"], ""}) == 3
    assert (named["identity"], nameless["identity"]) == ("claimed", "anonymous")
    assert "走访" in world.follow(named)["timeline"][0]["text"]
    assert world.follow(named)["relatives"] == []  # nobody learns of the visit, or of what others said, by a receipt
    world.step(nameless, "accept", "shiqiao-officer")
    relatives = world.desk(visit, "shiqiao-officer")["relatives"]
    assert [one["reference"] for one in relatives] == [nameless["reference"]]  # the water bureau's is not theirs to see


def test_a_visit_is_told_of_once_what_was_said_there_is_done(world):
    visit = a_visit(world)
    record(world, visit)
    concern = a_concern(world, visit, mechanism="suggestions", kind="suggestion", category="village").get_json()
    assert world.try_step(visit, "close", "shiqiao-officer", **RESULT).status_code != 200

    world.ask_step(concern, "withdraw", why="")
    world.step(visit, "close", "shiqiao-officer", **RESULT)
    assert "走访石桥镇" in world.ask("GET", "/public/affairs").text


@pytest.mark.quick
def test_only_a_recorded_visit_that_one_may_see_is_named(embedded_world):
    visit = a_visit(embedded_world)
    assert a_concern(embedded_world, visit).status_code == 201
    other = embedded_world.submit(category="village")
    for reference in ("QH-0000-0000-0", "nonsense", other["reference"]):
        answer = a_concern(embedded_world, {"reference": reference})
        assert [one["field"] for one in answer.get_json()["errors"]] == ["taking.visit"]
    stranger = a_concern(embedded_world, visit, post="liuhe-officer")  # of another town
    assert [one["field"] for one in stranger.get_json()["errors"]] == ["taking.visit"]


@pytest.mark.quick
def test_no_resident_opens_a_visit(embedded_world):
    answer = embedded_world.ask("POST", "/api/v1/cases", VISIT | {"details": {"sort": "village"}})
    assert answer.get_json()["code"] == "kind-not-offered"
    assert "/new/start/visits" not in embedded_world.client.get("/new").text


@pytest.mark.quick
def test_the_counter_records_a_visit_and_leads_on_to_what_was_said(embedded_world):
    embedded_world.sign_in("shiqiao-officer")
    client = embedded_world.client
    page = client.get("/counter/visits/visit").text
    assert 'name="identity"' not in page
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page))
    sent = {**hidden, "title": "走访大洼村", "text": "走访三户。", "place": "qh-shiqiao-dawa", "sort": "household"}
    answer = client.post("/counter/visits/visit", data={**sent, "category": "village"})

    assert answer.status_code == 200, answer.text
    link = re.search(r'href="(/counter\?visit=[^"]+)"', answer.text)[1]
    embedded_world.settle()
    onward = client.get(link).text
    assert "/counter/petitions/petition?visit=" in onward
    assert "/counter/visits/visit" not in onward


PLAN = DutyItem(
    *("shiqiao-visits", "石桥镇干部下村走访", "visits", "planned", "shiqiao-government"),
    period="month",
    rule="visit.record",
    place="qh-shiqiao",
    category="village",
)


def owed(world):
    items = world.ask("GET", "/api/v1/public/affairs").get_json()["items"]
    return next(one for one in items if one["duty"] == PLAN.code)


def the_planned_one(world):
    listed = world.ask("GET", "/api/v1/desk/cases?mechanism=visits", post="shiqiao-officer").get_json()["items"]
    return next(one for one in listed if "2026年10月" in one["title"])


def test_a_planned_visit_that_nobody_made_shows(world_of):
    full = full_county()
    world = world_of(county=full_county(duties=(*full.duties, PLAN)))
    world.settle()
    assert owed(world)["status"] == "due"

    world.pass_days(8)  # five working days from the end of October are over
    assert owed(world)["status"] == "missing"

    world.step(the_planned_one(world), "record", "shiqiao-officer", **RECORD)
    assert owed(world)["status"] == "published"
    assert owed(world)["was_late"]


def test_why_a_planned_visit_was_not_made_is_said_in_public(world_of):
    full = full_county()
    world = world_of(county=full_county(duties=(*full.duties, PLAN)))
    world.settle()
    why = {"headline": "十月走访未开展", "body": "防汛值守，改在十一月。"}
    world.step(the_planned_one(world), "not made", "shiqiao-head", **why)

    assert owed(world)["status"] == "published"
    assert "not made" not in [step["step"] for step in world.desk(the_closed(world), "shiqiao-head")["offers"]]


def the_closed(world):
    path = "/api/v1/desk/cases?mechanism=visits&phase=closed"
    return world.ask("GET", path, post="shiqiao-officer").get_json()["items"][0]


@pytest.mark.quick
def test_a_county_without_visits_records_none(new_world):
    full = full_county()
    others = tuple(name for name in full.mechanisms if name != "visits")
    duties = tuple(one for one in full.duties if one.mechanism != "visits")
    world = new_world(county=full_county(mechanisms=others, duties=duties))
    assert take(world, VISIT).get_json()["code"] == "kind-not-offered"
    world.sign_in("shiqiao-officer")
    page = world.client.get("/counter").text
    assert "/counter/petitions/petition" in page
    assert "/counter/visits" not in page


def test_a_visit_is_recorded_once_it_was_made(embedded_world):
    world = embedded_world
    visit = a_visit(world)
    tomorrow = (world.clock.now() + timedelta(days=1)).date().isoformat()
    refused = world.try_step(visit, "record", "shiqiao-officer", **{**RECORD, "day": tomorrow})
    assert refused.status_code == 422
    assert "day" in str(refused.get_json()["errors"])


NEED = {"what": "老人独居，低保断发。", "agreed": True}
OFFICER = "shiqiao-officer"


@pytest.fixture
def visit(embedded_world):
    visit = a_visit(embedded_world)
    record(embedded_world, visit)
    return visit


def terms(world, visit):
    return {one["rule"]: one["status"] for one in world.desk(visit, OFFICER)["deadlines"]}


@pytest.mark.quick
def test_a_need_becomes_a_request_that_was_taken_in_there(embedded_world, visit):
    world = embedded_world
    world.step(visit, "note a need", OFFICER, **NEED)
    assert terms(world, visit) == {"visit.need": "open"}
    other = world.submit(category="village")
    wrong = world.try_step(visit, "request taken in", OFFICER, reference=other["reference"])
    assert [one["field"] for one in wrong.get_json()["errors"]] == ["reference"]

    more = {"mechanism": "suggestions", "kind": "suggestion", "category": "village"}
    request = a_concern(world, visit, **more).get_json()
    world.step(visit, "request taken in", OFFICER, reference=request["reference"].lower())
    assert terms(world, visit) == {"visit.need": "met"}


@pytest.mark.quick
def test_nothing_becomes_a_request_without_consent(embedded_world, visit):
    refused = embedded_world.try_step(visit, "note a need", OFFICER, **{**NEED, "agreed": False})
    assert [one["field"] for one in refused.get_json()["errors"]] == ["agreed"]
    assert terms(embedded_world, visit) == {}


@pytest.mark.quick
def test_a_visit_is_not_closed_over_a_need_and_one_that_was_forgotten_shows(embedded_world, visit):
    world = embedded_world
    world.step(visit, "note a need", OFFICER, **NEED)
    assert world.try_step(visit, "close", OFFICER, **RESULT).get_json()["code"] == "guard-not-met"
    world.pass_days(8)
    assert terms(world, visit) == {"visit.need": "breached"}
    world.step(visit, "not wanted", OFFICER, why="女儿已代为申请。")
    world.step(visit, "close", OFFICER, **RESULT)
