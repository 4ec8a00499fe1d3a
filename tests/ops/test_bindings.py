"""A binding that is missing is mended, and what was missed is told again; who may not mend says what does."""

import pytest
from conftest import real_servers
from kombu import Connection

from lianxin.bindings import Bindings
from shared.bus.carrier import FACTS
from shared.journal.tables import UnsentRow

pytestmark = pytest.mark.real

CASE = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了"}


@pytest.fixture
def world(request, new_world, dev_services):
    return new_world(**real_servers(request), broker=dev_services.broker_url)


@pytest.fixture
def bindings(world):
    deployment = world.deployment
    return Bindings(deployment, deployment.look.broker)


def send_all(world):
    """Let intake send what it has, though somebody will not get it."""
    intake = next(worker for worker in world.loop._workers if worker.running.name == "intake")
    while intake.send(world.clock.now()) or unsent(world):
        pass


def unsent(world):
    with world.service("intake").reading() as session:
        return session.query(UnsentRow).count()


def test_what_was_told_past_a_missing_binding_comes_after_it_was_mended(world, bindings, amqp_url):
    bindings.look(world.clock.now())
    assert bindings.alarms == []
    with Connection(amqp_url) as connection:
        connection.channel().queue_unbind("q.routing", FACTS, "intake.#")
    receipt = world.ask("POST", "/api/v1/cases", CASE).get_json()
    send_all(world)
    world.loop._workers[1].receive(world.clock.now())
    assert world.follow(receipt)["unit"] is None

    bindings.look(world.clock.now())
    assert bindings.alarms == []
    world.settle()
    assert world.follow(receipt)["unit"] is not None
    assert world.events(receipt).count("case.routed") == 1


def test_a_broker_that_can_not_be_asked_is_an_alarm(world, bindings, monkeypatch):
    monkeypatch.setattr(bindings._broker, "_place", "127.0.0.1:1")
    bindings.look(world.clock.now())
    (alarm,) = bindings.alarms
    assert alarm.startswith("bindings not watched: the broker at 127.0.0.1:1 can't be asked")
