"""The page of queues sees every container; Prometheus beside them reads them too, and raises no alert at rest."""

import json

import pytest
import requests
from composed import excess, published, sign_in, until

from lianxin.loading import SERVICES

pytestmark = pytest.mark.compose

MACHINE = "RequestsSlow"  # may be pending where other tests keep two cores busy
SLOW = 150.0  # seconds: looks are a minute apart, scrapes a quarter of one, and a broker counts when it has time


def asked(composed, query):
    return composed.inside("prometheus", "promtool", "query", "instant", "-o", "json", "http://127.0.0.1:9090", query)


def ask(composed, query):
    """Ask Prometheus. A question that fails is no empty answer."""
    done = asked(composed, query)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_page_of_queues_sees_every_container(composed):
    browser = requests.Session()
    sign_in(browser, composed.link("operator", "--name", "运维", "--post", "county-operator"))

    def page() -> str:
        return browser.get(f"{composed.address}/oversight/queues", timeout=30).text

    until("all are well", lambda: "共 6 个部分，6 个正常" in page(), SLOW)
    assert "运维" in page()
    routing = browser.get(f"{composed.address}/oversight/queues/routing", timeout=30).text
    assert "等待领取" in routing
    assert "未知" not in routing.partition("每分钟")[0]  # ready, unacked and receivers come from the broker
    assert browser.get(f"{composed.address}/oversight/queues/routing/parked", timeout=30).status_code == 200


@pytest.fixture(scope="module")
def watched(composed):
    composed.compose("--profile", "obs", "up", "--detach", "--quiet-pull", "prometheus")
    until("Prometheus answers", lambda: asked(composed, "vector(1)").returncode == 0, SLOW)
    yield composed
    composed.compose("--profile", "obs", "rm", "--stop", "--force", "prometheus")


def names(found, label):
    return {one["metric"].get(label) for one in found}


def test_every_service_and_the_broker_are_read(watched):
    queues = {f"q.{name}" for name in SERVICES} | {"q.dead", "q.unrouted"}
    until("every service is read", lambda: names(ask(watched, "lianxin_told_facts"), "service") == set(SERVICES), SLOW)
    until(
        "the broker is read", lambda: names(ask(watched, "rabbitmq_detailed_queue_consumers"), "queue") >= queues, SLOW
    )


def test_prometheus_has_no_more_rights_than_it_needs_and_one_port_on_this_machine(watched):
    container = watched.containers()["prometheus"]
    assert excess(container) == []
    assert published(container) == {"9090/tcp": ["127.0.0.1"]}
    assert watched.inside("prometheus", "id", "-u").stdout.strip() != "0"


def evaluated_since(watched, moment):
    return ask(watched, f"prometheus_rule_group_last_evaluation_timestamp_seconds > {moment}")


def test_no_alert_fires_or_waits_to_fire_at_rest(watched):
    """An alert is `pending` from the first moment at which its rule is true: minutes need not pass to see it."""
    until("all was read twice, for what is counted over time", lambda: read_twice(watched) >= set(SERVICES), SLOW)
    now = float(ask(watched, "time()")[1])
    until("the rules were evaluated after that", lambda: evaluated_since(watched, now), SLOW)
    assert ask(watched, f'ALERTS{{alertstate="pending",alertname!="{MACHINE}"}}') == []
    assert ask(watched, 'ALERTS{alertstate="firing"}') == []


def read_twice(watched):
    found = ask(watched, "count_over_time(lianxin_told_facts[10m]) >= 2")
    broker = ask(watched, 'count_over_time(up{job="rabbitmq"}[10m]) >= 2')
    return names(found, "service") if broker else set()


def test_an_alert_that_waits_to_fire_is_seen(watched):
    """A positive control: a pause is told after an hour, and seen at once."""
    paused = "ALERTS{alertname='PausedLong'}"
    decision = ("notification", "--half", "relay", "--reason", "a test of alerts")
    watched.compose("run", "--rm", "migrate", "pause", *decision)
    try:
        until("it is pending", lambda: names(ask(watched, paused), "alertstate") == {"pending"}, SLOW)
    finally:
        watched.compose("run", "--rm", "migrate", "resume", *decision)
    until("it is quiet again", lambda: ask(watched, paused) == [], SLOW)


def test_the_metrics_of_a_service_do_not_pass_the_gateway(watched):
    assert watched.ask("GET", "/metrics").status_code == 404
