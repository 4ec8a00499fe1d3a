"""One application for several offices: each gives its part in a case of its own, and one certificate comes of it."""

import pytest

from services.directory.people import add_person
from services.directory.signin import make_token
from tests.mechanisms.service_window.makers import (
    CONSENT,
    GRANTED,
    NO_CONSENT,
    OFFICES,
    REFUSED,
    SERVED,
    apply,
    decide,
    terms,
)


def joint(world):
    """Give an application that was accepted with two offices beside the one that leads, and their parts by office."""
    case = apply(world)
    world.step(case, "accept jointly", "housing-officer", **OFFICES)
    parts = {}
    for office in ("water", "transport"):
        path = "/api/v1/desk/cases?mechanism=service_window"
        listed = world.ask("GET", path, post=f"{office}-officer").get_json()["items"]
        (parts[office],) = (one for one in listed if one["unit"] == f"{office}-bureau")
    return case, parts


def give(world, part, office, said):
    world.step(part, "take part up", f"{office}-officer")
    world.step(part, "examine", f"{office}-officer", **said)
    world.step(part, "sign part", f"{office}-head")


def offered(world, case, post):
    return [one["step"] for one in world.desk(case, post)["offers"]]


def test_several_offices_one_decision_one_certificate(world):
    case, parts = joint(world)
    found = terms(world, case)
    assert found["licence.missing_papers"]["status"] == "met"
    assert found["licence.joint"]["due"] == "2027-01-05"
    for office, part in parts.items():
        assert terms(world, part, f"{office}-officer")["part.due"]["due"] == "2026-11-20"
        assert "draft" not in offered(world, case, "housing-officer")
        give(world, part, office, CONSENT)
    assert {one["phase"] for one in world.follow(case)["relatives"]} == {"closed"}

    decide(world, case, GRANTED, "2026-11-02")
    assert terms(world, case)["licence.joint"]["status"] == "met"
    assert terms(world, case)["licence.certificate"]["due"] == "2026-11-16"
    assert "reconsideration.apply" not in terms(world, case)
    world.step(case, "issue certificate", "housing-head", notice="准予在大洼村二组建房，2027年11月前有效。")
    world.step(case, "serve certificate", "housing-officer", **SERVED, received_on="2026-11-02")

    letters = [one["letter"]["text"] for one in world.follow(case)["timeline"] if one["letter"]]
    certificates = [one for one in letters if "许可证件\n" in one]
    assert len(certificates) == 1
    assert "县交通运输局、县水利局" in certificates[0]
    seen = world.follow(case)
    assert (seen["phase"], seen["outcome"]) == ("closed", "granted")
    assert terms(world, case)["licence.certificate"]["status"] == "met"


def test_what_one_office_refuses_is_not_granted_and_the_refusal_says_why_and_what_to_do(world):
    case, parts = joint(world)
    give(world, parts["water"], "water", CONSENT)
    early = world.try_step(case, "draft", "housing-officer", **GRANTED)
    assert (early.status_code, early.get_json()["code"]) == (409, "guard-not-met")
    give(world, parts["transport"], "transport", NO_CONSENT)
    wrong = world.try_step(case, "draft", "housing-officer", **GRANTED)
    assert [one["field"] for one in wrong.get_json()["errors"]] == ["outcome"]
    nothing = world.try_step(case, "draft", "housing-officer", **{**REFUSED, "reasons": ""})
    assert [one["field"] for one in nothing.get_json()["errors"]] == ["reasons"]

    decide(world, case, REFUSED, "2026-11-02")
    letter = [one["letter"]["text"] for one in world.follow(case)["timeline"] if one["letter"]][-1]
    assert REFUSED["reasons"] in letter
    assert "行政复议" in letter
    assert "行政诉讼" in letter
    assert terms(world, case)["reconsideration.apply"]["due"] == "2027-01-01"
    assert "licence.certificate" not in terms(world, case)
    assert world.follow(case)["phase"] == "closed"


def test_an_office_reads_what_it_has_a_part_in_and_no_other_does(world):
    case, parts = joint(world)
    assert world.desk(case, "water-officer")["text"]
    assert world.desk(parts["water"], "housing-officer")["text"] == OFFICES["reasons"]
    assert offered(world, case, "water-officer") == []
    for of, post in ((case, "civil-affairs-officer"), (parts["water"], "transport-officer")):
        answer = world.ask("GET", f"/api/v1/desk/cases/{of['reference']}", post=post)
        assert answer.status_code == 404
    stranger = world.try_step(parts["water"], "take part up", "housing-officer")
    assert stranger.status_code == 403


def test_a_part_that_is_late_shows_as_its_own_offices(world):
    case, parts = joint(world)
    give(world, parts["water"], "water", CONSENT)
    world.pass_days(19)
    assert terms(world, parts["water"], "water-officer")["part.due"]["status"] == "met"
    assert terms(world, parts["transport"], "transport-officer")["part.due"]["status"] == "breached"
    assert terms(world, case)["licence.joint"]["status"] == "open"


@pytest.mark.quick
@pytest.mark.parametrize(
    "offices",
    [
        pytest.param(["housing-bureau"], id="the one that leads"),
        pytest.param(["atlantis"], id="none of the county's"),
        pytest.param(["water-bureau", "water-bureau"], id="one twice"),
        pytest.param([], id="none"),
    ],
)
def test_only_other_offices_are_asked_each_once(embedded_world, offices):
    case = apply(embedded_world)
    answer = embedded_world.try_step(case, "accept jointly", "housing-officer", **{**OFFICES, "offices": offices})
    assert [one["field"].partition(".")[0] for one in answer.get_json()["errors"]] == ["offices"]
    assert embedded_world.follow(case)["phase"] == "triage"


@pytest.mark.quick
def test_who_examined_a_part_does_not_sign_it(embedded_world):
    world = embedded_world
    _, parts = joint(world)
    world.tokens["water-officer"] = world.tokens["water-head"] = both(world)
    world.step(parts["water"], "take part up", "water-officer")
    world.step(parts["water"], "examine", "water-officer", **CONSENT)
    assert world.try_step(parts["water"], "sign part", "water-head").status_code == 403


def both(world):
    """Give the token of one person who holds both posts of the water bureau."""
    with world.service("directory").inside():
        posts, now = ["water-officer", "water-head"], world.clock.now()
        person = add_person("一人两岗", "both", posts, "a-long-password", email="both@example.test", now=now)
        token = make_token(person, "test", 365, now=now)
    world.settle()
    return token


def test_time_that_is_left_out_is_told_in_writing_and_not_counted(world):
    case = apply(world)
    world.step(case, "accept", "housing-officer")
    before = terms(world, case)["licence.decide"]["due"]
    told = {"ground": "experts", "notice": "专家评审，县住建局，两天。"}
    world.step(case, "leave time out", "housing-officer", **told)
    assert terms(world, case)["licence.decide"]["status"] == "paused"
    letter = [one["letter"]["text"] for one in world.follow(case)["timeline"] if one["letter"]][-1]
    assert told["notice"] in letter
    world.pass_days(2)
    world.step(case, "count on", "housing-officer")
    assert (before, terms(world, case)["licence.decide"]["due"]) == ("2026-11-30", "2026-12-02")


@pytest.mark.quick
def test_the_record_has_the_decision_and_nobodys_name(embedded_world):
    world = embedded_world
    case, parts = joint(world)
    for office, part in parts.items():
        give(world, part, office, CONSENT)
    decide(world, case, GRANTED, "2026-11-02")
    world.pass_days(8)
    record = world.ask("GET", "/api/v1/public/outcomes").get_json()["items"]
    assert [one["mechanism"] for one in record].count("service_window") == 1
    for words in (record, world.ask("GET", "/api/v1/events").get_json()):
        assert "周某" not in str(words)
        assert CONSENT["reasons"] not in str(words)
        assert case["reference"] not in str(words)
