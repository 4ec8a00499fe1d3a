"""Where marks alone keep an effect from happening twice: two workers of a service, for the moment of a takeover."""

from threading import Barrier, Thread

import plants
import pytest
from checker import count
from sqlalchemy.exc import IntegrityError
from town import Town

from shared.bus.apply import Gate
from shared.bus.memory import MemoryCarrier

pytestmark = pytest.mark.real  # SQLite has one writer: the second worker would know what the first has done

THING = ("a", 1)
PATIENCE = 60  # seconds


@pytest.fixture
def town(tmp_path, postgres_url):
    """Give a town in which a thing was told that the ledger has not heard of."""
    made = Town(tmp_path, MemoryCarrier(), postgres_url)
    made.start("intake", "ledger")
    made.tell(*THING)
    yield made
    made.close()


def both_apply(town):
    """Let two workers of the ledger apply the fact, both knowing that it is next; gives how each of them ended."""
    (fact,), ledger = town.envelopes(), town.services["ledger"]
    both_know, ends = Barrier(2, timeout=PATIENCE), []

    def work() -> None:
        try:
            with ledger.transaction(town.clock.now()) as session:
                gate = Gate(session, ledger.service, [fact])
                both_know.wait()
                gate.pass_all([fact])
        except IntegrityError as error:
            ends.append(type(error))
        else:
            ends.append(None)

    workers = [Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(PATIENCE)
    return ends


def test_of_two_workers_that_apply_a_fact_at_once_one_is_refused(town):
    assert sorted(both_apply(town), key=str) == [IntegrityError, None]
    assert count([THING], [THING], town.effects("ledger")).clean


def test_without_marks_the_rule_of_order_lets_both_through(town, monkeypatch):
    plants.no_mark(monkeypatch)
    assert both_apply(town) == [None, None]
    assert count([THING], [THING], town.effects("ledger")).duplicated == 1
