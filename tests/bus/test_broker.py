"""What only a real broker can do to us: forge, die, close, refuse; and what only RabbitMQ promises."""

import secrets
import subprocess
from datetime import timedelta
from itertools import count
from urllib.parse import urlsplit

import pytest
from dev_services import broker_tool, free_port
from town import PATIENCE, message_of

from shared.bus import rabbit_link, rabbit_publisher
from shared.bus.carrier import CarrierDown
from shared.bus.management import Management
from shared.bus.rabbit import RabbitCarrier, RabbitConsumer
from shared.bus.rabbit_link import Link
from shared.bus.rabbit_publisher import RabbitPublisher
from shared.journal.tables import JournalRow, UnsentRow
from shared.metrics import BLOCKED, NACKS

real = pytest.mark.parametrize("new_town", [pytest.param("rabbit", marks=pytest.mark.real)], indirect=True)
embedded = pytest.mark.parametrize("new_town", [pytest.param("memory", marks=pytest.mark.quick)], indirect=True)


@pytest.fixture
def ctl(dev_services, amqp_url):
    """Give rabbitmqctl of the private broker."""
    if not dev_services.rabbit_env:
        pytest.skip("the broker was given by address; only a private one is stopped or gets users")

    def run(*words) -> None:
        command = broker_tool("rabbitmqctl", "-q", *words)
        subprocess.run(command, env=dev_services.rabbit_env, check=True, capture_output=True, timeout=PATIENCE)

    return run


def silently():
    """Wake nobody."""


@embedded
def test_a_forged_source_has_no_effect(town, dead_letters):
    town.tell("a", 1)
    forged = message_of(town.envelopes()[0], id="forged")
    town.post([forged], by="ledger")
    town.until(dead_letters, "ledger", "archive")
    assert not town.effects("ledger")
    town.settle()
    assert town.effects("ledger") == town.effects("archive") == [("a", 1)]


@real
def test_a_source_forged_by_another_user_has_no_effect(town, amqp_url, dead_letters):
    town.tell("a", 1)
    forged = message_of(town.envelopes()[0], id="forged")
    send_as(amqp_url, urlsplit(amqp_url).username, [forged])
    assert set(town.until(dead_letters, "ledger", "archive")) == {forged.body}
    assert not town.effects("ledger")
    town.settle()
    assert town.effects("ledger") == town.effects("archive") == [("a", 1)]


@real
def test_the_broker_refuses_who_claims_anothers_name(town, amqp_url):
    town.tell("a", 1)
    publisher = RabbitPublisher(amqp_url, silently, user="intake")
    publisher.send([message_of(town.envelopes()[0])])
    town.until(publisher.lost)
    assert publisher.confirmed() == []
    publisher.close()


@pytest.fixture
def own_user(ctl, dev_services, amqp_url):
    """Make broker's users named as services, gone again at the end; gives each one's address.

    Another file's plan may have made such a user before: it gets our password and our rights.
    """
    made, parts = [], urlsplit(amqp_url)

    def make(name) -> str:
        secret = secrets.token_hex(8)
        user = {"name": name, "password": secret, "tags": []}
        rights = {"user": name, "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}
        Management(dev_services.broker_url).write({"users": [user], "permissions": [rights]})
        made.append(name)
        return f"amqp://{name}:{secret}@{parts.hostname}:{parts.port}{parts.path}"

    yield make
    for name in made:
        ctl("delete_user", name)


@real
def test_with_users_of_their_own_a_service_takes_nothing_that_nobody_vouches_for(
    town, amqp_url, own_user, dead_letters
):
    town.tell("a", 1)
    envelope = town.envelopes()[0]
    urls = {name: own_user(name) for name in ("intake", "ledger")}
    town.stop("ledger", "archive")
    carrier = RabbitCarrier(urls["ledger"])
    town.workers["ledger"] = type(town.workers.get("intake"))(moved(town.services["ledger"], carrier))
    send_as(amqp_url, None, [message_of(envelope, id="nobody")])
    town.until(dead_letters, "ledger")
    assert not town.effects("ledger")
    send_as(urls["intake"], "intake", [message_of(envelope, id="itself")])
    town.until(lambda: town.effects("ledger") == [("a", 1)], "ledger")


def moved(running, carrier):
    """Give the same service on another connection."""
    return type(running)(running.service, running.here, running.database, carrier, running.clock)


def send_as(url, user, messages):
    """Publish as a user, and wait until the broker has it."""
    publisher = RabbitPublisher(url, silently, user=user)
    publisher.send(messages)
    left = {message.id for message in messages}
    while left:
        left -= set(publisher.confirmed())
        assert not publisher.lost()
    publisher.close()


@real
def test_while_the_broker_is_gone_telling_goes_on_and_everything_flows_when_it_is_back(town, ctl):
    town.tell("a", 1)
    town.settle()
    ctl("stop_app")
    try:
        for number in range(2, 30):
            town.tell("a", number)
            town.step()
        assert len(town.rows("intake", UnsentRow)) == 28
        assert town.effects("ledger") == [("a", 1)]
    finally:
        ctl("start_app")
    town.settle()
    assert town.effects("ledger") == town.effects("archive", "ledger") == [("a", number) for number in range(1, 30)]


@real
def test_connections_closed_by_force_lose_and_repeat_nothing(town, ctl):
    for number in range(1, 31):
        town.tell("a", number)
        if number % 10 == 0:
            ctl("close_all_connections", "by the test")
        town.step()
    town.settle()
    assert town.effects("ledger") == town.effects("archive", "ledger") == [("a", number) for number in range(1, 31)]


@real
def test_what_is_done_is_acknowledged_and_what_is_still_in_hand_comes_again(town, amqp_url):
    town.stop("ledger")
    for number in range(1, 6):
        town.tell("a", number)
    town.post(message_of(envelope) for envelope in town.envelopes())
    first = RabbitConsumer(amqp_url, "ledger", ("intake",))
    got = []
    while len(got) < 5:
        got += first.receive(50)
    first.done([got[0], got[1], got[3]])
    first.close()
    second = RabbitConsumer(amqp_url, "ledger", ("intake",))
    again = []
    while len(again) < 2:
        again += second.receive(50)
    assert [one.body for one in again] == [got[2].body, got[4].body]
    assert all(one.redelivered for one in again)
    second.done(got)  # of another connection: no tag of this one is touched
    second.done(again)
    second.close()
    town.start("ledger")
    town.settle()
    assert not town.waiting("ledger")["parked"]


@pytest.mark.real
def test_without_a_broker_both_say_so_at_once_and_wait_before_they_try_again():
    nowhere = f"amqp://127.0.0.1:{free_port()}/"
    consumer, publisher = RabbitConsumer(nowhere, "ledger", ("intake",)), RabbitPublisher(nowhere, silently, user=None)
    for _ in range(2):
        with pytest.raises(CarrierDown):
            consumer.receive(1)
        with pytest.raises(CarrierDown):
            publisher.send([])
    consumer.close()
    publisher.close()


@real
def test_a_memory_alarm_stops_publishing_and_nothing_else(town, ctl):
    numbers = iter(range(1, 10_000))

    def blocked() -> bool:
        town.tell("a", next(numbers))
        town.step()
        return town.workers["intake"]._publisher._link.blocked

    before = BLOCKED._value.get()
    ctl("set_vm_memory_high_watermark", "0")
    try:
        town.until(blocked)
        with pytest.raises(CarrierDown, match="alarm"):
            town.workers["intake"]._publisher.send([])
        town.tell("a", next(numbers))
        town.step()
        assert town.rows("intake", UnsentRow)
    finally:
        ctl("set_vm_memory_high_watermark", "0.3")
    town.settle()
    assert BLOCKED._value.get() > before
    assert town.effects("ledger") == town.effects("archive", "ledger") == [("a", n) for n in range(1, next(numbers))]


@real
def test_a_confirm_that_never_comes_is_not_waited_for_for_ever(town, monkeypatch):
    plain, swallowed = Link._on_confirm, []

    def forgets_the_first(link, frame) -> None:
        if len(swallowed) < 1:
            swallowed.append(frame)
        else:
            plain(link, frame)

    town.stop("intake")
    monkeypatch.setattr(Link, "_on_confirm", forgets_the_first)
    monkeypatch.setattr(rabbit_link, "CONFIRM_TIMEOUT", 0.5)
    town.start("intake")
    town.tell("a", 1, 2, 3)
    town.settle()
    assert swallowed
    assert not town.rows("intake", UnsentRow)
    assert town.effects("ledger") == town.effects("archive", "ledger") == [("a", 1), ("a", 2), ("a", 3)]


@real
def test_a_broker_that_stays_blocked_is_given_up_and_tried_anew(town, ctl, monkeypatch):
    monkeypatch.setattr(rabbit_publisher, "BLOCKED_TIMEOUT", 1.0)
    town.stop("intake")
    town.start("intake")
    publisher, numbers = town.workers["intake"]._publisher, iter(range(1, 10_000))

    def blocked() -> bool:
        town.tell("a", next(numbers))
        town.step()
        return publisher._link is not None and publisher._link.blocked

    ctl("set_vm_memory_high_watermark", "0")
    try:
        town.until(blocked)
        link = publisher._link
        town.until(lambda: publisher._link is not link, "intake")
        assert town.rows("intake", UnsentRow)
    finally:
        ctl("set_vm_memory_high_watermark", "0.3")
    town.settle()
    assert town.effects("ledger") == town.effects("archive", "ledger") == [("a", n) for n in range(1, next(numbers))]


def limit(ctl, many):
    """Let the ledger's queue take so many messages."""
    ctl("set_policy", "-p", "/", "small", r"^q\.ledger$", f'{{"max-length": {many}}}', "--apply-to", "queues")


@real
def test_a_full_queue_holds_back_what_it_refuses_and_what_is_newer_and_keeps_the_connection(town, ctl):
    town.stop("ledger")
    limit(ctl, 3)
    try:
        town.tell("a", 1)
        town.until(lambda: town.effects("archive"))
        link, before = town.workers["intake"]._publisher._link, NACKS._value.get()
        numbers = count(2)

        def refused() -> bool:
            town.tell("a", next(numbers))  # a queue takes a little more than it should before it refuses
            town.step()
            return NACKS._value.get() > before

        town.until(refused)
        for _ in range(20):  # while it waits it asks nothing of the broker, and numbers what is told
            town.step("intake")
        many = NACKS._value.get()
        town.tell("a", next(numbers))
        town.step("intake")
        assert NACKS._value.get() == many
        assert len(town.leaves("intake")) == len(town.rows("intake", JournalRow))
        town.start("ledger")
        for _ in range(12):
            town.clock.advance(timedelta(seconds=60))
            town.until(lambda: not town.step())
    finally:
        ctl("clear_policy", "-p", "/", "small")
    town.settle()
    everything = [("a", number) for number in range(1, next(numbers))]
    assert town.effects("ledger") == town.effects("archive", "ledger") == everything
    assert town.workers["intake"]._publisher._link is link


@real
def test_a_limit_that_is_lifted_is_noticed_though_the_channel_goes_on_refusing(town, ctl, monkeypatch):
    monkeypatch.setattr(rabbit_link, "REFUSED_TIMEOUT", 0.5)
    town.stop("ledger")
    numbers, before = count(1), NACKS._value.get()

    def refused() -> bool:
        town.tell("a", next(numbers))
        town.step()
        return NACKS._value.get() > before

    limit(ctl, 3)
    try:
        town.until(refused)
        limit(ctl, 1_000)
        town.until(lambda: town.clock.advance(timedelta(seconds=60)) or not town.rows("intake", UnsentRow))
    finally:
        ctl("clear_policy", "-p", "/", "small")
    town.start("ledger")
    town.settle()
    assert town.effects("ledger") == [("a", number) for number in range(1, next(numbers))]
