"""What the relay owes: a number for every fact, with a broker or without; and no fact forgotten before it has one."""

from typing import Never

import pytest
from sqlalchemy import func, select

from shared.bus.carrier import CarrierDown
from shared.journal.tables import JournalRow, LeafRow, UnsentRow

pytestmark = pytest.mark.quick


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
