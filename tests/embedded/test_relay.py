"""What the relay owes: a number for every fact, with a broker or without; and no fact forgotten before it has one."""

from typing import Never

import pytest
from sqlalchemy import func, select

from shared.bus.carrier import CarrierDown
from shared.journal.tables import JournalRow, LeafRow, UnsentRow

pytestmark = pytest.mark.quick

CASE = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了"}


def counts(world):
    with world.service("intake").reading() as session:
        return [session.scalar(select(func.count()).select_from(row)) for row in (JournalRow, LeafRow, UnsentRow)]


def test_facts_are_numbered_while_the_broker_is_down_and_sent_when_it_is_back(embedded_world, monkeypatch):
    publisher = next(worker._publisher for worker in embedded_world.loop._workers if worker.running.name == "intake")

    def down(_messages) -> Never:
        raise CarrierDown("no broker")

    with monkeypatch.context() as broken:
        broken.setattr(publisher, "send", down)
        receipt = embedded_world.submit()
        told, numbered, unsent = counts(embedded_world)
        assert (told == numbered, unsent) == (True, 1)
        assert embedded_world.follow(receipt)["unit"] is None

    embedded_world.settle()
    assert counts(embedded_world)[2] == 0
    assert embedded_world.follow(receipt)["unit"] is not None


def test_a_fact_that_is_safe_is_not_forgotten_before_it_has_its_number(embedded_world, monkeypatch):
    intake, *others = embedded_world.loop._workers
    now = embedded_world.clock.now()

    def fails(*_what) -> Never:
        raise RuntimeError("killed between sending and numbering")

    embedded_world.ask("POST", "/api/v1/cases", CASE)
    with monkeypatch.context() as broken:
        broken.setattr(intake._relay, "_book", fails)
        with pytest.raises(RuntimeError, match="between"):
            intake.send(now)
    for worker in others * 20:  # so that every receiver has committed, and the carrier calls the fact safe
        worker.receive(now)

    embedded_world.settle()
    told, numbered, unsent = counts(embedded_world)
    assert (told == numbered, unsent) == (True, 0)
