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
