"""How many facts one transaction takes: as many as go quickly, and pieces of a batch in which one is bad."""

from datetime import timedelta

import pytest
from tiny import ThingHappened, outage

from shared.bus.inbox import BATCH, LEAST_BATCH, LONGEST
from shared.journal.tell import tell

pytestmark = pytest.mark.parametrize("new_town", ["memory"], indirect=True)
MANY = 1_000


class Watched:
    """Notes how many facts the ledger tries to take together, and lets each try take a time."""

    def __init__(self, town, monkeypatch):
        self.town, self.sizes, self.takes = town, [], timedelta(0)
        inbox = town.workers["ledger"]._inbox
        self._plain = inbox._together
        monkeypatch.setattr(inbox, "_together", self.together)

    def together(self, arrived, now):
        self.sizes.append(len(arrived))
        self.town.clock.advance(self.takes)
        self._plain(arrived, now)

    def happen(self, numbers):
        """Let things happen to subject `a` and have them all on their way, then let the ledger take them."""
        with self.town.services["intake"].transaction() as session:
            for number in numbers:
                tell(session, ThingHappened(subject="a", number=number))
        while self.town.workers["intake"].send(self.town.clock.now()):
            pass
        self.sizes.clear()
        while self.town.workers["ledger"].receive(self.town.clock.now()):
            pass


@pytest.fixture
def watched(town, monkeypatch):
    return Watched(town, monkeypatch)


def test_a_batch_grows_while_it_goes_quickly(watched, town):
    watched.happen(range(1, MANY + 1))
    assert watched.sizes[0] == LEAST_BATCH
    assert max(watched.sizes) == BATCH
    assert [number for _, number in town.effects("ledger")] == list(range(1, MANY + 1))


def test_a_batch_shrinks_where_its_transaction_is_long_for_doors_wait_for_its_rows(watched):
    watched.happen(range(1, MANY + 1))
    assert max(watched.sizes) == BATCH
    watched.takes = LONGEST * 2
    watched.happen(range(MANY + 1, 2 * MANY + 1))
    assert watched.sizes[:3] == [BATCH, BATCH // 2, LEAST_BATCH]
    assert set(watched.sizes[2:-1]) == {LEAST_BATCH}


def test_a_few_facts_at_a_time_let_no_batch_grow(watched):
    for first in range(1, 100, 10):
        watched.happen(range(first, first + 10))
    watched.happen(range(101, MANY))
    assert watched.sizes[0] == LEAST_BATCH


def test_of_a_large_batch_with_one_bad_fact_only_a_piece_is_taken_one_by_one(watched, town):
    watched.happen(range(1, MANY + 1))
    town.mood("ledger").fails("a", MANY + 250, outage())
    watched.happen(range(MANY + 1, MANY + BATCH + 1))
    assert watched.sizes[0] == BATCH
    assert sum(size == 1 for size in watched.sizes) == BATCH // 20
    assert town.waiting("ledger") == {"retry": 1, "held": BATCH - 250}
    town.mood("ledger").heals()
    town.pass_time(60)
    assert [number for _, number in town.effects("ledger")] == list(range(1, MANY + BATCH + 1))
