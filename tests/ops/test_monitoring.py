"""Scrape configuration, alerts, dashboard and runbooks fit together, and fit what `/metrics` tells."""

import json
import re
import shutil
import subprocess
from itertools import combinations
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
import yaml
from amqp import Message
from dev_server import answers, free_port
from kombu import Connection
from nodes import nodes
from prometheus_client.parser import text_string_to_metric_families
from stage import until

from lianxin.loading import SERVICES

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy" / "monitoring"
RUNBOOKS = ROOT / "docs" / "runbooks"
RULES = yaml.safe_load((MONITORING / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((MONITORING / "grafana/dashboards/lianxin.json").read_text(encoding="utf-8"))
CONFIG = yaml.safe_load((MONITORING / "prometheus.yml").read_text(encoding="utf-8"))
PARTS = ["What it means", "What residents notice", "Look", "Mend", "How to see that it is mended"]
METRIC = re.compile(r"\b(?:lianxin|rabbitmq)_\w+")
# What the broker's own page names; a broker is asked for them at the end of this file.
BROKERS = {"rabbitmq_detailed_queue_messages_ready", "rabbitmq_detailed_queue_consumers"}
COLUMNS = 24


def promtool(*words, folder=MONITORING):
    return subprocess.run(["promtool", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def named(rule):
    return rule["alert"]


def test_the_configuration_and_the_rules_are_read():
    done = promtool("check", "config", "prometheus.yml")
    assert done.returncode == 0, done.stderr + done.stdout
    assert f"{len(RULES)} rules found" in done.stdout


def test_each_alert_is_silent_first_and_fires_later():
    done = promtool("test", "rules", "alerts_test.yml")
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_an_alert_that_never_fires_is_noticed(rule, tmp_path):
    shutil.copy(MONITORING / "alerts_test.yml", tmp_path)
    broken = [{**one, "expr": "vector(0) > 1"} if one is rule else one for one in RULES]
    (tmp_path / "alerts.yml").write_text(yaml.safe_dump({"groups": [{"name": "lianxin", "rules": broken}]}))
    done = promtool("test", "rules", "alerts_test.yml", folder=tmp_path)
    assert done.returncode != 0
    assert rule["alert"] in done.stdout + done.stderr


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_an_alert_says_what_it_is_and_leads_to_its_page(rule):
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["summary_zh"]
    text = (ROOT / rule["annotations"]["runbook"]).read_text(encoding="utf-8")
    assert text.startswith(f"# {rule['alert']}\n")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert [section.partition("\n")[0] for section in sections] == PARTS
    assert all(len(section.partition("\n")[2].strip()) > 20 for section in sections)
    assert "```sh" in sections[PARTS.index("Look")]


def test_every_page_belongs_to_an_alert():
    pages = {f"docs/runbooks/{path.name}" for path in RUNBOOKS.glob("*.md")}
    assert pages == {rule["annotations"]["runbook"] for rule in RULES}


def expressions():
    yield from (rule["expr"] for rule in RULES)
    yield from (target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])


def test_every_query_of_the_dashboard_is_read(tmp_path):
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(expressions())]
    (tmp_path / "queries.yml").write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    done = promtool("check", "rules", "queries.yml", folder=tmp_path)
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.mark.quick
def test_every_metric_that_is_asked_for_is_told(embedded_world):
    asked = {name for query in expressions() for name in METRIC.findall(query)}
    embedded_world.submit()
    embedded_world.ask("GET", "/api/v1/mechanisms")
    text = embedded_world.client.get("/metrics", environ_overrides={"REMOTE_ADDR": "127.0.0.1"}).text
    families = set(re.findall(r"^# TYPE (\S+) ", text, flags=re.MULTILINE))
    told = {f"{name}{end}" for name in families for end in ("", "_bucket", "_sum", "_count")}
    assert asked - told == BROKERS


def test_the_dashboard_is_one_that_grafana_reads():
    panels = DASHBOARD["panels"]
    source = yaml.safe_load((MONITORING / "grafana/provisioning/datasources/prometheus.yml").read_text())
    assert {panel["datasource"]["uid"] for panel in panels} == {one["uid"] for one in source["datasources"]}
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert {panel["type"] for panel in panels} <= {"stat", "timeseries"}
    assert all(panel["title"] and panel["targets"] for panel in panels)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= COLUMNS for panel in panels)
    assert [pair for pair in combinations((panel["gridPos"] for panel in panels), 2) if overlap(*pair)] == []


def overlap(one, other):
    apart = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
    return not (apart or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"])


def test_every_service_is_asked():
    (lianxin,) = (job for job in CONFIG["scrape_configs"] if job["job_name"] == "lianxin")
    names = set(lianxin["dns_sd_configs"][0]["names"])
    assert names == {*SERVICES, *(f"{name}-worker" for name in SERVICES)}


@pytest.fixture(scope="module")
def broker():
    """Give a broker with its page of figures, and the page's address with what our Prometheus asks for."""
    port = free_port()
    (job,) = (one for one in CONFIG["scrape_configs"] if one["job_name"] == "rabbitmq-queues")
    with nodes(1) as (node,):
        node.kill()
        until(lambda: not answers(node.port), "it is gone")
        with (node.home / "rabbitmq.conf").open("a") as settings:
            settings.write(f"prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = {port}\n")
        (node.home / "enabled_plugins").write_text("[rabbitmq_prometheus].\n")
        node.start()
        yield node, f"http://127.0.0.1:{port}{job['metrics_path']}?{urlencode(job['params'], doseq=True)}"


@pytest.mark.real
@pytest.mark.slow
def test_a_real_broker_tells_of_each_queue_what_is_asked_for(broker):
    node, address = broker
    with Connection(node.url) as connection:
        channel = connection.channel()
        for name, sent in (("q.routing", 3), ("q.dead", 0)):
            channel.queue_declare(name, durable=True, auto_delete=False)
            for _ in range(sent):
                channel.basic_publish(Message(b"{}"), "", name)
        channel.basic_consume("q.dead")
        told = {  # each queue tells its own figures every few seconds, so neither says that the other is told
            "rabbitmq_detailed_queue_messages_ready": {("q.routing", 3.0), ("q.dead", 0.0)},
            "rabbitmq_detailed_queue_consumers": {("q.routing", 0.0), ("q.dead", 1.0)},
        }
        until(lambda: told.items() <= figures(address).items(), "the broker counts")
        assert figures(address).keys() >= BROKERS


def figures(address):
    """Give (queue, value) of every figure that the page has for queues, by its name."""
    found = {}
    for family in text_string_to_metric_families(requests.get(address, timeout=10).text):
        for one in family.samples:
            if "queue" in one.labels:
                found.setdefault(one.name, set()).add((one.labels["queue"], one.value))
    return found
