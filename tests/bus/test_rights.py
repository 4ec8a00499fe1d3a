"""On a real broker: `apply` makes what `plan` shows, and a service's user can do what it needs and nothing more."""

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import attempts
import pytest
from amqp import Message as Raw
from amqp.exceptions import AccessRefused
from click.testing import CliRunner
from kombu import Connection
from world import full_county

from lianxin.bindings import Bindings
from lianxin.cli import main
from lianxin.deployment import compose
from lianxin.home import Settings
from lianxin.loading import SERVICES, load_services
from shared.bus.carrier import FACTS, KEYS, Message
from shared.bus.definitions import ADMINISTRATOR, definitions
from shared.bus.management import Management
from shared.bus.rabbit import RabbitCarrier
from shared.bus.topology import DELIVERY_LIMIT, Topology
from shared.clock import SystemClock
from shared.errors import StartError

pytestmark = pytest.mark.real

PORTAL = "subscriber-portal"
PASSWORDS = {name: f"password-of-{name}" for name in (*SERVICES, ADMINISTRATOR, PORTAL)}


@pytest.fixture
def applied(dev_services, amqp_url, tmp_path, monkeypatch):
    """Give a broker to which the plan was applied, with its users."""
    topology = Topology({service.name: service.follows for service in load_services(SERVICES)}, 30, ("portal",))
    file = tmp_path / "definitions.json"
    file.write_text(json.dumps(definitions(topology, PASSWORDS)))
    monkeypatch.setenv("LIANXIN_BROKER", dev_services.broker_url)
    result = CliRunner().invoke(main, ["topology", "apply", "--definitions", str(file)])
    assert result.exit_code == 0, result.output
    return file


@pytest.fixture
def url_of(amqp_url):
    place = urlsplit(amqp_url)
    return lambda name: f"amqp://{name}:{PASSWORDS[name]}@{place.hostname}:{place.port}/%2F"


@contextmanager
def channel_of(url: str) -> Iterator[Any]:
    with Connection(url) as connection:
        connection.connect()
        yield connection.channel()


def test_check_finds_what_apply_made_and_notices_what_is_taken_away(applied, amqp_url):
    check = ["topology", "check", "--definitions", str(applied), "--json"]
    found = json.loads(CliRunner().invoke(main, check).output)["differences"]
    # The test broker's own administrator is the one user too many.
    own = ("users: lianxin should", "permissions: lianxin should")
    assert [line for line in found if not line.startswith(own)] == []
    with channel_of(amqp_url) as channel:
        channel.queue_unbind("q.routing", FACTS, "intake.#")
        channel.queue_delete("q.notification")
    result = CliRunner().invoke(main, check)
    assert result.exit_code == 1
    assert "bindings: lianxin.facts q.routing intake.# is missing" in result.output
    assert "queues: q.notification is missing" in result.output


def test_an_exchange_of_an_earlier_release_gets_its_alternate(amqp_url, request, url_of):
    with channel_of(amqp_url) as channel:
        channel.exchange_delete(KEYS)
        channel.exchange_declare(KEYS, "direct", durable=True, auto_delete=False)
    request.getfixturevalue("applied")
    with channel_of(url_of("intake")) as channel:
        publish(channel, KEYS, "nobody")
    with channel_of(amqp_url) as channel:
        assert channel.basic_get("q.unrouted", no_ack=True).delivery_info["routing_key"] == "nobody"


# As every release so far made them: they are there when a county upgrades, and can't be declared otherwise any more.
SHELVES_BEFORE = {"q.unrouted": {"x-queue-type": "quorum"}, "q.dead": {"x-queue-type": "quorum"}}
LIMIT_BEFORE = {
    "vhost": "/",
    "name": "longest-shelf",
    "pattern": r"^q\.unrouted$",
    "apply-to": "queues",
    "priority": 0,
    "definition": {"max-length": 100_000},
}


def test_apply_brings_the_shelves_of_an_older_release_to_the_plan(applied, dev_services, amqp_url):
    broker = Management(dev_services.broker_url)
    with channel_of(amqp_url) as channel:
        for name, arguments in SHELVES_BEFORE.items():
            channel.queue_delete(name)
            channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)
    broker.write({"policies": [LIMIT_BEFORE]})
    check = ["topology", "check", "--definitions", str(applied)]
    assert "policies: longest-shelf has another definition" in CliRunner().invoke(main, check).output
    result = CliRunner().invoke(main, ["topology", "apply", "--definitions", str(applied)])
    assert result.exit_code == 0, result.output
    left = CliRunner().invoke(main, check).output
    assert "policies" not in left
    assert "queues" not in left


@pytest.mark.parametrize("shelf", ["unrouted", "dead"])
def test_a_person_may_look_at_a_shelf_as_often_as_it_takes(applied, amqp_url, shelf):
    with channel_of(amqp_url) as channel:
        publish(channel, f"lianxin.{shelf}", "")
        for _ in range(3 * DELIVERY_LIMIT):
            seen = channel.basic_get(f"q.{shelf}")
            assert seen is not None, "it was thrown away"
            channel.basic_reject(seen.delivery_tag, requeue=True)


DENIED = [
    pytest.param(lambda c: c.queue_declare("q.more", durable=True, auto_delete=False), id="makes no queue"),
    pytest.param(
        lambda c: c.exchange_declare("more", "topic", durable=True, auto_delete=False), id="makes no exchange"
    ),
    pytest.param(lambda c: c.queue_delete("q.intake"), id="deletes no queue"),
    pytest.param(lambda c: c.queue_bind("q.intake", FACTS, "sealed.#"), id="binds nothing"),
    pytest.param(lambda c: c.basic_get("q.routing"), id="reads no other queue"),
    pytest.param(lambda c: c.queue_purge("q.routing"), id="empties no other queue"),
    pytest.param(lambda c: publish(c, "", "q.routing"), id="puts nothing straight into a queue"),
    pytest.param(lambda c: publish(c, FACTS, "routing.case.routed.v1"), id="tells nothing in another's name"),
    pytest.param(lambda c: publish(c, "lianxin.dead", ""), id="fills no shelf"),
    pytest.param(lambda c: publish(c, "lianxin.public", "outcome.published.v1"), id="tells nothing outside"),
]


def publish(channel, exchange, key):
    channel.confirm_select()
    channel.basic_publish_confirm(Raw(b"{}"), exchange, key)


@pytest.mark.parametrize("user", ["intake", PORTAL])
@pytest.mark.parametrize("attempt", DENIED)
def test_what_the_user_of_a_service_or_a_subscriber_is_refused(applied, url_of, attempt, user):
    with channel_of(url_of(user)) as channel, pytest.raises(AccessRefused):
        attempt(channel)


def test_a_subscriber_reads_the_stream_and_no_services_queue(applied, url_of):
    with channel_of(url_of(PORTAL)) as channel, pytest.raises(AccessRefused):
        channel.basic_get("q.intake")
    told = secrets.token_bytes(8)
    with channel_of(url_of("disclosure")) as channel:
        channel.basic_publish(Raw(told, delivery_mode=2), "lianxin.public", "outcome.published.v1.x")
    with channel_of(url_of(PORTAL)) as channel:
        heard = []

        def hear(one) -> None:
            heard.append(one.body)
            channel.basic_ack(one.delivery_tag)

        channel.basic_qos(0, 10, False)
        channel.basic_consume("s.public", callback=hear, arguments={"x-stream-offset": "first"})
        while told not in heard:
            channel.connection.drain_events(timeout=30)


ATTEMPTS = Path(attempts.__file__)


@pytest.fixture
def tried(applied, dev_services, url_of, tmp_path):
    """Give what a service's user tries, as it does in the containers; gives how that ended."""

    def run(service: str, password: str = "") -> "subprocess.CompletedProcess[str]":
        (tmp_path / "address").write_text(url_of(service).replace(PASSWORDS[service], password or PASSWORDS[service]))
        others = [name for name in SERVICES if name != service]
        port = str(urlsplit(dev_services.broker_url).port)
        command = [sys.executable, str(ATTEMPTS), str(tmp_path / "address"), port, service, *others]
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)

    return run


@pytest.mark.parametrize("service", SERVICES)
def test_every_services_user_is_refused_what_is_not_its_own_and_let_to_what_is(tried, service):
    done = tried(service)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["refused"], found["let_through"]) == ([], [])


def test_a_wrong_password_is_not_taken_for_a_refusal(tried):
    assert tried("routing", password="wrong").returncode != 0


def test_who_may_do_nothing_is_not_taken_for_one_with_its_rights(tried, dev_services):
    nothing = json.dumps({"configure": "^$", "write": "^$", "read": "^$"})
    Management(dev_services.broker_url)._ask("PUT", "/api/permissions/%2F/routing", nothing)
    assert json.loads(tried("routing").stdout)["refused"] == ["reads its queue", "tells a fact under its name"]


def test_only_intake_may_send_keys(applied, url_of):
    with channel_of(url_of("intake")) as channel:
        publish(channel, KEYS, "routing")
    with channel_of(url_of("routing")) as channel, pytest.raises(AccessRefused):
        publish(channel, KEYS, "notification")


def test_a_service_publishes_and_receives_as_its_own_user_and_the_broker_vouches_for_it(applied, url_of):
    publisher = RabbitCarrier(url_of("intake")).publisher("intake", lambda: None)
    carrier = RabbitCarrier(url_of("routing"))
    consumer = carrier.consumer("routing", ("intake", "directory"), lambda: None)
    publisher.send([Message("1", FACTS, "intake.case.submitted.v1", b"{}", "application/json")])
    deliveries = []
    while not deliveries:
        deliveries = consumer.receive(10)
    assert [(one.body, one.user) for one in deliveries] == [(b"{}", "intake")]
    consumer.done(deliveries)
    assert carrier.trouble("routing") is None
    publisher.close()
    consumer.close()


def test_a_service_without_its_queue_says_what_mends_it(applied, amqp_url, url_of):
    with channel_of(amqp_url) as channel:
        channel.queue_delete("q.routing")
    carrier = RabbitCarrier(url_of("routing"))
    consumer = carrier.consumer("routing", ("intake",), lambda: None)
    assert carrier.trouble("routing") == "its queue or exchange is not there: run lianxin topology apply"
    consumer.close()


def management_of(dev_services, name):
    place = urlsplit(dev_services.broker_url)
    return Management(f"http://{name}:{PASSWORDS[name]}@{place.hostname}:{place.port}")


def test_supervision_may_ask_how_full_the_queues_are_and_nothing_more(applied, dev_services):
    supervision = management_of(dev_services, "supervision")
    assert {f"q.{name}" for name in SERVICES} <= set(supervision.queues())
    taken = json.dumps({"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"})
    for method, path, body in (
        ("GET", "/api/definitions", None),
        ("POST", "/api/queues/%2F/q.routing/get", taken),
        ("DELETE", "/api/queues/%2F/q.routing", None),
    ):
        with pytest.raises(StartError, match=r"answered 40[13]"):
            supervision._ask(method, path, body)


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "supervision"])
def test_no_other_service_may_ask(applied, dev_services, name):
    with pytest.raises(StartError, match="answered 401"):
        management_of(dev_services, name).queues()


@pytest.mark.check
def test_what_waits_in_a_queue_is_counted(applied, dev_services, url_of):
    supervision, until = management_of(dev_services, "supervision"), monotonic() + 60
    with channel_of(url_of("intake")) as channel:  # open until it is seen: the last figures of a closed one may be lost
        for number in range(7):
            message = Raw(str(number), delivery_mode=2, user_id="intake")
            channel.basic_publish(message, exchange=FACTS, routing_key="intake.case.submitted.v1")
        while not is_seven(found := supervision.queues()["q.routing"]):  # the broker tells one figure after the other
            assert monotonic() < until, found


def is_seven(queue):
    """Tell whether seven wait; totals may count what an earlier queue of this name had."""
    return (queue.ready, queue.unacked, queue.consumers) == (7, 0, 0) and queue.arrived >= 7


def test_who_may_only_look_names_a_missing_binding_and_what_mends_it(applied, dev_services, amqp_url, tmp_path):
    deployment = compose(full_county(), Settings(home=tmp_path), names=("supervision",))
    broker = management_of(dev_services, "supervision")
    bindings, now = Bindings(deployment, broker), SystemClock().now()
    bindings.look(now)
    assert bindings.alarms == []
    with channel_of(amqp_url) as channel:
        channel.queue_unbind("q.routing", FACTS, "intake.#")
    bindings.look(now)
    mends = "run lianxin topology apply and lianxin replay intake"
    assert bindings.alarms == [f"the broker's binding lianxin.facts q.routing intake.# is missing: {mends}"]
    deployment.close()
