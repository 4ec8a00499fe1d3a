"""An urgent matter is reported upward at once: on a closed list, about the event, and it stands on top of the list."""

from email import message_from_bytes
from email.policy import default

import pytest

from tests.mechanisms.petitions.test_talk import signed

pytestmark = [pytest.mark.quick, pytest.mark.slow]

EVENT = {"ground": "unsafe", "event": "桥墩下沉，仍有车辆通行。"}


def heard(world, case):
    world.step(case, "hear", "water-officer", day="2026-11-02", way="phone", summary="已听取。")
    return case


@pytest.fixture
def case(embedded_world):
    for post in ("water-head", "county-head", "petition-head", "housing-head"):
        embedded_world.token(post)
    contact = {"name": "陈某", "phone": "13800000000"}
    return embedded_world.submit("petitions", "petition", addressed_to="water-bureau", contact=contact)


def told(tmp_path):
    sent = [message_from_bytes(path.read_bytes(), policy=default) for path in tmp_path.rglob("*.eml")]
    return {str(one["To"]).partition("@")[0]: one.get_content() for one in sent if "紧急" in str(one["Subject"])}


def test_the_heads_above_are_told_the_kind_of_event_and_no_person(embedded_world, case, tmp_path):
    embedded_world.step(case, "report upward", "water-officer", **EVENT)
    found = told(tmp_path)
    assert set(found) == {"water-head", "county-head", "petition-head"}
    assert all("存在险情" in body and case["reference"] in body for body in found.values())
    assert not any(word in body for body in found.values() for word in ("陈某", "13800000000", "桥墩", "路灯"))
    again = embedded_world.try_step(case, "report upward", "water-officer", **EVENT)
    assert again.get_json()["code"] == "guard-not-met"


def test_whom_it_is_about_is_not_told(embedded_world, case, tmp_path):
    about = {"posts": ["water-head"]}
    against = embedded_world.submit("petitions", "petition", addressed_to="water-bureau", category="water", about=about)
    embedded_world.step(against, "report upward", "water-officer", **EVENT)
    assert "water-head" not in told(tmp_path)


def test_it_stands_on_top_until_it_is_closed_and_the_pages_go_on_behind_it(embedded_world, case):
    embedded_world.pass_days(1)
    late = embedded_world.submit("petitions", "petition", addressed_to="water-bureau", category="water")
    listed = lambda **query: embedded_world.client.get(  # noqa: E731 - one question, asked thrice
        "/api/v1/desk/cases",
        query_string={"mechanism": "petitions", **query},
        headers={"Authorization": f"Bearer {embedded_world.token('water-officer')}"},
    ).get_json()
    assert [one["reference"] for one in listed()["items"]] == [case["reference"], late["reference"]]
    embedded_world.step(late, "report upward", "water-officer", **EVENT)
    assert [(one["reference"], one["urgent"]) for one in listed()["items"]] == [
        (late["reference"], True),
        (case["reference"], False),
    ]
    first = listed(limit=1)
    rest = listed(limit=1, cursor=first["next"])
    assert [one["reference"] for one in (*first["items"], *rest["items"])] == [late["reference"], case["reference"]]


def test_only_grounds_on_the_list_are_taken(embedded_world, case):
    refused = embedded_world.try_step(case, "report upward", "water-officer", **(EVENT | {"ground": "crowd"}))
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "ground")


@pytest.mark.parametrize("state", ["signed", "joined", "withdrawing"])
def test_danger_is_reported_also_while_it_is_signed_or_about_to_be_joined_or_withdrawn(embedded_world, case, state):
    world = embedded_world
    if state == "joined":
        world.pass_days(1)
        later = world.submit("petitions", "petition", addressed_to="water-bureau", category="water")
        reasons = "同一事项。"
        world.step(later, "join", "water-officer", earlier=case["reference"], reasons=reasons)
        case = later
    else:
        world.step(case, "accept", "water-officer")
    if state == "withdrawing":
        assert world.ask_step(case, "withdraw").status_code == 202
    if state == "signed":
        signed(world, "explained", heard(world, case))
    assert world.desk(case, "water-officer")["state"] == state
    world.step(case, "report upward", "water-officer", **EVENT)
