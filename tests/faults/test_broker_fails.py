"""A broker that dies, runs out of memory, or has a full queue: telling goes on, and all flows when it is back."""

import json
from collections import Counter

import plants
import pytest
from kombu import Connection
from nodes import nodes
from proxy import proxy_to, through
from stage import Stage, until

from shared.bus import topology
from tests.conftest import new_database

pytestmark = [pytest.mark.real, pytest.mark.check]

SUBJECTS = ("a", "b", "hard")

TRIES_AGAIN = "dead_letter_worker_publisher_confirm_timeout"  # a broker waits three minutes if it is not told


@pytest.fixture(scope="module")
def node():
    """Give a broker that may be hurt."""
    with nodes(1) as (one,):
        yield one


@pytest.fixture
def stage(node, dev_services, tmp_path):
    """Give an empty stage on it; what the test left there is gone afterwards."""
    with new_database(dev_services.postgres_url) as database:
        made = Stage(tmp_path, node.url, database)
        yield made
        made.close()
        for word in ("stop_app", "reset", "start_app"):
            node.ctl(word)


def test_a_killed_broker_stops_nobody_from_telling(stage, node):
    stage.start()
    stage.tell(SUBJECTS, 60)
    until(lambda: stage.effects("ledger", "intake"), "things flow")
    node.kill()
    until(stage.is_told, "telling goes on")
    node.start()
    stage.settle()
    assert stage.broken(*SUBJECTS) == []


def test_a_memory_alarm_stops_publishing_and_nothing_else(stage, node):
    stage.start()
    node.ctl("set_vm_memory_high_watermark", "0")
    try:
        stage.tell(SUBJECTS, 30)
        until(lambda: "publishing-blocked" in stage.log("intake"), "the broker blocks")
        until(stage.is_told, "telling goes on")
        assert stage.unsettled()
    finally:
        node.ctl("set_vm_memory_high_watermark", "0.3")
    stage.settle()
    assert stage.broken(*SUBJECTS) == []


def test_a_full_queue_refuses_and_causes_no_storm_of_connections(stage, node):
    with proxy_to(node.url) as proxy:
        stage.start("ledger", "archive")
        stage.start("intake", LIANXIN_AMQP=through(proxy, node.url))
        stage.tell(SUBJECTS, 1)
        stage.settle()
        stage.kill("ledger")
        node.ctl("set_policy", "full", "^q.ledger$", json.dumps({"max-length": 5}), "--apply-to", "queues")
        connections = proxy.accepted
        stage.tell(SUBJECTS, 40)
        until(stage.is_told, "telling goes on")
        until(lambda: "refused" in stage.log("intake"), "the broker refuses")
        node.ctl("clear_policy", "full")
        stage.start("ledger")
        stage.settle()
        assert proxy.accepted <= connections + 2  # a channel that a queue refused for a minute is given up
    assert stage.broken(*SUBJECTS) == []


def test_what_can_not_be_read_outlives_a_dead_letter_queue_that_is_away(stage, node):
    assert poisoned_while_the_shelf_is_away(stage, node) == Counter([b"poison 1", b"poison 2"])


def test_dead_lettering_at_most_once_loses(stage, node, monkeypatch):
    plants.at_most_once_dead_lettering(monkeypatch)
    found = poisoned_while_the_shelf_is_away(stage, node, planted="at_most_once_dead_lettering", comes=1)
    assert found == Counter([b"poison 2"])


def poisoned_while_the_shelf_is_away(stage, node, *, planted="", comes=2):
    """Send what can't be read, once while there is no queue for it and once when there is; count what comes there."""
    node.ctl("eval", f"application:set_env(rabbit, {TRIES_AGAIN}, 5000).")
    stage.start(planted=planted)
    stage.tell(["first"], 1)
    stage.settle()  # everybody is connected: who connects declares the shelf
    found = Counter()
    with Connection(node.url) as connection:
        channel = connection.channel()
        channel.queue_delete("q.dead")
        send(channel, b"poison 1")
        until(lambda: "undecodable" in stage.log("ledger"), "it can't be read")
        stage.tell(["a"], 1)
        stage.settle()  # what came after it is done, so the broker has heard that it is refused
        topology.declare(channel)
        send(channel, b"poison 2")
        until(lambda: found.update(taken(channel, "q.dead")) or found.total() >= comes, "the dead letters come")
    return found


def send(channel, body):
    """Put bytes into the ledger's queue that no service would."""
    channel.basic_publish(channel.prepare_message(body, content_type="text/plain"), "", "q.ledger")


def taken(channel, queue):
    """Take what a queue holds."""
    found = []
    while (message := channel.basic_get(queue, no_ack=True)) is not None:
        found.append(message.body if isinstance(message.body, bytes) else message.body.encode())
    return found
