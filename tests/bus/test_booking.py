"""Numbering and forgetting what is safe, beside the relay's own work where the database allows it."""

from contextlib import suppress
from threading import Event

import pytest
from tiny import ThingLookedAt

from shared.journal.booking import Booker
from shared.journal.tables import UnsentRow
from shared.journal.tell import tell


def test_what_could_not_be_booked_is_booked_with_the_next_round(town, monkeypatch):
    plain, failed = Booker._book, []

    def book(booker, *given) -> None:
        if booker._running.name == "intake" and len(failed) < 3:
            failed.append(given)
            raise RuntimeError("the database went away")
        plain(booker, *given)

    monkeypatch.setattr(Booker, "_book", book)
    town.tell("a", *range(1, 6))
    with town.services["intake"].transaction(town.clock.now()) as session:
        tell(session, ThingLookedAt(subject="a"))  # numbered without being sent
    settle_through(town, failed)
    assert len(failed) == 3
    assert town.leaves("intake") == list(range(1, len(town.leaves("intake")) + 1))
    assert town.effects("ledger") == [("a", number) for number in range(1, 6)]
    assert not town.rows("intake", UnsentRow)


def settle_through(town, failed) -> None:
    """Let rounds fail as often as it was planted, as a worker's thread does, which logs and goes on."""
    for times in (1, 2, 3):
        with suppress(RuntimeError):  # it shows where it is waited for: in this round, or in the next one
            town.until(lambda times=times: len(failed) >= times)
    with suppress(RuntimeError):
        town.settle()
    town.settle()


def test_a_relay_that_ends_leaves_nothing_half_booked(town, monkeypatch):
    begun = []
    plain = Booker.begin

    def begin(booker, *given) -> None:
        plain(booker, *given)
        begun.append(booker._running.name)

    monkeypatch.setattr(Booker, "begin", begin)
    town.tell("a", *range(1, 40))
    town.until(lambda: "intake" in begun)
    town.stop("intake")
    assert town.leaves("intake") == list(range(1, len(town.leaves("intake")) + 1))
    town.start("intake")
    town.settle()
    assert town.effects("ledger") == [("a", number) for number in range(1, 40)]
    assert not town.rows("intake", UnsentRow)


@pytest.mark.parametrize("new_town", [pytest.param("rabbit", marks=pytest.mark.real)], indirect=True)
def test_the_relay_goes_on_while_a_batch_is_being_booked(town, monkeypatch):
    """What is told while a booking waits is sent before that booking has ended."""
    waits, goes_on = Event(), Event()
    plain = Booker._book

    def book(booker, *given) -> None:
        if booker._running.name == "intake" and not goes_on.is_set():
            waits.set()
            assert goes_on.wait(30)
        plain(booker, *given)

    monkeypatch.setattr(Booker, "_book", book)
    town.tell("a", 1)
    town.until(waits.is_set)
    town.tell("a", 2)
    relay = town.workers["intake"]._relay
    ended = relay._booker.end
    monkeypatch.setattr(relay._booker, "end", lambda: (goes_on.set(), ended())[1])
    town.step("intake")
    assert goes_on.is_set()
    sent = len(relay._in_flight)
    town.settle()
    assert sent == 1
    assert town.effects("ledger") == [("a", 1), ("a", 2)]
