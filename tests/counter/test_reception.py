"""Reception days: published with who, when and where; a place is booked once, whoever presses at the same moment."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from threading import Barrier

import pytest
from werkzeug.test import Client
from world import full_county

from services.intake.reception import schedule
from shared.errors import StartError
from shared.law.local import BEIJING

REGISTER = "visits.reception"
PEOPLE, PLACES = 6, 2
PLAN = {
    "slot": "day",
    "unit": "shiqiao-government",
    "post": "shiqiao-head",
    "where": "便民服务大厅",
    "hours": "9:00–11:00",
}


def county_with(capacity=PLACES):
    full = full_county()
    plan = {**PLAN, "weekday": 4, "capacity": capacity}
    return replace(full, registers={**full.registers, REGISTER: (plan,)})


def slots(world):
    with world.service("intake").inside():
        return [one for one in schedule(world.clock.now().date()) if one.register == REGISTER]


def path_of(slot):
    return f"/reception/{slot.register}/{slot.key}"


def form_of(client, path):
    page = client.get(path)
    assert page.status_code == 200, page.text
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page.text))


def numbers(answers):
    return sorted(found[1] for one in answers if (found := re.search(r"第(\d+)号", one.text)))


def test_people_who_press_at_once_take_no_place_twice(world_of):
    world = world_of(county=county_with())
    slot, together = slots(world)[0], Barrier(PEOPLE)

    def press(_) -> object:
        client = Client(world.client.application)
        sent = form_of(client, path_of(slot))
        together.wait(60)
        return client.post(path_of(slot), data=sent)

    with ThreadPoolExecutor(PEOPLE) as people:
        answers = list(people.map(press, range(PEOPLE)))
    assert sorted(one.status_code for one in answers) == [200] * PLACES + [409] * (PEOPLE - PLACES)
    assert numbers(answers) == ["1", "2"]
    assert slots(world)[0].left == 0


@pytest.fixture
def county(new_world):
    return new_world(county=county_with())


@pytest.mark.quick
def test_the_schedule_says_who_receives_when_and_where(county):
    page = county.client.get("/reception").text
    assert all(word in page for word in ("石桥镇", "便民服务大厅", "9:00–11:00", "2026年11月5日"))
    assert "/reception" in county.client.get("/").text


@pytest.mark.quick
def test_pressing_twice_takes_one_place_and_a_code_gives_it_back(county):
    slot = slots(county)[0]
    sent = form_of(county.client, path_of(slot))
    first, second = (county.client.post(path_of(slot), data=sent) for _ in range(2))
    assert numbers([first, second]) == ["1", "1"]
    assert slots(county)[0].left == PLACES - 1

    code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}", first.text)[0]
    leaving = {**form_of(county.client, "/reception"), "code": code.lower()}
    assert county.client.post("/reception/give-up", data=leaving).status_code == 303
    assert slots(county)[0].left == PLACES
    assert county.client.post("/reception/give-up", data=leaving).status_code == 404  # once
    again = county.client.post(path_of(slot), data=form_of(county.client, path_of(slot)))
    assert numbers([again]) == ["2"]  # a number is nobody else's


@pytest.mark.quick
def test_what_is_full_is_refused_and_says_to_come_all_the_same(county):
    path = path_of(slots(county)[0])
    for _ in range(PLACES):
        assert county.client.post(path, data=form_of(county.client, path)).status_code == 200
    refused = county.client.post(path, data=form_of(county.client, path))
    assert refused.status_code == 409
    assert "仍可前来" in refused.text


@pytest.mark.quick
def test_who_walks_in_gets_a_number_on_the_day_and_not_before(county):
    county.sign_in("shiqiao-officer")
    slot = slots(county)[0]
    path = f"/counter{path_of(slot)}"
    sent = {**form_of(county.client, "/counter/visits/visit"), "once": "early"}
    assert county.client.post(path, data=sent).status_code == 404

    there = datetime.combine(slot.day, time(9, 30), BEIJING)
    county.loop.advance_to(there)
    county.sign_in("shiqiao-officer")
    sent = {**form_of(county.client, "/counter/reception"), "once": "there"}
    answer = county.client.post(path, data=sent)
    assert numbers([answer]) == ["1"]
    assert slots(county)[0].booked == 1


@pytest.mark.quick
def test_a_monthly_reception_is_published_for_its_week_only(new_world):
    full = full_county()
    plan = {**PLAN, "weekday": 4, "week": 2, "capacity": 4}
    world = new_world(county=replace(full, registers={**full.registers, REGISTER: (plan,)}))
    assert [one.day for one in slots(world)] == [date(2026, 11, 12)]
    world.pass_days(timedelta(days=20).days)
    assert [one.day for one in slots(world)] == [date(2026, 12, 10)]


BESIDE = {"beside": ["water-bureau", "housing-bureau"]}


@pytest.mark.quick
def test_units_in_one_room_are_named_and_taken_in_for_on_the_day(new_world):
    full = full_county()
    plan = {**PLAN, **BESIDE, "weekday": 4, "capacity": PLACES}
    world = new_world(county=replace(full, registers={**full.registers, REGISTER: (plan,)}))
    slot = slots(world)[0]
    assert slot.beside == ("water-bureau", "housing-bureau")
    for page in ("/reception", path_of(slot)):
        assert "水利局、县住房和城乡建设局" in world.client.get(page).text
    world.sign_in("shiqiao-officer")
    assert "to=water-bureau" not in world.client.get("/counter/reception").text  # not before the day

    world.loop.advance_to(datetime.combine(slot.day, time(9, 30), BEIJING))
    world.sign_in("shiqiao-officer")
    assert 'href="/counter?to=water-bureau"' in world.client.get("/counter/reception").text
    form = "/counter/suggestions/suggestion?to=water-bureau"
    assert f'href="{form}"' in world.client.get("/counter?to=water-bureau").text
    assert re.search(r'value="water-bureau" selected', world.client.get(form).text)


@pytest.mark.quick
@pytest.mark.parametrize("wrong", [{"beside": ["atlantis"]}, {"unit": "atlantis"}], ids=["beside", "who receives"])
def test_a_plan_that_names_no_unit_stops_the_start(new_world, wrong):
    full = full_county()
    plan = {**PLAN, **BESIDE, **wrong, "weekday": 4, "capacity": PLACES}
    with pytest.raises(StartError, match=r"visits\.reception \(day\): atlantis is no unit"):
        new_world(county=replace(full, registers={**full.registers, REGISTER: (plan,)}))
