"""Numbers at the window: none is given twice, they are called in order, and everybody sees which, nobody sees who."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from world import full_county

from services.intake.tickets import call, draw, queue_named

CLERK = "chengguan-officer"
PEOPLE = 8


def queue(world):
    return queue_named(world.service("intake").here, "chengguan")


def at_once(world, work, number):
    """Do the same from several threads at once, each in a transaction of its own."""

    def one(_: int) -> Any:
        with world.service("intake").inside():
            return work()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_two_people_at_once_never_get_the_same_number(world):
    line, now = queue(world), world.clock.now()
    assert sorted(at_once(world, lambda: draw(line, now=now), PEOPLE)) == list(range(1, PEOPLE + 1))
    called = at_once(world, lambda: call(line, "1", now=now), PEOPLE + 2)
    assert sorted(filter(None, called)) == [f"A{place:03}" for place in range(1, PEOPLE + 1)]
    assert called.count(None) == 2
    world.settle()


def sent(world, path, form, **values):
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', world.client.get(form).text)
    return world.client.post(path, data={"csrf_token": csrf[1] if csrf else "", **values})


def take(world, window="chengguan"):
    return sent(world, f"/window/{window}/ticket", "/window").headers["Location"]


def call_next(world, window="2"):
    return sent(world, "/counter/window/chengguan/call", "/counter/window", window=window)


def test_a_number_is_taken_called_and_shown(embedded_world):
    world = embedded_world
    assert "/window" in world.client.get("/").text
    first, second = take(world), take(world)
    page = world.client.get(second).text
    assert "A002" in page
    assert "您前面还有：1 人" in page
    assert "80" in page
    assert world.client.get(first).text.count("A001") > 0

    world.sign_in(CLERK)
    assert call_next(world).status_code == 303
    assert "A001" in world.client.get("/window/chengguan").text
    assert "2 号窗口" in world.client.get("/window/chengguan/now").text
    assert "此号已叫过" in world.client.get(first).text
    call_next(world)
    call_next(world)
    assert "没有人在等候" in world.client.get("/counter/window").text


def test_the_display_asks_again_and_gets_nothing_where_nothing_changed(embedded_world):
    world = embedded_world
    page = world.client.get("/window/chengguan").text
    assert '<noscript><meta http-equiv="refresh"' in page
    assert 'data-live="/window/chengguan/now"' in page
    tag = world.client.get("/window/chengguan/now").headers["ETag"]
    same = world.client.get("/window/chengguan/now", headers={"If-None-Match": tag})
    assert (same.status_code, same.data) == (304, b"")
    take(world)
    changed = world.client.get("/window/chengguan/now", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.headers["ETag"] != tag) == (200, True)


def test_each_day_begins_anew_and_each_queue_counts_by_itself(embedded_world):
    world = embedded_world
    take(world)
    assert take(world, "shiqiao").endswith("/shiqiao/ticket/1")
    world.loop.advance_to(world.clock.now() + timedelta(days=1))
    assert take(world).endswith("/chengguan/ticket/1")
    for wrong in ("/window/atlantis", "/window/atlantis/now", "/window/chengguan/ticket/2"):
        assert world.client.get(wrong).status_code == 404


def test_only_the_windows_own_staff_call(embedded_world):
    world = embedded_world
    take(world)
    world.sign_in("shiqiao-officer")
    assert sent(world, "/counter/window/chengguan/call", "/counter/window", window="1").status_code == 403
    world.sign_in("water-officer")
    assert world.client.get("/counter/window").status_code == 403


@pytest.mark.quick
def test_a_county_without_the_mechanism_has_no_window(new_world):
    full = full_county()
    names = tuple(name for name in full.mechanisms if name != "service_window")
    registers = {name: plan for name, plan in full.registers.items() if not name.startswith("service_window")}
    world = new_world(county=full_county(mechanisms=names, registers=registers))
    assert world.client.get("/window").status_code == 404
    assert "/window" not in world.client.get("/").text
