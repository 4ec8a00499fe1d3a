"""The private servers end with whoever started them, to the last process."""

import os
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from dev_services import LARGEST_MESSAGE, DevServices
from kombu import Connection
from nodes import nodes

from lianxin.stack import RABBITMQ_CONF
from shared.journal.tell import LARGEST_FACT

RELEASES = "usr/lib/rabbitmq/lib"


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


@pytest.fixture
def private(monkeypatch):
    """Give private servers, none of them given by address.

    Not in pytest's own folder: every other run of pytest closes that one to the servers' users again.
    """
    monkeypatch.delenv("LIANXIN_TEST_AMQP", raising=False)
    with TemporaryDirectory(prefix="lianxin-servers-", ignore_cleanup_errors=True) as folder:
        services = DevServices(Path(folder))
        yield services
        services.stop()


@pytest.mark.real
def test_nothing_of_a_private_broker_is_left(private):
    amqp = private.amqp_url.rpartition(":")[2].partition("/")[0]
    names = private.rabbit_env["ERL_EPMD_PORT"]
    assert answers(amqp)
    assert answers(names)
    private.stop()
    assert not answers(amqp)
    assert not answers(names)


@pytest.mark.real
def test_nothing_of_a_killed_node_is_left():
    with nodes(1) as (node,):
        names = node.env["ERL_EPMD_PORT"]
        assert answers(names)
    assert not answers(names)


@pytest.mark.real
def test_the_private_broker_is_that_of_the_root_it_was_asked_from(private):
    (installed,) = Path(os.environ.get("LIANXIN_TEST_RABBITMQ", "/"), RELEASES).glob("rabbitmq_server-*")
    with Connection(private.amqp_url) as connection:
        connection.connect()
        assert f"rabbitmq_server-{connection.connection.server_properties['version']}" == installed.name


@pytest.mark.quick
def test_a_countys_broker_takes_messages_of_the_same_size_and_far_larger_ones_than_any_fact():
    assert f"max_message_size = {LARGEST_MESSAGE}\n" in RABBITMQ_CONF
    assert LARGEST_MESSAGE >= 8 * LARGEST_FACT
