"""The page of queues and the operators' door: who sees, who decides, and that a decision is told with its reason."""

import re
from datetime import timedelta

import pytest
from served_county import served
from sqlalchemy import func, select

from lianxin.figures import Look
from services.supervision.models import CaseRow, SampleRow
from services.supervision.sample import look
from shared.bus.carrier import Queue

ROUTING = "/oversight/queues/routing"
WHY = "规则已修正，重新处理"


@pytest.fixture
def world(embedded_world):
    """Give a county that supervision has looked at."""
    supervision = embedded_world.service("supervision")
    look.run(supervision, embedded_world.clock.now())
    return embedded_world


def post(world, address, **form):
    page = world.client.get(address)
    assert page.status_code == 200, page.text
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    hidden = dict(re.findall(r'name="(decision)" value="([^"]+)"', page.text))
    return world.client.post(address, data={"csrf_token": csrf[1] if csrf else "", **hidden, **form})


def parked_facts(world):
    return re.findall(rf'href="{ROUTING}/parked/([0-9a-f-]+)/retry"', world.client.get(f"{ROUTING}/parked").text)


@pytest.mark.parametrize(
    ("who", "page", "ask"),
    [
        ("county-operator", 200, 200),
        ("county-auditor", 200, 403),
        ("county-head", 200, 403),
        ("housing-officer", 403, 403),
    ],
)
def test_leaders_see_and_only_operators_decide(world, who, page, ask):
    world.sign_in(who)
    for address in ("/oversight/queues", ROUTING, f"{ROUTING}/parked"):
        assert world.client.get(address).status_code == page
    assert world.client.get(f"{ROUTING}/parked/switch/relay").status_code == ask


def test_a_parked_fact_is_tried_again_by_the_page(world, refuse, told):
    mend = refuse(world.service("routing"))
    receipt = world.submit()
    look.run(world.service("supervision"), world.clock.now() + timedelta(minutes=1))
    world.clock.advance(timedelta(minutes=1))
    world.sign_in("county-operator")
    assert "搁置待人工处理的消息：1 条" in world.client.get("/oversight/queues").text
    (fact,) = parked_facts(world)

    address = f"{ROUTING}/parked/{fact}/retry"
    assert "请用一句话说明原因" in post(world, address, reason=" ").text
    assert parked_facts(world) == [fact]
    mend()
    assert post(world, address, reason=WHY).status_code == 303
    world.settle()
    assert parked_facts(world) == []
    assert world.follow(receipt)["unit"] is not None
    (entry,) = told(world, "routing", "parked.retried")
    assert entry["reason"] == WHY
    assert entry["by"].startswith("岗位 county-operator ")


def test_a_parked_fact_is_given_up_by_the_page(world, refuse, told):
    refuse(world.service("routing"))
    world.submit()
    world.sign_in("county-operator")
    (fact,) = parked_facts(world)
    assert post(world, f"{ROUTING}/parked/{fact}/drop", reason=WHY).status_code == 303
    world.settle()
    assert parked_facts(world) == []
    assert told(world, "routing", "parked.dropped")[0]["fact"] == fact


def test_a_part_is_paused_and_goes_on_by_the_page(world):
    switch = f"{ROUTING}/parked/switch/consumer"
    world.sign_in("county-operator")
    assert post(world, switch, reason=WHY).status_code == 303
    receipt = world.submit()
    assert world.follow(receipt)["unit"] is None
    assert WHY in world.client.get(f"{ROUTING}/parked").text
    assert "要让这一部分恢复运行吗" in world.client.get(switch).text
    assert post(world, switch, reason=WHY).status_code == 303
    world.settle()
    assert world.follow(receipt)["unit"] is not None


def test_a_page_that_was_open_too_long_does_not_turn_the_switch_the_other_way(world):
    switch = f"{ROUTING}/parked/switch/relay"
    world.sign_in("county-operator")
    post(world, switch, reason=WHY)
    again = post(world, switch, reason=WHY, decision="pause")
    assert again.status_code == 409
    assert WHY in again.text


@pytest.mark.parametrize("address", ["no-such-fact/retry", "no-such-fact/burn", "switch/brakes"])
def test_what_is_not_there_is_said(world, address):
    world.sign_in("county-operator")
    assert world.client.get(f"{ROUTING}/parked/{address}").status_code == 404
    assert world.client.get("/oversight/queues/router").status_code == 404


def test_a_case_is_opened_by_the_id_that_facts_bear(world):
    receipt = world.submit()
    with world.service("supervision").reading() as session:
        case = session.scalar(select(CaseRow.id).where(CaseRow.reference == receipt["reference"]))
    world.sign_in("county-auditor")
    assert receipt["reference"] in world.client.get(f"/oversight/cases/{case}").text
    world.sign_in("water-head")
    assert world.client.get(f"/oversight/cases/{case}").status_code == 404


def test_a_change_of_the_light_is_told_once_and_seen(world, refuse, told):
    supervision, mend = world.service("supervision"), refuse(world.service("routing"))

    def minute_passes() -> None:
        world.clock.advance(timedelta(minutes=1))
        look.run(supervision, world.clock.now())

    world.submit()
    minute_passes()
    minute_passes()
    assert told(world, "supervision", "service.degraded") == [
        {"light": "red", "reason": "Facts that are parked and wait for a person: 1."}
    ]
    assert told(world, "supervision", "service.recovered") == []
    world.sign_in("county-operator")
    (fact,) = parked_facts(world)
    mend()
    post(world, f"{ROUTING}/parked/{fact}/retry", reason=WHY)
    world.settle()
    minute_passes()
    minute_passes()
    assert len(told(world, "supervision", "service.degraded")) == 1
    assert told(world, "supervision", "service.recovered") == [{"reason": "Facts go through."}]
    history = world.client.get(ROUTING).text.partition("状态变化")[2]
    assert history.index("消息畅通。") < history.index("搁置待人工处理的消息：1 条")


@pytest.mark.parametrize(("who", "status"), [("county-operator", 200), ("county-auditor", 200), ("water-officer", 403)])
def test_a_program_reads_what_the_page_shows(world, who, status):
    answers = [world.ask("GET", f"/api/v1{address}", post=who) for address in ("/oversight/queues", ROUTING)]
    assert [one.status_code for one in answers] == [status, status]
    if status == 200:
        items = {one["service"]: one for one in answers[0].get_json()["items"]}
        assert list(items) == list(world.deployment.county.running)
        assert items["routing"] == answers[1].get_json()
        assert (items["routing"]["light"], items["routing"]["parked"]) == ("green", 0)
        missing = world.ask("GET", "/api/v1/oversight/queues/router", post=who)
        assert missing.status_code == 404


def test_what_was_seen_is_kept_for_a_day(world):
    supervision, now = world.service("supervision"), world.clock.now()
    for hours in (12, 24, 25):
        look.run(supervision, now + timedelta(hours=hours))
    with supervision.reading() as session:
        seen = session.execute(select(func.min(SampleRow.at), func.count(SampleRow.service.distinct()))).one()
    assert seen == (now + timedelta(hours=12), len(world.deployment.services))


def test_old_figures_are_not_shown_as_new_ones(world):
    world.sign_in("county-operator")
    assert "这些数据已经过时" not in world.client.get("/oversight/queues").text
    world.clock.advance(timedelta(minutes=5))
    assert "这些数据已经过时" in world.client.get("/oversight/queues").text
    world.pass_days(1 / 24)
    world.sign_in("county-operator")
    assert "暂无数据" in world.client.get("/oversight/queues").text


def test_figures_read_at_metrics_are_those_read_beside(world):
    deployment = world.deployment
    with served(world) as address:
        far = Look(deployment.county.running, {}, deployment.carrier, None, address=lambda _: f"{address}/metrics")
        assert [one.rows for one in far()] == [one.rows for one in deployment.look()]
        assert {one.queue for one in far()} == {Queue()}


def test_a_service_that_does_not_answer_has_no_rows(world):
    deployment = world.deployment
    nobody = Look(("routing",), {}, deployment.carrier, None, address=lambda _: "http://127.0.0.1:9/metrics")
    assert [one.rows for one in nobody()] == [None]
