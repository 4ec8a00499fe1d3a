"""A next visit: asked for with a list of who comes, agreed to or not, and told of on the petition's own timeline."""

from dataclasses import replace
from datetime import timedelta

import pytest
from world import full_county

OFFER = {"party": ["water-head"], "day": "2026-11-09", "place": "大洼村委会", "why": "当面说明水价。"}
RECORD = {"how": "person", "day": "2026-11-09", "told": "约定十二月底前更换水表。", "heard": "老人独居。"}
WATER = ("water-officer", "water-reader", "water-head")


def a_petition(world, **more):
    for post in (*WATER, "county-head", "transport-officer"):
        world.token(post)  # nobody goes for a post that nobody holds
    petition = world.submit("petitions", "petition", addressed_to="water-bureau", **more)
    world.step(petition, "accept", "water-officer")
    return petition


def offered(world, petition, **more):
    world.step(petition, "offer a visit", "water-officer", **{**OFFER, **more})
    return petition


def offers(world, petition):
    return {one["step"] for one in world.follow(petition)["offers"]}


def standing(world, petition):
    """Give everything of a petition that a refusal must leave alone."""
    seen, desk = world.follow(petition), world.desk(petition, "water-officer")
    same = ("phase", "outcome", "unit", "promises", "relatives")
    return {name: seen[name] for name in same} | {"state": desk["state"], "deadlines": desk["deadlines"]}


def the_visit(world, post="water-head", phase=""):
    listed = world.ask("GET", f"/api/v1/desk/cases?mechanism=visits&phase={phase}", post=post).get_json()["items"]
    return next((one for one in listed if one["kind"] == "next"), None)


def agree(world, petition, **wishes):
    answer = world.ask_step(petition, "agree to the visit", **wishes)
    assert answer.status_code < 300, answer.get_json()
    return the_visit(world)


def test_a_visit_that_was_agreed_to_comes_back_to_the_petition(world):
    petition = offered(world, a_petition(world))
    assert "县水利局" in str(world.follow(petition)["timeline"])  # who would come, before anything is said
    before = standing(world, petition)
    visit = agree(world, petition, place="家里", time="傍晚", companion="女儿")
    read = world.desk(visit, "water-head")["text"]
    assert all(word in read for word in ("家里", "傍晚", "女儿", "当面说明水价", "2026年11月9日"))
    assert standing(world, petition) == before
    assert the_visit(world, "county-head") is None

    world.pass_days(8)
    world.step(visit, "record the visit", "water-head", **RECORD)
    last = world.follow(petition)["timeline"][-1]
    assert "已见面沟通" in last["text"]
    assert "更换水表" in last["note"]
    assert "独居" not in str(world.follow(petition))
    world.step(visit, "end", "water-head")
    assert str(world.follow(petition)["timeline"]).count("已见面沟通") == 1
    assert "约" not in world.ask("GET", "/public/affairs").text.partition("<main")[2].partition("县领导")[0]


def test_a_refusal_changes_nothing(world):
    petition = offered(world, a_petition(world))
    before = standing(world, petition)
    world.ask_step(petition, "no visit", why="不想见")
    assert standing(world, petition) == before
    assert the_visit(world) is None
    assert "不见面" in str(world.follow(petition)["timeline"])
    assert not {"agree to the visit", "telephone instead", "no visit"} & offers(world, petition)
    world.pass_days(30)
    assert standing(world, petition)["state"] == before["state"]


def test_a_call_is_as_good_as_a_visit(world):
    petition = offered(world, a_petition(world))
    world.ask_step(petition, "telephone instead", number="13900000000", time="中午")
    visit = the_visit(world)
    assert "13900000000" in world.desk(visit, "water-head")["text"]
    world.step(visit, "record the visit", "water-head", **{**RECORD, "how": "phone", "day": "2026-11-02"})
    assert "电话" in world.follow(petition)["timeline"][-1]["note"]


@pytest.mark.quick
def test_whoever_agreed_may_call_it_off(embedded_world):
    world = embedded_world
    petition = offered(world, a_petition(world))
    visit = agree(world, petition)
    assert "call the visit off" in offers(world, petition)
    world.ask_step(petition, "call the visit off", why="改主意了")
    shown = world.desk(visit, "water-head")
    assert (shown["state"], shown["outcome"]) == ("closed", "called_off")
    assert "call the visit off" not in offers(world, petition)
    world.step(petition, "offer a visit", "water-officer", **OFFER)  # and may be asked once more


@pytest.mark.quick
def test_a_visit_that_was_not_made_shows_as_late(embedded_world):
    world = embedded_world
    visit = agree(world, offered(world, a_petition(world)), day="2026-11-11")
    due = [(one["rule"], one["due"]) for one in world.desk(visit, "water-head")["deadlines"]]
    assert due == [("visit.record", "2026-11-18")]  # five working days after the day that the petitioner chose
    world.pass_days(17)
    assert [one["status"] for one in world.desk(visit, "water-head")["deadlines"]] == ["breached"]


@pytest.mark.quick
def test_why_it_was_not_made_is_said_to_the_petitioner_alone(embedded_world):
    world = embedded_world
    petition = offered(world, a_petition(world))
    world.step(agree(world, petition), "no visit", "water-head", told="防汛值守，另行约期。")
    last = world.follow(petition)["timeline"][-1]
    assert ("未能见面" in last["text"], "防汛" in last["note"]) == (True, True)
    assert world.desk(petition, "water-officer")["state"] == "accepted"


@pytest.mark.quick
def test_an_offer_whose_day_has_come_is_not_agreed_to_any_more(embedded_world):
    world = embedded_world
    petition = offered(world, a_petition(world))
    assert world.try_step(petition, "offer a visit", "water-officer", **OFFER).status_code == 409  # one at a time
    world.pass_days(7)
    world.ask_step(petition, "agree to the visit")
    assert the_visit(world) is None
    later = (world.clock.now() + timedelta(days=9)).date().isoformat()
    world.step(petition, "offer a visit", "water-officer", **{**OFFER, "day": later})
    assert "agree to the visit" in offers(world, petition)


def may_come(world, petition, post="water-officer"):
    page = next(one for one in world.desk(petition, post)["offers"] if one["step"] == "offer a visit")
    return set(next(one for one in page["fields"] if one["name"] == "party")["options"])


@pytest.mark.quick
def test_nobody_complained_of_is_in_the_party(embedded_world):
    petition = a_petition(embedded_world, about={"posts": ["water-head"]})
    named = may_come(embedded_world, petition)
    assert "water-head" not in named
    assert {"water-officer", "county-head"} <= named
    refused = embedded_world.try_step(petition, "offer a visit", "water-officer", **OFFER)
    assert [one["field"] for one in refused.get_json()["errors"]] == ["party"]


@pytest.mark.quick
def test_no_police_is_in_the_party(new_world):
    full = full_county()
    units = tuple(replace(one, police=one.code == "transport-bureau") for one in full.units)
    world = new_world(county=replace(full, units=units))
    named = may_come(world, a_petition(world))
    assert "transport-officer" not in named
    assert "water-head" in named


@pytest.mark.quick
def test_a_county_without_visits_offers_none(new_world):
    full = full_county()
    others = tuple(name for name in full.mechanisms if name != "visits")
    duties = tuple(one for one in full.duties if one.mechanism != "visits")
    world = new_world(county=full_county(mechanisms=others, duties=duties))
    petition = a_petition(world)
    assert "offer a visit" not in [one["step"] for one in world.desk(petition, "water-officer")["offers"]]
