"""What goes wrong is counted for `/metrics`: tries, what is parked, what can't be read."""

from datetime import timedelta

import pytest
from tiny import outage
from town import message_of

from shared.metrics import registry

pytestmark = pytest.mark.parametrize("new_town", ["memory"], indirect=True)


def counted(name):
    return registry.get_sample_value(f"lianxin_{name}_total", {"service": "ledger"}) or 0


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
