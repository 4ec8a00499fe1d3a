"""Seals: every numbered leaf is told, with its hash, within a minute; and an idle service tells nothing."""

import base64
import hashlib
from datetime import timedelta

import pytest
from tiny import ThingLookedAt

from shared.facts.platform import JournalSealed
from shared.journal import seal
from shared.journal.tables import JournalRow, LeafRow
from shared.journal.tell import tell

AFTER = seal.PATIENCE.total_seconds()


def seals(town, name="intake"):
    return [envelope.data for envelope in town.envelopes(name, JournalSealed)]


def sealed(town):
    return [number for data in seals(town) for number in range(data["first"], data["last"] + 1)]


def test_a_seal_gives_the_hashes_of_all_leaves_in_their_order_also_of_what_never_leaves(town):
    town.tell("a", 1, 2)
    with town.services["intake"].transaction(town.clock.now()) as session:
        tell(session, ThingLookedAt(subject="a"))
    town.settle()
    town.pass_time(AFTER)
    (data,) = seals(town)
    bodies = {row.id: row.envelope for row in town.rows("intake", JournalRow)}
    leaves = sorted(town.rows("intake", LeafRow, LeafRow.number <= data["last"]), key=lambda row: row.number)
    assert (data["first"], data["last"]) == (1, len(leaves))
    assert [base64.b64decode(one) for one in data["hashes"]] == [
        hashlib.sha256(b"\0" + bodies[row.fact]).digest() for row in leaves
    ]
    assert [row.envelope for row in town.rows("archive", JournalRow)]


def test_at_idle_a_seal_calls_for_no_other_and_the_next_one_begins_with_it(town):
    town.tell("a", 1)
    town.settle()
    for _ in range(5):
        town.pass_time(AFTER)
    assert len(seals(town)) == 1
    town.tell("a", 2)
    town.settle()
    town.pass_time(AFTER)
    first, second = seals(town)
    assert second["first"] == first["last"] + 1
    assert second["last"] == first["last"] + 2  # the first seal's own leaf, and the fact


def test_many_leaves_are_sealed_in_batches_at_once(town, monkeypatch):
    monkeypatch.setattr(seal, "BATCH", 4)
    town.tell("a", *range(1, 11))
    town.settle()
    assert all(len(data["hashes"]) <= 4 for data in seals(town))
    town.pass_time(AFTER)
    town.pass_time(AFTER)
    assert sealed(town) == list(range(1, len(sealed(town)) + 1))
    assert len(sealed(town)) >= 11


@pytest.mark.parametrize("restarted", ["before the seal", "after the seal"])
def test_a_restart_leaves_no_hole_and_seals_nothing_twice(town, restarted):
    town.tell("a", 1)
    town.settle()
    if restarted == "after the seal":
        town.pass_time(AFTER)
    town.stop("intake")
    town.start("intake")
    for _ in range(2):
        town.pass_time(AFTER)
    assert len(seals(town)) == 1
    assert sealed(town) == list(range(1, len(sealed(town)) + 1))


def test_a_clock_that_is_set_back_makes_nothing_sealed_twice(town):
    """Ids of facts follow the clock, so the last seal is not the one with the last id."""
    for number in (1, 2):
        town.tell("a", number)
        town.settle()
        town.pass_time(AFTER)
    town.tell("a", 3)
    town.settle()
    town.clock.set_to(town.clock.now() - timedelta(hours=1))
    town.settle()
    assert len(seals(town)) == 3, "what waits for its seal does not wait for the clock to come that far again"
    town.stop("intake")
    town.start("intake")
    for number in (4, 5):
        town.tell("a", number)
        town.settle()
        town.pass_time(AFTER)
    assert sorted(sealed(town)) == list(range(1, len(sealed(town)) + 1))
    assert len(seals(town)) == 5


def test_two_relays_seal_nothing_twice(town):
    town.tell("a", 1)
    town.settle()
    town.pass_time(1)
    both = [seal.Sealer(town.services["intake"]) for _ in range(2)]
    for one in both:
        one.step(town.clock.now())
    town.clock.advance(seal.PATIENCE)
    for one in both:
        one.step(town.clock.now())
    assert len(seals(town)) == 1
