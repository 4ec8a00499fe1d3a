"""The smallest county in a folder of its own, by the guide: only its services, a disaster and its end, two of each."""

import re
from collections import Counter
from contextlib import suppress

import pytest
import requests
from composed import ONE_SHOT, an_office, run, service_of, until

from shared.county.file import load_county, shipped

pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]

COUNTY = load_county(shipped("smallest"))
BESIDE = {"gateway", "rabbitmq", "postgres"}
ANSWER = {"outcome": "not_adopted", "reasons": "暂无条件。", "summary": "暂不采纳。"}


@pytest.fixture(scope="module")
def office(docker_compose_project_name, tmp_path_factory):
    """Give the smallest county, started as the guide says."""
    made = an_office(
        tmp_path_factory.mktemp("office"), f"{docker_compose_project_name}-smallest", LIANXIN_COUNTY="smallest"
    )
    try:
        made.follow_guide("leave out")
        until("all are well", made.all_well, 240)
        yield made
    finally:
        made.remove()


def submit(office, **more):
    return office.submit(category=None, **more)


def test_only_the_countys_own_services_run(office):
    assert {service_of(one) for one in office.every_container()} == {*COUNTY.services, *BESIDE, *ONE_SHOT}
    receipt = submit(office)
    office.step(receipt, "accept", "office-officer")
    office.wait_for_phase(receipt, "handling")
    assert "as planned" in office.compose("run", "--rm", "migrate", "topology", "check")
    assert requests.get(f"{office.address}/oversight", timeout=30).status_code == 404


def upload(office):
    file = {"file": ("灯.txt", "路灯编号 17".encode(), "text/plain")}
    answer = requests.post(f"{office.address}/api/v1/cases/uploads", files=file, timeout=30)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_a_deployment_that_was_destroyed_goes_on_from_its_backup(office):
    blob = upload(office)
    at_work = submit(office, attachments=[blob])
    office.step(at_work, "accept", "office-officer")
    office.token("office-reader")
    run("docker", "stop", "--timeout", "10", office.containers()["routing"]["Id"])
    waiting = submit(office)  # told by intake, seen by nobody

    code = office.follow_guide("save keys").splitlines()[-1]
    assert re.fullmatch(r"([0-9A-Z]{4}-){7}[0-9A-Z]{4}", code)
    assert "4 services, 1 attachments" in office.follow_guide("back up")
    name = next((office.folder / "srv" / "backups").glob("lianxin-*")).name
    too_late = submit(office)
    office.compose("down", "--volumes", "--timeout", "10")
    assert [line for line in run("docker", "volume", "ls", "-q").split() if line.startswith(office.project)] == []

    office.follow_guide("restore", typed=f"{code}\n", NAME=name)
    until("all are well", office.all_well, 240)
    office.step(at_work, "draft", "office-officer", **ANSWER)
    office.step(at_work, "read", "office-reader")
    path = f"/api/v1/desk/cases/{at_work['reference']}/files/{blob}"
    assert office.ask("GET", path, post="office-officer").content.decode() == "路灯编号 17"
    events = Counter(line["event"] for line in office.wait_for_phase(waiting, "triage")["timeline"])
    assert max(events.values()) == 1
    gone = office.ask("GET", f"/api/v1/cases/{too_late['reference']}", Lianxin_Receipt=too_late["receipt"])
    assert gone.status_code == 404
    assert not any(secret in path.read_bytes() for path in files(office, name) for secret in keys_of(office))


def files(office, name):
    """Give the files of a backup."""
    return [path for path in (office.folder / "srv" / "backups" / name).rglob("*") if path.is_file()]


def keys_of(office):
    """Give every master key, as only `init` can read it."""
    read = "import pathlib; print(*(p.read_bytes().hex() for p in pathlib.Path('/homes').glob('*/keys/*.key')))"
    shown = office.compose("run", "--rm", "--entrypoint", "python3", "init", "-c", read).split()
    assert len(shown) == len(COUNTY.services)
    return [one.encode() for one in shown] + [bytes.fromhex(one) for one in shown]


def test_two_of_each_and_the_second_worker_takes_over(office):
    office.follow_guide("scale")
    until("all are well", office.all_well, 240)
    for service in COUNTY.services:
        assert [len(office.replicas(name)) for name in (service, f"{service}-worker")] == [2, 2]
    for victim in office.replicas("routing-worker"):
        receipts = [submit(office, title=f"worker {number}") for number in range(3)]
        run("docker", "kill", victim["Id"])
        receipts += [submit(office, title=f"worker {number}") for number in range(3)]
        for receipt in receipts:
            events = Counter(line["event"] for line in office.wait_for_phase(receipt, "triage")["timeline"])
            assert max(events.values()) == 1
        run("docker", "start", victim["Id"])
        until("all are well", office.all_well, 120)
    office.step(receipts[-1], "accept", "office-officer")
    office.wait_for_phase(receipts[-1], "handling")


def test_a_web_replica_that_is_gone_is_not_missed(office):
    for victim in office.replicas("intake"):
        run("docker", "kill", victim["Id"])
        office.follow(until("a case is taken", lambda: try_to_submit(office)))
        run("docker", "start", victim["Id"])
        until("all are well", office.all_well, 120)


def try_to_submit(office):
    """Submit as a person would who tries again after a moment; the gateway notices within two seconds."""
    with suppress(AssertionError, requests.RequestException):
        return submit(office)
    return None
