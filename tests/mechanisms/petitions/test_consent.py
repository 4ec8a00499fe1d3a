"""Letters are served electronically to who agreed to it and left a way, and to nobody else."""

from datetime import timedelta

import pytest

from tests.mechanisms.petitions.test_service import reachable, today, wrong
from tests.mechanisms.petitions.test_talk import offers

BY_POST = {"name": "陈某", "address": "城关镇北关村8号"}
BY_MAIL = {"name": "陈某", "email": "chen@example.com"}
SERVED = {"method": "electronic", "proof": "系统记录到达时间"}
NOTED = {"said": "given", "how": "phone", "where": "13800000000"}


def serve(world, case):
    return world.try_step(case, "serve", "water-officer", **SERVED, received_on=today(world))


def review_runs(world, case):
    return "petition.review_request" in [one["rule"] for one in world.desk(case, "water-officer")["deadlines"]]


@pytest.mark.parametrize("contact", [BY_POST, BY_MAIL, {"name": "陈某"}], ids=["address", "e-mail", "name"])
def test_nobody_is_served_electronically_who_never_agreed(world, contact):
    case = reachable(world, contact)
    refused = wrong(serve(world, case))
    assert "method" in str(refused)
    assert not review_runs(world, case), "no time of the resident begins"
    assert "经同意" not in str(world.follow(case)["timeline"])


@pytest.mark.parametrize("way", [{"email": "chen@example.com"}, {"phone": "13800000000"}], ids=str)
def test_who_agreed_when_writing_is_served_electronically(world, way):
    case = reachable(world, {"name": "陈某", **way, "electronic": True})
    assert serve(world, case).status_code == 200
    world.settle()
    assert "经同意" in str(world.follow(case)["timeline"])
    assert review_runs(world, case)


def test_a_consent_that_reaches_nobody_is_refused_at_the_door(embedded_world):
    body = {"mechanism": "petitions", "kind": "petition", "title": "路灯", "text": "坏了"}
    contact = {"name": "陈某", "address": "北关村8号", "electronic": True}
    answer = embedded_world.ask("POST", "/api/v1/cases", {**body, "contact": contact})
    assert answer.status_code == 422
    assert "electronic" in str(answer.get_json()["errors"])


def test_the_petitioner_agrees_later_and_takes_it_back(embedded_world):
    case = reachable(embedded_world, BY_POST)
    assert embedded_world.ask_step(case, "agree to electronic", where="chen@example.com").status_code == 202
    embedded_world.settle()
    assert embedded_world.ask_step(case, "end electronic").status_code == 202
    embedded_world.settle()
    assert "method" in str(wrong(serve(embedded_world, case)))
    assert embedded_world.ask_step(case, "agree to electronic", where="chen@example.com").status_code == 202
    embedded_world.settle()
    assert serve(embedded_world, case).status_code == 200


def test_who_agreed_when_writing_may_take_it_back(embedded_world):
    case = reachable(embedded_world, {**BY_MAIL, "electronic": True})
    assert embedded_world.ask_step(case, "end electronic").status_code == 202
    embedded_world.settle()
    assert "method" in str(wrong(serve(embedded_world, case)))


def test_a_clerk_notes_how_and_when_consent_was_given_and_the_petitioner_reads_it(embedded_world):
    case, world = reachable(embedded_world, BY_POST), embedded_world
    assert "note consent" in offers(world, case)
    assert "how" in str(wrong(world.try_step(case, "note consent", "water-officer", said="given", on=today(world))))
    world.step(case, "note consent", "water-officer", **NOTED, on=today(world))
    assert "记录是否同意电子送达" in str(world.follow(case)["timeline"])
    assert serve(world, case).status_code == 200


def test_a_note_without_a_way_is_no_consent_where_none_was_left(embedded_world):
    case, world = reachable(embedded_world, BY_POST), embedded_world
    world.step(case, "note consent", "water-officer", said="given", how="phone", on=today(world))
    assert "method" in str(wrong(serve(world, case)))


def test_a_clerk_notes_that_it_was_taken_back(embedded_world):
    case, world = reachable(embedded_world, {**BY_MAIL, "electronic": True}), embedded_world
    world.step(case, "note consent", "water-officer", said="taken_back", how="phone", on=today(world))
    assert "method" in str(wrong(serve(world, case)))


@pytest.mark.parametrize("days", [-400, 1], ids=["long before the case", "tomorrow"])
def test_the_day_of_a_consent_is_not_one_of_the_future(embedded_world, days):
    case = reachable(embedded_world, BY_POST)
    day = (embedded_world.clock.now().date() + timedelta(days=days)).isoformat()
    answer = embedded_world.try_step(case, "note consent", "water-officer", **NOTED, on=day)
    assert "on" in str(wrong(answer))
