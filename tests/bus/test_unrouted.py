"""What finds no queue lies on a shelf, is counted there, and comes again once somebody listens."""

import pytest
from kombu import Connection
from tiny import FOLLOWS

from lianxin.figures import Look
from shared.bus import topology
from shared.bus.carrier import FACTS, KEYS, Message
from shared.bus.definitions import definitions
from shared.bus.management import Management
from shared.bus.rabbit_publisher import RabbitPublisher
from shared.bus.topology import Topology
from shared.journal.replay import replay
from shared.journal.tables import KeyOutRow, UnsentRow

pytestmark = pytest.mark.real
real = pytest.mark.parametrize("new_town", ["rabbit"], indirect=True)

CASE = "e" * 32


@pytest.fixture
def bare(amqp_url):
    """Give a broker without our exchanges: those that an earlier test declared would hide what is declared wrongly."""
    with Connection(amqp_url) as connection:
        for exchange in topology.exchanges:
            exchange(connection.channel()).delete()
    return amqp_url


@pytest.fixture
def broker(dev_services):
    return Management(dev_services.broker_url)


def on_shelf(url):
    """Take what lies there."""
    with Connection(url) as connection:
        channel, found = connection.channel(), []
        while (message := channel.basic_get("q.unrouted", no_ack=True)) is not None:
            found.append(message)
        return found


def unbind(url, queue, exchange, key):
    with Connection(url) as connection:
        connection.channel().queue_unbind(queue, exchange, key)


def shelved(town, broker):
    """Tell how many lie on the shelf, as `lianxin queues ls` does."""
    return Look((), {}, town.carrier, broker).queues()["unrouted"].ready


def test_what_is_sent_before_anybody_listens_is_kept(bare):
    publisher = RabbitPublisher(bare, lambda: None, user=None)
    publisher.send([Message("1", FACTS, "nobody.thing.happened.v1", b"{}", "application/json")])
    while not publisher.confirmed():
        assert not publisher.lost()
    publisher.close()
    assert [one.body for one in on_shelf(bare)] == [b"{}"]


@real
def test_a_fact_that_finds_no_queue_is_counted_and_comes_by_a_replay(bare, new_town, broker):
    town = new_town("intake", "ledger")
    unbind(bare, "q.ledger", FACTS, "intake.#")
    town.tell("a", 1, 2)
    town.until(lambda: not town.rows("intake", UnsentRow), "intake")
    town.until(lambda: shelved(town, broker) == 2)
    assert not town.effects("ledger")
    town.stop("ledger")
    town.start("ledger")
    with town.services["intake"].transaction(town.clock.now()) as session:
        replay(session, by="operator", reason="a binding was missing")
    town.settle()
    assert town.effects("ledger") == [("a", 1), ("a", 2)]


@real
def test_a_case_key_that_finds_no_queue_is_kept_and_comes_when_it_is_asked_for(bare, new_town, broker):
    town = new_town("intake", "ledger")
    policies = definitions(Topology(FOLLOWS), {})["policies"]
    broker.write({"policies": [one for one in policies if one["apply-to"] == "exchanges"]})
    unbind(bare, "q.ledger", KEYS, "ledger")
    with town.services["intake"].transaction() as session:
        session.make_key(CASE)
        session.add(KeyOutRow(case=CASE, receiver="ledger"))
    town.until(lambda: not town.rows("intake", KeyOutRow), "intake")
    assert [one.delivery_info["routing_key"] for one in on_shelf(bare)] == ["ledger"]
    town.stop("ledger")
    town.start("ledger")
    town.tell(CASE, 1, note="私")
    town.settle()
    town.pass_time(30)
    assert town.effects("ledger") == [(CASE, 1)]
