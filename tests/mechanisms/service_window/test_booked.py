"""An hour at the window: booked once by nobody's name, drawn with its code on the day, and called before the others."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from services.intake.book import NothingLeft
from services.intake.reception import schedule, take_place
from services.intake.ticket_pages import MOST
from services.intake.tickets import draw_booked, line_of
from tests.mechanisms.service_window.test_tickets import CLERK, call_next, queue, sent, take

REGISTER = "service_window.appointments"


def hour(world):
    """Give the first hour at the window of Chengguan that can be booked."""
    with world.service("intake").inside():
        return schedule(world.clock.now().date(), "chengguan")[0]


def book(world, slot):
    answer = sent(world, f"/reception/{REGISTER}/{slot.key}", f"/reception/{REGISTER}/{slot.key}", once=slot.key * 2)
    return re.search(r"<strong>(\w{5}-\w{5}-\w{5})</strong>", answer.text)[1]


def come(world, code):
    return sent(world, "/window/chengguan/booked", "/window/chengguan", code=code)


def on_the_day(world, slot):
    world.loop.advance_to(world.clock.now() + (slot.day - world.clock.now().date()))


def test_two_people_never_get_the_same_hour_and_one_code_draws_one_number(world):
    slot, now = hour(world), world.clock.now()

    def one(_: int) -> Any:
        with world.service("intake").inside():
            try:
                return take_place(slot.register, slot.key, walked_in=False, now=now)
            except NothingLeft:
                return None

    with ThreadPoolExecutor(6) as pool:
        places = [place for place in pool.map(one, range(6)) if place]
    assert sorted(place["number"] for place in places) == [1, 2, 3, 4]

    on_the_day(world, slot)
    line, later = queue(world), world.clock.now()

    def come_with(code: str) -> str:
        with world.service("intake").inside():
            return draw_booked(line, code, now=later)

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(come_with, [place["code"] for place in places] * 2))
    assert sorted(numbers) == [f"AY0{n}" for n in (1, 1, 2, 2, 3, 3, 4, 4)]
    with world.service("intake").inside():
        assert line_of(line, now=later).waiting == 4
    world.settle()


def test_who_booked_is_called_before_the_others(embedded_world):
    world = embedded_world
    slot = hour(world)
    assert slot.key in world.client.get("/window/chengguan").text
    assert slot.key not in world.client.get("/reception").text
    code = book(world, slot)
    assert come(world, code).status_code == 404  # it is not the day
    on_the_day(world, slot)
    walked_in = take(world)
    mine = come(world, code).headers["Location"]
    assert mine.endswith("/window/chengguan/booked/AY01")
    assert come(world, code).headers["Location"] == mine
    assert "您前面还有：0 人" in world.client.get(mine).text
    assert "您前面还有：1 人" in world.client.get(walked_in).text

    world.sign_in(CLERK)
    call_next(world)
    assert "AY01" in world.client.get("/window/chengguan/now").text
    assert "A001" not in world.client.get("/window/chengguan/now").text
    call_next(world)
    assert "A001" in world.client.get("/window/chengguan/now").text
    assert "此号已叫过" in world.client.get(mine).text


def test_a_place_that_was_given_up_or_a_wrong_code_draws_nothing(embedded_world):
    world = embedded_world
    slot = hour(world)
    code = book(world, slot)
    sent(world, "/reception/give-up", "/reception", code=code)
    on_the_day(world, slot)
    for wrong in (code, "22222-22222-22222", ""):
        answer = come(world, wrong)
        assert answer.status_code == 404
        assert "没有与此码对应的" in answer.text or "凭此码" in answer.text or "code" in answer.text
    assert world.client.get("/window/chengguan/booked/AY01").status_code == 404


def test_a_family_draws_what_it_needs_and_a_script_does_not_fill_the_line(embedded_world):
    world = embedded_world
    assert f"最多在本窗口取{MOST}个号" in world.client.get("/window/chengguan").text
    for _ in range(MOST):
        take(world)
    refused = sent(world, "/window/chengguan/ticket", "/window")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 3600
    assert take(world, "shiqiao").endswith("/shiqiao/ticket/1")  # another window counts by itself
    world.sign_in(CLERK)
    given = sent(world, "/counter/window/chengguan/ticket", "/counter/window")
    assert given.headers["Location"].endswith(f"/ticket/{MOST + 1}")
    world.sign_in("shiqiao-officer")
    assert sent(world, "/counter/window/chengguan/ticket", "/counter/window").status_code == 403
    world.loop.advance_to(world.clock.now() + timedelta(hours=1))
    assert take(world).endswith(f"/ticket/{MOST + 2}")


@pytest.mark.quick
def test_an_hour_is_not_offered_with_an_application(embedded_world):
    world = embedded_world
    take(world)
    world.client.get("/new/start/service_window/application")
    assert 'name="slot"' not in world.client.get("/new/details").text
