"""What each container may: nothing it does not need. Looked at in the engine and from inside, not in the file."""

import json
import subprocess

import pytest
from composed import ONE_SHOT, excess, published, run

pytestmark = [pytest.mark.compose, pytest.mark.timeout(600)]

UP = ("intake", "routing", "notification", "disclosure", "supervision", "directory", "gateway", "rabbitmq", "postgres")
SERVICES = UP[:6]
READ = "import pathlib, sys; print(pathlib.Path('/run/lianxin/' + sys.argv[1]).read_text())"


def test_every_container_of_the_deployment_is_looked_at(composed):
    assert set(composed.containers()) == {*UP, *ONE_SHOT}


def test_nothing_but_the_gateways_one_port_is_published(composed):
    found = {name: published(one) for name, one in composed.containers().items()}
    assert {name: list(ports) for name, ports in found.items() if ports} == {"gateway": ["8080/tcp"]}


@pytest.mark.parametrize("service", [*UP, *ONE_SHOT])
def test_a_container_has_no_more_rights_than_it_needs(composed, service):
    assert excess(composed.containers()[service]) == []


@pytest.mark.parametrize("service", UP)
def test_a_container_runs_without_root_and_cannot_write_to_its_own_files(composed, service):
    assert composed.inside(service, "id", "-u").stdout.strip() != "0"
    assert composed.inside(service, "sh", "-c", "echo x > /usr/bin/x || echo x > /x").returncode != 0


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reaches_no_address_outside(composed, service):
    attached = composed.containers()[service]["NetworkSettings"]["Networks"]
    inner = {name for name in attached if json.loads(run("docker", "network", "inspect", name))[0]["Internal"]}
    assert set(attached) - inner == ({f"{composed.project}_outside"} if service == "notification" else set())


def test_no_secret_is_in_what_the_engine_shows_or_the_containers_print(composed):
    secrets = [
        composed.inside(service, "python3", "-c", READ, name).stdout.strip().split("@")[0].rpartition(":")[2]
        for service in SERVICES
        for name in ("database", "amqp")
    ]
    assert all(len(secret) == 64 for secret in secrets)
    shown = json.dumps(composed.containers()) + composed.compose("logs")
    assert [secret for secret in secrets if secret in shown] == []
    assert len(set(secrets)) == len(secrets)


def test_a_secret_is_readable_by_its_own_reader_only(composed):
    found = composed.inside("intake", "sh", "-c", "stat -c '%a %n' /run/lianxin/*; ls /run/lianxin")
    assert "440 /run/lianxin/database" in found.stdout
    assert sorted(found.stdout.split()[-2:]) == ["amqp", "database"]


SQL = """
import os, sys, psycopg
url = open('/run/lianxin/database').read().strip().replace('+psycopg', '')
with psycopg.connect(url) as connection:
    try:
        connection.execute(sys.argv[1])
    except psycopg.errors.InsufficientPrivilege:
        print('refused')
    else:
        print('allowed')
    connection.rollback()
"""


@pytest.mark.parametrize(
    ("statement", "answer"),
    [
        pytest.param("SELECT count(*) FROM intake.journal", "allowed", id="its own journal is read"),
        pytest.param("UPDATE intake.journal SET type = 'x'", "refused", id="history is not rewritten"),
        pytest.param("DELETE FROM intake.journal", "refused", id="history is not deleted"),
        pytest.param("DELETE FROM intake.leaf", "refused", id="numbers are not deleted"),
        pytest.param("TRUNCATE intake.journal", "refused", id="history is not emptied"),
        pytest.param("SELECT count(*) FROM routing.journal", "refused", id="another schema is closed"),
        pytest.param("CREATE TABLE intake.more (a int)", "refused", id="no table is made"),
        pytest.param("DROP TABLE intake.unsent", "refused", id="no table is dropped"),
        pytest.param("CREATE TEMPORARY TABLE more (a int)", "refused", id="no temporary table either"),
        pytest.param("CREATE ROLE more", "refused", id="no role is made"),
        pytest.param("SELECT * FROM pg_authid", "refused", id="no password is read"),
    ],
)
def test_what_a_services_database_role_may_do(composed, statement, answer):
    if answer == "refused" and statement.startswith("DROP"):
        found = composed.inside("intake", "python3", "-c", SQL, statement)
        assert found.stdout.strip() == "refused" or "must be owner" in found.stderr
        return
    assert composed.inside("intake", "python3", "-c", SQL, statement).stdout.strip() == answer


def test_the_one_image_is_small_and_holds_no_tool_to_build_with():
    size = int(run("docker", "image", "inspect", "lianxin/lianxin:trixie", "--format", "{{.Size}}"))
    assert size < 500_000_000
    command = ["docker", "run", "--rm", "--network", "none", "--entrypoint", "bash", "lianxin/lianxin:trixie", "-c"]
    found = subprocess.run(
        [*command, "command -v gcc make git curl wget pip pip3; ls /opt/lianxin/bin; ls /var/lib/apt/lists /root"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "lianxin" in found.stdout
    assert not {"gcc", "make", "git", "curl", "wget", "pip", "pip3", "hatchling"} & {
        line.rpartition("/")[2] for line in found.stdout.split()
    }
