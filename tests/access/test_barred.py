"""Whom a case is about sees nothing of it: no case, no list, no count, no message, no late line."""

import shutil
from dataclasses import replace

import pytest
from world import full_county, make_world

pytestmark = [pytest.mark.quick, pytest.mark.slow]

SEES = {
    "county-head": True,  # the line above sees that it is late
    "county-auditor": True,  # the auditor sees everything that is routed
    "water-head": False,  # who is complained of does not learn of it
    "housing-head": False,  # another unit's head has no business with it
}
ABOUT_THE_HEAD = {"about": {"posts": ["water-head"]}, "category": "water"}


@pytest.fixture(scope="module")
def world(migrated, tmp_path_factory):
    """Give a county without recurring duties and directives, which would run too, and one forgotten petition.

    It is about the head of the unit that answers it.
    """
    home = tmp_path_factory.mktemp("barred")
    shutil.copytree(migrated, home / "db")
    ladder = tuple(replace(rung, opens=None) for rung in full_county().ladder)
    found = make_world(home, county=full_county(duties=(), ladder=ladder))
    for post in ("water-head", "water-officer", *SEES):
        found.token(post)
    found.late_case = found.submit("petitions", "petition", addressed_to="water-bureau", **ABOUT_THE_HEAD)
    found.pass_days(40)
    yield found
    found.loop.close()


@pytest.fixture
def late_case(world):
    return world.late_case


def late_references(world, post):
    return [item["reference"] for item in world.ask("GET", "/api/v1/oversight/late", post=post).get_json()["items"]]


def test_the_officer_works_on_it_and_the_head_it_is_about_sees_nothing(world, late_case):
    case = f"/api/v1/desk/cases/{late_case['reference']}"
    assert world.ask("GET", case, post="water-officer").status_code == 200
    assert world.ask("GET", case, post="water-head").status_code == 404
    assert world.ask("GET", "/api/v1/desk/today", post="water-head").get_json()["all"] == 0
    assert world.ask("GET", "/api/v1/desk/cases", post="water-head").get_json()["items"] == []


def test_who_sees_from_above_that_it_is_late(world, late_case):
    for post, sees in SEES.items():
        assert late_references(world, post) == ([late_case["reference"]] if sees else []), post
        figures = world.ask("GET", "/api/v1/oversight/figures", post=post).get_json()
        assert (figures["late"], figures["running"]) == ((1, 1) if sees else (0, 0)), post


def test_no_message_about_it_goes_to_whom_it_is_about(world, late_case):
    with world.service("notification").reading() as session:
        told = (
            session.connection().exec_driver_sql("SELECT template, person FROM messages WHERE \"to\" = 'staff'").all()
        )
        heads = session.connection().exec_driver_sql("SELECT id FROM person WHERE posts LIKE '%water-head%'").all()
    assert ("new",) in {row[:1] for row in told}
    assert {row[0] for row in heads}.isdisjoint({row[1] for row in told})
