"""Visits in public: counts by post, and no number by which somebody could be known."""

import pytest

from services.disclosure.visited import suppressed, visited

pytestmark = pytest.mark.quick

VISIT = {
    "mechanism": "visits",
    "kind": "visit",
    "title": "走访大洼村",
    "text": "走访三户。",
    "details": {"sort": "village"},
}
RECORD = {"sort": "village", "day": "2026-11-02", "heard": "用水。", "headline": "走访石桥镇", "body": "谈了用水。"}
TAKING = {"channel": "visit", "received_on": "2026-11-02", "read_back": True}


@pytest.mark.parametrize(
    ("raised", "resolved", "shown"),
    [
        pytest.param(0, 0, (0, 0), id="nothing was raised"),
        pytest.param(9, 0, (None, None), id="few were raised"),
        pytest.param(10, 10, (10, 10), id="all are resolved"),
        pytest.param(30, 9, (30, None), id="few are resolved"),
        pytest.param(30, 25, (30, None), id="few are not: the difference would say so"),
        pytest.param(30, 20, (30, 20), id="neither is small"),
    ],
)
def test_small_numbers_are_left_out_also_by_difference(raised, resolved, shown):
    assert suppressed(raised, resolved) == shown


def made(world, raised, resolved):
    body = {**VISIT, "place": "qh-shiqiao-dawa", "category": "village", "taking": TAKING}
    visit = world.ask("POST", "/api/v1/counter/cases", body, post="shiqiao-officer").get_json()
    world.settle()
    world.step(visit, "record", "shiqiao-officer", **RECORD)
    result = {"headline": "结果", "body": "已答复。", "raised": raised, "resolved": resolved}
    world.step(visit, "close", "shiqiao-officer", **result)


def lines(world):
    with world.service("disclosure").inside():
        found = visited(world.clock.now().date())
    return {one.who: (one.planned, one.made, one.raised, one.resolved) for one in found}


def test_visits_are_counted_by_who_planned_or_made_them(embedded_world):
    world = embedded_world
    world.settle()
    made(world, 20, 12)
    made(world, 10, 8)
    assert lines(world) == {"county-head": (1, 0, 0, 0), "shiqiao-government": (0, 2, 30, 20)}
    page = world.client.get("/public/visits").text
    assert "石桥镇" in page
    assert "不是排名" in page


def test_a_visit_that_was_not_made_is_planned_and_not_made(embedded_world):
    world = embedded_world
    world.settle()
    listed = world.ask("GET", "/api/v1/desk/cases?mechanism=visits", post="county-head").get_json()["items"]
    world.step(listed[0], "not made", "county-head", headline="十月未接访", body="出差，改在十一月。")
    assert lines(world) == {"county-head": (1, 0, 0, 0)}
