"""A unit that works with the one that leads gives its part by a day of its own, which it alone owes."""

from datetime import date

import pytest
from sqlalchemy import select

from services.directory.people import add_person
from services.directory.signin import make_token
from services.intake.announce import announce
from services.notification.models import MessageRow
from services.routing.models import DeadlineRow
from services.supervision.models import TermRow
from shared.access.tables import PersonRow
from shared.calendar.notice import Notice
from tests.mechanisms.petitions.test_talk import DRAFT

RULE = "petition.part"
A_DAY_OFF = Notice(
    calendar="CN",
    year=2026,
    version=2,
    status="announced",
    source="通知",
    off=(date(2026, 11, 20),),
    work=(),
)
DUE = "2026-11-23"  # fifteen working days from Monday, 2 November


@pytest.fixture
def together(world):
    """Give a petition about irrigation: agriculture leads, water adds its part."""
    case = world.submit("petitions", "petition", category="farming")
    world.step(case, "accept", "agriculture-officer")
    return world, case


def terms(world, case, post="water-officer"):
    return [(one["due"], one["status"]) for one in world.desk(case, post)["deadlines"] if one["rule"] == RULE]


def on_the_list(world, case, post):
    """Give by when a case stands on somebody's list, and its place there."""
    items = world.ask("GET", "/api/v1/desk/cases?limit=100", post=post).get_json()["items"]
    places = {one["reference"]: (number, one["due_at"]) for number, one in enumerate(items)}
    return places[case["reference"]]


def test_it_is_met_once_by_whoever_was_asked(together):
    world, case = together
    assert terms(world, case) == [(DUE, "open")]
    world.step(case, "give a part", "water-officer", part="水量够用。")
    assert terms(world, case) == [(DUE, "met")]
    world.step(case, "give a part", "water-officer", part="再补充一点。")
    world.pass_days(40)
    assert terms(world, case) == [(DUE, "met")]


def test_the_case_stands_by_that_day_on_the_list_of_who_was_asked_and_of_nobody_else(together):
    world, case = together
    world.pass_days(1)
    other = world.submit("petitions", "petition", addressed_to="water-bureau")  # to be told of within fifteen days
    assert on_the_list(world, case, "water-officer")[1].startswith(DUE)
    lead = on_the_list(world, case, "agriculture-officer")[1]
    assert not lead.startswith(DUE)
    world.step(other, "accept", "water-officer")  # due in sixty days: behind the part now
    assert on_the_list(world, case, "water-officer")[0] < on_the_list(world, other, "water-officer")[0]
    world.step(case, "give a part", "water-officer", part="水量够用。")
    assert on_the_list(world, case, "water-officer")[1] == lead


def test_who_works_in_both_units_finds_the_case_once_by_the_day_that_comes_first(together):
    """On one list it is due in sixty days, on the other in fifteen: on pages of one case each it comes once."""
    world, case = together
    with world.service("directory").inside():
        posts, now = ["agriculture-officer", "water-officer"], world.clock.now()
        person = add_person("两岗", "both", posts, "a-long-password", email="both@example.test", now=now)
        world.tokens["both"] = make_token(person, "test", 365, now=now)
    world.settle()
    world.submit("petitions", "petition", addressed_to="water-bureau")
    found, address = [], "/api/v1/desk/cases?limit=1"
    while address:
        page = world.ask("GET", address, post="both").get_json()
        found += [(one["reference"], one["due_at"][:10]) for one in page["items"]]
        address = page["next"] and f"/api/v1/desk/cases?limit=1&cursor={page['next']}"
    assert [day for reference, day in found if reference == case["reference"]] == [DUE]
    assert len({reference for reference, _ in found}) == len(found) > 1
    assert world.ask("GET", "/api/v1/desk/today", post="both").get_json()["all"] == len(found)
    world.step(case, "give a part", "water-officer", part="水量够用。")
    assert on_the_list(world, case, "both")[1] == on_the_list(world, case, "agriculture-officer")[1]


def test_it_is_broken_by_the_unit_that_was_asked_and_met_late(together):
    world, case = together
    world.pass_days(23)
    assert terms(world, case) == [(DUE, "breached")]
    with world.service("supervision").reading() as session:
        owed = session.execute(select(TermRow.owes, TermRow.status).where(TermRow.rule == RULE)).all()
    assert [tuple(one) for one in owed] == [("water-bureau", "breached")]
    assert "direct from above" not in [one["step"] for one in world.desk(case, "agriculture-head")["offers"]]
    with world.service("routing").reading() as session:
        row = session.scalars(select(DeadlineRow).where(DeadlineRow.rule == RULE)).one()
        assert row.rungs[0] == "remind"
    world.step(case, "give a part", "water-officer", part="水量够用。")
    assert terms(world, case) == [(DUE, "met_late")]


def test_who_sent_it_in_is_promised_an_answer_and_hears_nothing_of_a_day_between_offices(world):
    world.token("water-officer"), world.token("agriculture-officer")
    case = world.submit("petitions", "petition", category="farming", contact={"email": "li@example.test"})
    world.step(case, "accept", "agriculture-officer")
    with world.service("intake").transaction() as session:
        announce(session, A_DAY_OFF)
    world.settle()
    assert terms(world, case) == [("2026-11-24", "open")]
    with world.service("notification").reading() as session:
        moved = session.execute(select(MessageRow.to, MessageRow.person).where(MessageRow.template == "new_date"))
        told = {to if to == "resident" else session.get_one(PersonRow, person).display for to, person in moved}
    assert told == {"岗位 water-officer"}  # the answer, due in sixty days of any kind, has not moved
    world.pass_days(25)
    seen = world.follow(case)
    assert terms(world, case) == [("2026-11-24", "breached")]
    assert {one["rule"] for one in seen["promises"]} == {"petition.forward", "petition.handle"}
    assert {"deadline.breached"}.isdisjoint(one["event"] for one in seen["timeline"])
    assert not any("部分" in one["text"] for one in seen["timeline"] if one["event"].startswith("deadline."))


def test_who_gave_a_part_before_owes_none(world):
    case = world.submit("petitions", "petition", category="farming")
    world.step(case, "give a part", "water-officer", part="水量够用。")
    world.step(case, "accept", "agriculture-officer")
    assert terms(world, case) == []


def test_what_is_answered_waits_for_no_part(together):
    world, case = together
    world.step(case, "hear", "agriculture-officer", day="2026-11-02", way="phone", summary="已听取。")
    world.step(case, "draft", "agriculture-officer", outcome="explained", **DRAFT)
    world.step(case, "read", "agriculture-reader")
    assert terms(world, case) == [(DUE, "open")]
    world.step(case, "sign", "agriculture-head")
    assert terms(world, case) == [(DUE, "voided")]


def test_one_that_works_alone_has_no_such_term(embedded_world):
    case = embedded_world.submit("petitions", "petition", addressed_to="water-bureau")
    embedded_world.step(case, "accept", "water-officer")
    assert terms(embedded_world, case) == []
