"""Leave a service or a mechanism out: what remains works, and says what is missing."""

import pytest
from world import full_county

pytestmark = pytest.mark.quick

EVERYTHING = full_county()


def without(service):
    return full_county(services=tuple(name for name in EVERYTHING.services if name != service))


@pytest.mark.parametrize(
    ("service", "path"),
    [("notification", "/desk/messages"), ("disclosure", "/public"), ("supervision", "/oversight")],
)
def test_a_case_reaches_its_answer_without(new_world, service, path):
    world = new_world(county=without(service))
    receipt = world.submit(category="water")
    world.step(receipt, "accept", "water-officer")
    world.step(receipt, "draft", "water-officer", outcome="not_adopted", reasons="暂无条件。", summary="暂不采纳。")
    world.step(receipt, "read", "water-reader")
    world.step(receipt, "sign", "water-head")
    world.step(receipt, "serve", "water-officer", method="hand", received_on="2026-11-02")
    assert world.follow(receipt)["outcome"] == "not_adopted"
    world.pass_days(8)
    assert world.client.get(path).status_code in (303, 404)


def test_without_messages_the_first_page_says_that_none_are_sent(new_world):
    page = new_world(county=without("notification")).client.get("/?lang=en").text
    assert "No messages are sent here" in page


def test_a_mechanism_left_out_is_not_offered_and_a_request_for_it_says_so(new_world):
    county = full_county(mechanisms=("suggestions",), duties=(), registers={})
    world = new_world(county=county)
    offered = world.ask("GET", "/api/v1/mechanisms").get_json()["items"]
    assert [one["name"] for one in offered] == ["suggestions"]
    body = {"mechanism": "petitions", "kind": "petition", "title": "a", "text": "b"}
    response = world.ask("POST", "/api/v1/cases", body, Accept_Language="en")
    assert (response.status_code, response.get_json()["code"]) == (422, "kind-not-offered")
    assert "petitions/petition" in response.get_json()["title"]
