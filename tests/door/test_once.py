"""A POST that is sent twice is done once, whatever the first one took or still holds."""

import threading

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import Client

from services.intake.models import CaseRow, EntryRow

GOOD = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了"}
REGISTER = "petitions.reception"


def cases(world):
    with world.service("intake").reading() as session:
        return session.scalar(select(func.count()).select_from(CaseRow))


@pytest.mark.quick
def test_who_took_the_last_place_is_not_told_that_it_is_gone(embedded_world):
    with embedded_world.service("intake").transaction() as session:
        key = session.scalars(select(EntryRow.key).where(EntryRow.register == REGISTER)).first()
        session.execute(update(EntryRow).where(EntryRow.register == REGISTER, EntryRow.key == key).values(left=1))
    body = GOOD | {"mechanism": "petitions", "kind": "petition", "details": {"slot": key}, "contact": {"name": "陈某"}}

    first = embedded_world.ask("POST", "/api/v1/cases", body, Idempotency_Key="mine")
    again = embedded_world.ask("POST", "/api/v1/cases", body, Idempotency_Key="mine")
    other = embedded_world.ask("POST", "/api/v1/cases", body, Idempotency_Key="somebody-else's")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.get_json() == first.get_json()
    assert other.get_json()["code"] == "register-full"


def test_a_key_that_arrives_many_times_at_once_makes_one_case(world):
    before, given = cases(world), []

    def send() -> None:
        client = Client(world.client.application)
        answer = client.post("/api/v1/cases", json=GOOD, headers={"Idempotency-Key": "pressed-twice"})
        given.append((answer.status_code, answer.get_json().get("receipt")))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(given)) == 1
    assert given[0][0] == 201
    assert cases(world) == before + 1


def sent_twice(world, path, body, other, **who):
    """Send a step twice with one key, with another body and with another key; gives (status, answer) of each."""
    tries = [(body, "mine"), (body, "mine"), (other, "mine"), (body, "another")]
    return [
        (answer.status_code, answer.get_json())
        for said, key in tries
        for answer in [world.ask("POST", path, said, Idempotency_Key=key, **who)]
    ]


def steps_of(world, case, post):
    return [one["step"] for one in world.desk(case, post)["steps"]]


@pytest.mark.quick
@pytest.mark.slow
def test_a_step_of_the_desk_that_stays_open_is_taken_once_for_each_key(embedded_world):
    world, path = embedded_world, "/api/v1/desk/cases/{}/{}"
    case = world.submit("petitions", "petition", category="water", contact={"name": "陈某"})
    accept = path.format(case["reference"], "accept")
    first, again, other, new = sent_twice(
        world, accept, {"inputs": {}}, {"inputs": {"instead": "x"}}, post="water-officer"
    )
    assert first == again
    assert (first[0], other[1]["code"], new[1]["code"]) == (200, "idempotency-key-reused", "step-not-offered")
    said = {"inputs": {"day": "2026-11-02", "way": "phone", "summary": "已听取。"}}
    hear = path.format(case["reference"], "hear")
    first, again, _, new = sent_twice(world, hear, said, {"inputs": {}}, post="water-officer")
    assert first == again
    assert new[1]["revision"] == first[1]["revision"] + 1  # a new key is a new request
    assert steps_of(world, case, "water-officer") == ["accept", "hear", "hear"]


@pytest.mark.quick
@pytest.mark.slow
def test_a_residents_step_and_stepping_aside_are_answered_alike(embedded_world):
    world = embedded_world
    case = world.submit("petitions", "petition", category="water", contact={"name": "陈某"})
    asked = f"/api/v1/cases/{case['reference']}/steps/withdraw"
    first, again, other, _ = sent_twice(
        world, asked, {"inputs": {}}, {"inputs": {"why": "x"}}, Lianxin_Receipt=case["receipt"]
    )
    assert first == again == (202, {"step": "withdraw", "status": "asked"})
    assert other[1]["code"] == "idempotency-key-reused"
    world.settle()
    aside = f"/api/v1/desk/cases/{case['reference']}/recuse"
    first, again, _, new = sent_twice(world, aside, {"reason": "亲属"}, {"reason": "其他"}, post="water-officer")
    assert first == again == (200, {"reference": case["reference"]})
    assert new[0] == 404  # the case is his no longer
