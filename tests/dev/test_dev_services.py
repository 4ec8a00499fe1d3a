"""The private servers end with whoever started them, to the last process."""

import socket

import pytest
from dev_services import DevServices

pytestmark = pytest.mark.real


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


def test_nothing_of_a_private_broker_is_left(tmp_path_factory, monkeypatch):
    monkeypatch.delenv("LIANXIN_TEST_AMQP", raising=False)
    services = DevServices(tmp_path_factory.mktemp("broker"))
    amqp = services.amqp_url.rpartition(":")[2].partition("/")[0]
    names = services.rabbit_env["ERL_EPMD_PORT"]
    assert answers(amqp)
    assert answers(names)
    services.stop()
    assert not answers(amqp)
    assert not answers(names)
