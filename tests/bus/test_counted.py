"""What goes wrong is counted for `/metrics`: tries, what is parked, what can't be read."""

from datetime import timedelta

import pytest
from tiny import outage
from town import message_of

from lianxin.figures import read
from shared.journal.replay import send_again
from shared.metrics import registry

pytestmark = pytest.mark.parametrize("new_town", ["memory"], indirect=True)


LONG = timedelta(days=40)


def counted(name):
    return registry.get_sample_value(f"lianxin_{name}_total", {"service": "ledger"}) or 0


def lag():
    """Give the sum of all lags that the ledger observed, in seconds."""
    return registry.get_sample_value("lianxin_lag_seconds_sum", {"service": "ledger"}) or 0


def replay(town):
    with town.services["intake"].transaction(town.clock.now()) as session:
        send_again(session)


def test_tries_and_parked_facts_are_counted(town):
    tries, parked = counted("retries"), counted("parked")
    town.mood("ledger").fails("a", 1, outage())
    town.tell("a", 1)
    for _ in range(8):
        town.settle()
        town.clock.advance(timedelta(minutes=3))
    assert (counted("retries") - tries, counted("parked") - parked) == (4, 1)


def test_what_cant_be_read_is_counted(town):
    before = counted("undecodable")
    town.tell("a", 1)
    town.settle()
    town.post([message_of(town.envelopes()[0], id="bad", body=b"no json")])
    town.settle()
    assert counted("undecodable") - before == 1


def test_what_is_told_a_second_time_has_no_lag(town):
    town.tell("a", 1)
    town.settle()
    town.clock.advance(LONG)
    before = lag()
    replay(town)
    town.settle()
    assert lag() == before
    town.tell("a", 2)
    town.clock.advance(timedelta(seconds=9))
    town.settle()
    assert lag() == pytest.approx(before + 9)


def test_what_a_follower_hears_of_the_time_before_its_own_has_no_lag(new_town):
    town = new_town("intake")
    town.tell("a", 1)
    town.settle()
    town.clock.advance(LONG)
    before = lag()
    town.start("ledger")
    replay(town)
    town.settle()
    assert town.effects("ledger") == [("a", 1)]
    assert lag() == before


def unsent(town):
    found = read(town.services["intake"])
    return found.unsent, found.oldest_unsent


def test_what_is_sent_again_is_unsent_since_then_and_what_never_left_since_it_was_told(town):
    town.tell("a", 1)
    town.settle()
    town.clock.advance(LONG)
    replay(town)
    many, age = unsent(town)
    assert (many > 0, age) == (True, 0)
    town.clock.advance(timedelta(minutes=1))
    assert unsent(town) == (many, 60)
    town.settle()
    assert unsent(town) == (0, 0)
    town.tell("a", 2)
    town.clock.advance(timedelta(minutes=5))
    replay(town)
    assert unsent(town)[1] == pytest.approx(300, abs=0.01)
