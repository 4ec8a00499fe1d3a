"""The page of queues sees every container; Prometheus beside them reads them too, and raises no alert at rest."""

import json

import pytest
import requests
from composed import sign_in, until

pytestmark = pytest.mark.compose

SLOW = 150.0  # seconds: looks are a minute apart, scrapes a quarter of one, and a broker counts when it has time


def ask(composed, query):
    done = composed.inside("prometheus", "promtool", "query", "instant", "-o", "json", "http://127.0.0.1:9090", query)
    return json.loads(done.stdout) if done.returncode == 0 else []


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
    yield composed
    composed.compose("--profile", "obs", "rm", "--stop", "--force", "prometheus")


def names(found, label):
    return {one["metric"].get(label) for one in found}


def test_every_service_and_the_broker_are_read(watched):
    services = {"intake", "routing", "notification", "disclosure", "supervision", "directory"}
    queues = {f"q.{name}" for name in services} | {"q.dead", "q.unrouted"}
    until("every service is read", lambda: names(ask(watched, "lianxin_told_facts"), "service") == services, SLOW)
    until(
        "the broker is read", lambda: names(ask(watched, "rabbitmq_detailed_queue_consumers"), "queue") >= queues, SLOW
    )


def test_no_alert_fires_at_rest(watched):
    until("the rules were evaluated", lambda: ask(watched, "prometheus_rule_group_last_duration_seconds"), SLOW)
    assert ask(watched, 'ALERTS{alertstate="firing"}') == []


def test_the_metrics_of_a_service_do_not_pass_the_gateway(watched):
    assert watched.ask("GET", "/metrics").status_code == 404
