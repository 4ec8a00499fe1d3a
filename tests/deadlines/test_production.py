"""The same promise on a real broker and a real database: every obligation ends once, whatever stood still or jumped."""

from datetime import datetime, timedelta

import pytest
from conftest import real_servers
from ends import assert_each_ended_once, entries
from world import World

pytestmark = pytest.mark.real

HANDLE, EXTEND = "petition.handle", "petition.extend"


@pytest.fixture
def servers(request):
    return real_servers(request)


@pytest.fixture
def county(new_world, servers):
    return new_world(**servers)


def accepted(world: World) -> dict[str, str]:
    """Give a petition that was accepted: 60 days run."""
    receipt = world.submit("petitions", "petition", category="housing")
    world.step(receipt, "accept", "housing-officer")
    return receipt


def stands(world: World, receipt: dict[str, str]) -> dict[str, str]:
    """Give how a case's terms stand, by rule."""
    return {one["rule"]: one["status"] for one in world.follow(receipt)["promises"]}


def due_at(world: World, receipt: dict[str, str]) -> datetime:
    """Give the moment from which the petition is late."""
    return next(
        datetime.fromisoformat(one["due_at"]) for one in world.follow(receipt)["promises"] if one["rule"] == HANDLE
    )


def breaches(world: World) -> list[tuple[str, datetime]]:
    """Give which terms were told as broken, and when."""
    return sorted((one.instance, one.at) for one in entries(world) if one.what == "breached")


def test_ends_of_every_sort_come_once_each(county):
    forgotten, longer, waiting, gone = (accepted(county) for _ in range(4))
    county.step(longer, "extend", "housing-head", reasons="需要专业机构鉴定。")
    county.step(waiting, "ask", "housing-officer", question="漏水从哪天开始？")
    assert county.ask_step(gone, "withdraw", why="").status_code == 202
    county.pass_days(8)
    county.step(gone, "confirm withdrawal", "housing-reader", heard="确认撤回。")
    county.pass_days(53)
    assert stands(county, forgotten)[HANDLE] == "breached"
    assert (stands(county, longer)[HANDLE], stands(county, longer)[EXTEND]) == ("extended", "open")
    assert stands(county, waiting)[HANDLE] == "paused"
    assert stands(county, gone)[HANDLE] == "void"
    county.ask_step(waiting, "answer", answer="上个月。")
    county.pass_days(100)
    assert stands(county, longer)[EXTEND] == stands(county, waiting)[HANDLE] == "breached"
    assert_each_ended_once(county)


def test_a_breach_is_noted_within_a_minute_and_after_an_outage_when_it_ends(county, new_world, servers):
    on_time = accepted(county)
    county.loop.advance_to(due_at(county, on_time) + timedelta(seconds=60))
    assert stands(county, on_time)[HANDLE] == "breached"
    in_the_outage = accepted(county)
    before, back = breaches(county), due_at(county, in_the_outage) + timedelta(days=5)
    county.loop.close()
    again = new_world(start=back, **servers)
    late = set(breaches(again)) - set(before)
    assert late
    assert {at for _, at in late} == {back}
    assert stands(again, in_the_outage)[HANDLE] == "breached"
    assert_each_ended_once(again)


def test_jumps_of_the_clock_and_restarts_neither_miss_nor_repeat(county, new_world, servers):
    first, start = accepted(county), county.clock.now()
    due = due_at(county, first)
    for moment in (due - timedelta(minutes=5), due + timedelta(days=1), start, due - timedelta(hours=1)):
        county.clock.set_to(moment)
        county.settle()
    told = breaches(county)
    assert due + timedelta(days=1) in [at for _, at in told]
    county.loop.close()
    for days in (2, 1, 30):  # a machine that starts with a wrong clock too
        again = new_world(start=due + timedelta(days=days), **servers)
        again.settle()
        assert set(told) <= set(breaches(again)), "what was told once stays told, and is not told anew"
        assert stands(again, first)[HANDLE] == "breached"
        assert_each_ended_once(again)
        again.loop.close()
