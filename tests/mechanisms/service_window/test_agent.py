"""Somebody applies for another one: with a written authorisation that says what it covers and still holds."""

from io import BytesIO

import pytest

from tests.mechanisms.service_window.makers import apply

AGENT = {"who": "agent", "agent": "李某", "scope": "代为申请、补正、领取证件", "authorised_until": "2026-12-31"}
pytestmark = pytest.mark.quick


def uploaded(world):
    paper = {"file": (BytesIO("授权委托书".encode()), "委托书.txt")}
    return world.client.post("/api/v1/cases/uploads", data=paper).get_json()["id"]


def test_who_did_it_is_noted_and_the_applicant_is_who_it_is_for(embedded_world):
    world = embedded_world
    case = apply(world, details=AGENT, attachments=[uploaded(world)])
    desk = world.desk(case, "housing-officer")
    assert desk["details"]["agent"] == "李某"
    assert desk["contact"]["name"] == "周某"
    assert len(desk["files"]) == 1


@pytest.mark.parametrize(
    ("changes", "papers", "code"),
    [
        pytest.param({}, 0, "refused-at-the-door", id="no paper"),
        pytest.param({"agent": ""}, 1, "refused-at-the-door", id="nobody named"),
        pytest.param({"scope": ""}, 1, "refused-at-the-door", id="no scope"),
        pytest.param({"authorised_until": "2026-11-01"}, 1, "refused-at-the-door", id="it ended yesterday"),
        pytest.param({"authorised_until": None}, 1, "invalid", id="no end"),
    ],
)
def test_without_a_written_authorisation_that_holds_nobody_applies_for_another_one(
    embedded_world, changes, papers, code
):
    world = embedded_world
    details = {name: said for name, said in {"item": "施工许可", **AGENT, **changes}.items() if said is not None}
    body = {"mechanism": "service_window", "kind": "application", "title": "施工许可", "text": "自建房。"}
    body |= {"contact": {"name": "周某"}, "details": details, "attachments": [uploaded(world) for _ in range(papers)]}
    answer = world.ask("POST", "/api/v1/cases", body)
    assert answer.status_code == 422, answer.get_json()
    assert answer.get_json()["code"] == code
    if code == "refused-at-the-door":
        assert "书面委托书" in answer.get_json()["title"]


def test_the_authorisation_may_end_today(embedded_world):
    world = embedded_world
    today = world.clock.now().date().isoformat()
    details = {**AGENT, "authorised_until": today}
    assert apply(world, details=details, attachments=[uploaded(world)])["reference"]
