"""Waiting costs others nothing: a dead broker is not hammered, and nobody waits inside a transaction."""

import threading
from contextlib import contextmanager
from itertools import pairwise
from socketserver import BaseRequestHandler, TCPServer
from time import monotonic

import pytest
from sqlalchemy import create_engine, text
from tiny import FOLLOWS

from shared.bus import rabbit_consumer, rabbit_publisher
from shared.bus.carrier import CarrierDown
from shared.bus.rabbit_consumer import RabbitConsumer
from shared.bus.rabbit_link import Link
from shared.bus.rabbit_publisher import RabbitPublisher
from shared.journal.tables import UnsentRow
from shared.kit.worker import threads_of

real = pytest.mark.parametrize("new_town", [pytest.param("rabbit", marks=pytest.mark.real)], indirect=True)

RETRY_AFTER = 0.1  # seconds
ATTEMPTS = 16
IN_TRANSACTION = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
)


@pytest.fixture
def dead_broker():
    """Give the address of what hangs up on everybody, and whom it hung up on."""
    callers = []

    class HangUp(BaseRequestHandler):
        def handle(self) -> None:
            callers.append(self.client_address)

    with TCPServer(("127.0.0.1", 0), HangUp) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"amqp://127.0.0.1:{server.server_address[1]}/%2F", callers
        server.shutdown()
        thread.join()


@contextmanager
def publishing(url):
    publisher = RabbitPublisher(url, lambda: None, user=None)
    yield lambda: publisher.send([])
    publisher.close()


@contextmanager
def receiving(url):
    consumer = RabbitConsumer(url, "ledger", FOLLOWS["ledger"])
    yield lambda: consumer.receive(1)
    consumer.close()


def attempt(call):
    """Call without a pause until it tries to connect; gives when that was."""
    while True:
        began = monotonic()
        with pytest.raises(CarrierDown) as down:
            call()
        if "before the next attempt" not in str(down.value):
            return began


@pytest.mark.parametrize("using", [publishing, receiving])
def test_a_dead_broker_is_tried_now_and_then_and_at_another_moment_by_each(dead_broker, monkeypatch, using):
    url, callers = dead_broker
    for module in (rabbit_consumer, rabbit_publisher):
        monkeypatch.setattr(module, "RETRY_AFTER", RETRY_AFTER)
    with using(url) as call:
        moments = [attempt(call) for _ in range(ATTEMPTS)]
    waited = [later - earlier for earlier, later in pairwise(moments)]
    assert min(waited) > 0.4 * RETRY_AFTER
    assert max(waited) - min(waited) > 0.2 * RETRY_AFTER, "all who lost a broker come back at the same moment"
    assert len(callers) <= ATTEMPTS + 1  # a consumer tries once when it is made


@pytest.fixture
def in_transaction(postgres_url):
    """Give what counts the connections on which a transaction is open and nothing is asked."""
    server = create_engine(postgres_url, isolation_level="AUTOCOMMIT")

    def count() -> int:
        with server.connect() as connection:
            return int(connection.execute(IN_TRANSACTION).scalar() or 0)

    yield count
    server.dispose()


@real
def test_who_waits_for_a_confirm_has_no_transaction_open(town, monkeypatch, in_transaction):
    plain, held, released = Link._on_confirm, [], threading.Event()

    def hold(link, frame) -> None:
        if released.is_set():
            plain(link, frame)
        else:
            held.append(lambda: plain(link, frame))

    town.stop("intake")
    monkeypatch.setattr(Link, "_on_confirm", hold)
    town.start("intake")
    town.tell("a", 1)
    town.until(lambda: held and ("a", 1) in town.effects("ledger"))
    assert in_transaction() == 0
    assert town.rows("intake", UnsentRow)
    released.set()
    for confirm in held:
        confirm()
    town.settle()


@real
def test_who_has_nothing_to_do_has_no_transaction_open(town, monkeypatch, in_transaction):
    town.tell("a", 1)
    town.settle()
    worker, found, seen = town.workers["ledger"], {}, {"receiving": threading.Event(), "sending": threading.Event()}

    def look_at(half, place) -> None:
        """Count when this half waits there, and let it wait."""
        wait = place.wait

        def look_and_wait(seconds) -> bool:
            found[half] = in_transaction()
            seen[half].set()
            return wait(seconds)

        monkeypatch.setattr(place, "wait", look_and_wait)

    look_at("receiving", worker._consumer)
    look_at("sending", worker.running.unsent)
    halves = threads_of(worker)
    for half in halves:
        half.start()
    assert all(one.wait(60) for one in seen.values())
    for half in halves:
        half.stop()
        half.join()
    assert found == {"receiving": 0, "sending": 0}
