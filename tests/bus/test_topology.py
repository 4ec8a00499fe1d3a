"""The broker's plan: what follows from the services' declarations, and what a broker that differs is told."""

import copy
import json
import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from world import full_county

from lianxin.cli import main
from lianxin.loading import SERVICES, load_services
from lianxin.stack import Stack
from shared.bus.definitions import ADMINISTRATOR, definitions, password_hash
from shared.bus.differences import differences
from shared.bus.topology import Rights, Topology

pytestmark = pytest.mark.quick

PASSWORDS = {name: f"password of {name}" for name in (*SERVICES, ADMINISTRATOR)}
OUTSIDE = {**PASSWORDS, "subscriber-portal": "password of the portal"}


@pytest.fixture
def topology():
    return Topology({service.name: service.follows for service in load_services(SERVICES)})


@pytest.fixture
def wanted(topology):
    return definitions(topology, PASSWORDS)


def test_each_service_has_one_queue_that_loses_nothing(topology):
    queues = {queue.name: queue.queue_arguments for queue in topology.queues}
    assert set(queues) == {*(f"q.{name}" for name in SERVICES), "q.unrouted", "q.dead"}
    for name in SERVICES:
        assert queues[f"q.{name}"] == {
            "x-queue-type": "quorum",
            "x-delivery-limit": 20,
            "x-dead-letter-exchange": "lianxin.dead",
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }


def test_each_service_is_bound_to_the_sources_it_follows_and_to_its_own_keys(topology):
    bound = {(exchange, key) for exchange, queue, key in topology.bindings if queue == "q.routing"}
    assert bound == {
        ("lianxin.facts", "intake.#"),
        ("lianxin.facts", "directory.#"),
        ("lianxin.keys", "routing"),
    }


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_configures_nothing_and_only_intake_sends_keys(topology, name):
    rights = topology.rights(name)
    assert rights.configure == "^$"
    assert rights.read == rf"^q\.{name}$"
    assert rights.keys == rf"^{name}\."
    assert ("keys" in rights.write) == (name == "intake")
    assert ("public" in rights.write) == (name == "disclosure")


def test_what_services_send_each_other_is_never_dropped_for_want_of_a_queue(wanted):
    by_arguments = {one["name"]: one["arguments"].get("alternate-exchange") for one in wanted["exchanges"]}
    (policy,) = (one for one in wanted["policies"] if one["apply-to"] == "exchanges")
    assert by_arguments["lianxin.facts"] == policy["definition"]["alternate-exchange"] == "lianxin.unrouted"
    assert [name for name in by_arguments if re.match(policy["pattern"], name)] == ["lianxin.keys"]


def test_public_facts_are_kept_for_late_subscribers_only_where_the_county_says_so(topology):
    assert "s.public" not in {queue.name for queue in topology.queues}
    kept = replace(topology, stream_days=30)
    (stream,) = (queue for queue in kept.queues if queue.name == "s.public")
    assert stream.queue_arguments == {"x-queue-type": "stream", "x-max-age": "30D"}
    assert ("lianxin.public", "s.public", "#") in kept.bindings


def test_a_subscriber_has_a_user_that_reads_the_stream_and_nothing_else(topology):
    outside = replace(topology, stream_days=30, subscribers=("portal",))
    assert outside.users["subscriber-portal"] == Rights(read=r"^s\.public$")
    assert list(differences(definitions(outside, OUTSIDE), definitions(topology, PASSWORDS)))[-3:] == [
        "users: subscriber-portal is missing",
        "permissions: subscriber-portal is missing",
        "topic_permissions: subscriber-portal lianxin.facts is missing",
    ]


def test_init_makes_a_subscribers_password_once_and_the_broker_gets_its_hash(tmp_path):
    county = replace(full_county(), subscribers=("portal",))
    address, seen = tmp_path / "migrate" / "subscriber-portal", set()
    for _ in range(2):
        Stack(tmp_path, county, load_services(["intake"]), certificates=tmp_path).write()
        seen.add(address.read_text())
    (found,) = map(urlsplit, seen)
    users = json.loads((tmp_path / "rabbitmq" / "definitions.json").read_text())["users"]
    assert (found.hostname, len(found.password)) == ("rabbitmq", 64)
    assert {one["name"]: one["password_hash"] for one in users}[found.username] == password_hash(found.password)


def test_no_password_is_in_the_definitions_and_each_user_has_its_own(wanted):
    assert not any(password in json.dumps(wanted) for password in PASSWORDS.values())
    assert len({user["password_hash"] for user in wanted["users"]}) == len(PASSWORDS)
    assert password_hash("a") == password_hash("a") != password_hash("b")


def without(part, wanted, number=0):
    found = copy.deepcopy(wanted)
    del found[part][number]
    return found


def test_a_broker_as_planned_has_no_differences(wanted):
    assert list(differences(wanted, wanted)) == []


@pytest.mark.parametrize(
    "part", ["exchanges", "queues", "bindings", "users", "permissions", "topic_permissions", "policies"]
)
def test_what_is_missing_is_named(wanted, part):
    assert [line for line in differences(wanted, without(part, wanted)) if line.startswith(part) and "missing" in line]


def test_what_differs_is_named_with_both_values_but_no_hash_is_shown(wanted):
    found = copy.deepcopy(wanted)
    found["queues"][0]["arguments"]["x-delivery-limit"] = 5
    found["users"][0]["password_hash"] = "x"
    lines = list(differences(wanted, found))
    assert any("q.intake has another arguments" in line and "5" in line for line in lines)
    assert "users: intake has another password_hash" in lines


def test_a_user_or_a_right_too_many_is_named(wanted):
    found = copy.deepcopy(wanted)
    found["users"].append({"name": "guest", "password_hash": "x"})
    found["permissions"].append({"user": "guest", "configure": ".*", "write": ".*", "read": ".*"})
    assert list(differences(wanted, found)) == [
        "users: guest should not be there",
        "permissions: guest should not be there",
    ]


def test_the_plan_needs_no_broker_and_follows_the_county():
    plan = json.loads(CliRunner().invoke(main, ["topology", "plan", "--county", "smallest", "--json"]).output)
    assert [user["name"] for user in plan["users"]] == ["intake", "routing", "disclosure", "directory"]
    assert {one["queue"] for one in plan["bindings"]} >= {"q.intake", "q.routing", "q.disclosure", "q.directory"}
    text = CliRunner().invoke(main, ["topology", "plan"]).output
    assert "q.supervision" in text


def test_without_a_broker_to_ask_check_says_which_setting_is_missing(monkeypatch):
    monkeypatch.delenv("LIANXIN_BROKER", raising=False)
    result = CliRunner().invoke(main, ["topology", "check"])
    assert result.exit_code == 1
    assert "LIANXIN_BROKER" in result.output
