"""An answer is given when it is served: until then it is owed; ways that were tried are noted, a notice comes last."""

from datetime import timedelta

import pytest

from lianxin.plugin import Done
from shared.workflow.serving import last_resort
from tests.mechanisms.petitions.test_talk import offers, signed
from tests.workflow.makers import a_case

TRIED = {"method": "post", "happened": "查无此人，邮件退回。"}
CONTACT = {"name": "陈某", "address": "城关镇北关村8号"}
SERVED = {"method": "notice", "proof": "村务公开栏张贴三十日，照片两张"}


def today(world):
    return world.clock.now().date().isoformat()


def term(world, case, rule="petition.handle"):
    shown = world.desk(case, "water-officer")["deadlines"]
    return next(one["status"] for one in shown if one["rule"] == rule)


def reachable(world, contact=CONTACT):
    """Give a petition of somebody with an address, whose opinion was signed."""
    case = world.submit("petitions", "petition", addressed_to="water-bureau", contact=contact)
    world.step(case, "accept", "water-officer")
    world.step(case, "hear", "water-officer", day=today(world), way="phone", summary="已听取。")
    return signed(world, "explained", case)


def wrong(answer):
    assert answer.status_code == 422
    return answer.get_json()["errors"]


@pytest.fixture
def answered(embedded_world):
    """Give a petition whose supporting opinion was signed, of somebody who left no address."""
    return signed(embedded_world, "explained")


def test_a_signed_paper_in_a_drawer_answers_nobody(world):
    case = signed(world, "explained")
    assert term(world, case) == "open"
    world.pass_days(61)
    assert "deadline.breached" in world.events(case)
    world.step(case, "serve", "water-officer", method="hand", received_on=today(world), proof="本人签收")
    assert term(world, case) == "met_late"


def test_what_is_served_in_time_is_kept(embedded_world, answered):
    embedded_world.step(
        answered, "serve", "water-officer", method="hand", received_on=today(embedded_world), proof="本人签收"
    )
    assert term(embedded_world, answered) == "met"


def test_a_notice_is_refused_until_another_way_was_tried(world):
    case = reachable(world)
    refused = world.try_step(case, "serve", "water-officer", **SERVED, received_on=today(world))
    assert "method" in str(wrong(refused))
    world.step(case, "undelivered", "water-officer", **TRIED, tried_on=today(world))
    assert "登记未能送达" in str(world.follow(case)["timeline"])
    assert "查无此人" not in str(world.follow(case))
    world.step(case, "serve", "water-officer", **SERVED, received_on=today(world))
    assert "case.served" in world.events(case)


@pytest.mark.parametrize(
    ("contact", "status"),
    [
        pytest.param({"name": "陈某"}, 200, id="a name reaches nobody"),
        pytest.param({"name": "陈某", "phone": "13800000000"}, 422, id="a telephone"),
        pytest.param({"name": "陈某", "email": "chen@example.com"}, 422, id="e-mail"),
        pytest.param({"address": "北关村8号"}, 422, id="an address without a name"),
    ],
)
def test_who_left_no_way_to_be_reached_is_served_by_notice_at_once(embedded_world, contact, status):
    case = reachable(embedded_world, contact)
    answer = embedded_world.try_step(case, "serve", "water-officer", **SERVED, received_on=today(embedded_world))
    assert answer.status_code == status
    assert embedded_world.desk(case, "water-officer")["contact"] == contact


def test_no_service_without_its_proof(embedded_world, answered):
    day = today(embedded_world)
    for proof in ({}, {"proof": ""}, {"proof": "  "}):
        refused = embedded_world.try_step(answered, "serve", "water-officer", method="hand", received_on=day, **proof)
        assert "proof" in str(wrong(refused))
    assert "serve" in offers(embedded_world, answered)


@pytest.mark.parametrize("days", [-1, 1], ids=["before it was signed", "tomorrow"])
def test_a_try_lies_between_signing_and_today(embedded_world, answered, days):
    day = (embedded_world.clock.now().date() + timedelta(days=days)).isoformat()
    refused = embedded_world.try_step(answered, "undelivered", "water-officer", **TRIED, tried_on=day)
    assert "tried_on" in str(wrong(refused))


def test_a_notice_is_no_way_that_was_tried(embedded_world, answered):
    said = {**TRIED, "method": "notice", "tried_on": today(embedded_world)}
    assert "method" in str(wrong(embedded_world.try_step(answered, "undelivered", "water-officer", **said)))


def at(now, **steps):
    """Give a case in which steps were taken so many minutes ago."""
    history = [Done(name, "officer", "li", now - timedelta(minutes=ago)) for name, ago in steps.items()]
    return a_case(ways=("address",), history=tuple(history), done={one.step: one for one in history}, now=now)


def test_what_was_tried_with_an_earlier_answer_does_not_count(embedded_world):
    now = embedded_world.clock.now()
    notice_comes_last = last_resort("sign", undelivered="undelivered")
    assert not notice_comes_last(at(now, undelivered=9, sign=5), "notice")
    assert notice_comes_last(at(now, sign=9, undelivered=5), "notice")
    assert notice_comes_last(at(now, sign=9), "post")
