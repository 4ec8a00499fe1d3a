"""Profile `obs`: Prometheus beside the containers reads every service and the broker, and raises no alert at rest."""

import json

import pytest
from composed import until

pytestmark = pytest.mark.compose


def ask(composed, query):
    done = composed.inside("prometheus", "promtool", "query", "instant", "-o", "json", "http://127.0.0.1:9090", query)
    return json.loads(done.stdout) if done.returncode == 0 else []


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
    until("every service is read", lambda: names(ask(watched, "lianxin_told_facts"), "service") == services)
    until("every queue is read", lambda: names(ask(watched, "rabbitmq_detailed_queue_consumers"), "queue") >= queues)


def test_no_alert_fires_at_rest(watched):
    until("the rules were evaluated", lambda: ask(watched, "prometheus_rule_group_last_duration_seconds"))
    assert ask(watched, 'ALERTS{alertstate="firing"}') == []


def test_the_metrics_of_a_service_do_not_pass_the_gateway(watched):
    assert watched.ask("GET", "/metrics").status_code == 404
