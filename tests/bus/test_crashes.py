"""A process that dies at a bad moment loses nothing and repeats nothing, on both carriers."""

from typing import Any

import pytest
from tiny import outage

from shared.journal.tables import UnsentRow
from shared.kit.running import Running


def things(subject, last):
    return [(subject, number) for number in range(1, last + 1)]


def test_a_crash_between_effects_and_acknowledgement_repeats_nothing(town):
    town.tell("a", 1, 2, 3)
    inbox = town.workers["ledger"]._inbox
    inbox._consumer = Deaf(inbox._consumer)
    town.until(lambda: len(town.effects("ledger")) == 3)
    town.stop("ledger")
    town.start("ledger")
    town.tell("a", 4)
    town.settle()
    assert town.effects("ledger") == things("a", 4)
    assert town.effects("archive", "ledger") == things("a", 4)


class Deaf:
    """A consumer that dies before it acknowledges."""

    def __init__(self, real):
        self._real = real

    def __getattr__(self, name):
        return getattr(self._real, name)

    def done(self, deliveries):
        """Nothing is acknowledged."""


def test_a_crash_between_confirm_and_forgetting_sends_again_and_repeats_nothing(town):
    town.workers["intake"]._relay._hear = lambda _now: None
    town.tell("a", 1, 2, 3)
    town.until(lambda: len(town.effects("archive", "ledger")) == 3)
    assert town.rows("intake", UnsentRow)
    town.stop("intake")
    town.start("intake")
    town.settle()
    assert not town.rows("intake", UnsentRow)
    assert town.effects("ledger") == town.effects("archive") == things("a", 3)


def test_a_database_that_fails_leaves_what_arrived_in_hand(town, monkeypatch):
    town.tell("a", 1, 2)
    ledger, real = town.services["ledger"], Running.transaction

    def fails(running, *args, **more) -> Any:
        if running is ledger:
            raise outage()
        return real(running, *args, **more)

    monkeypatch.setattr(Running, "transaction", fails)
    with pytest.raises(RuntimeError):
        town.until(lambda: False, "intake", "ledger")
    monkeypatch.setattr(Running, "transaction", real)
    town.settle()
    assert town.effects("ledger") == things("a", 2)
