"""From the release in deploy/previous to this one, with cases in flight; then a mail server of the office's own."""

import os
import shutil
import subprocess
import sys
from collections import Counter

import pytest
from authority import Authority, mail_server
from composed import ROOT, an_office, free_port, host_address, run, until

pytestmark = [pytest.mark.compose, pytest.mark.timeout(900)]

PREVIOUS = (ROOT / "deploy" / "previous").read_text(encoding="utf-8").strip()
IMAGE = "lianxin/lianxin:previous"
ANSWER = {"outcome": "not_adopted", "reasons": "暂无条件。", "summary": "暂不采纳。"}


@pytest.fixture(scope="module")
def previous(tmp_path_factory):
    """Give the tree of the previous release, with an image made from it."""
    there = subprocess.run(["git", "cat-file", "-e", f"{PREVIOUS}^{{commit}}"], cwd=ROOT, check=False)
    if there.returncode != 0:
        assert "CI" not in os.environ, "CI clones everything, so that the previous release is there"
        pytest.skip("a shallow clone does not hold the commit that deploy/previous names")
    tree = tmp_path_factory.mktemp("previous")
    archive = subprocess.run(["git", "archive", PREVIOUS], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x"], cwd=tree, input=archive, check=True)
    # The base and the servers are today's, as they are when a county upgrades; only Lianxin is the older one.
    for name in ("airgap", "certificates"):
        shutil.copytree(ROOT / "deploy" / name, tree / "deploy" / name, dirs_exist_ok=True)
    settings = os.environ | {"LIANXIN_IMAGE": IMAGE, "PYTHON": sys.executable}
    run(str(tree / "deploy" / "airgap" / "build"), env=settings, timeout=600)
    return tree


@pytest.fixture(scope="module")
def mail_address():
    """Give an address of this machine that containers reach, and a port on it."""
    return host_address(), free_port()


@pytest.fixture(scope="module")
def office(docker_compose_project_name, tmp_path_factory, previous, mail_address):
    """Give a county that runs the previous release."""
    smtp = "smtps://{}:{}".format(*mail_address)
    folder, project = tmp_path_factory.mktemp("office"), f"{docker_compose_project_name}-upgrade"
    made = an_office(folder, project, LIANXIN_IMAGE=IMAGE, LIANXIN_SMTP=smtp)
    shutil.copy(previous / "docker-compose.yml", folder)
    try:
        made.up()
        yield made
    finally:
        made.remove()


def take_the_new_release(office):
    """Do what the guide says in words: the new file, the new image."""
    shutil.copy(ROOT / "docker-compose.yml", office.folder)
    with (office.folder / ".env").open("a") as settings:
        settings.write("LIANXIN_IMAGE=lianxin/lianxin:trixie\n")


def test_cases_in_flight_go_on_after_an_upgrade(office):
    fresh, at_work, drafted = (office.submit(title=title) for title in ("新", "办", "拟"))
    for receipt in (at_work, drafted):
        office.step(receipt, "accept", "water-officer")
    office.step(drafted, "draft", "water-officer", **ANSWER)
    office.token("water-reader")
    told = {receipt["reference"]: events_of(office, receipt) for receipt in (fresh, at_work, drafted)}
    run("docker", "stop", "--timeout", "10", office.containers()["routing"]["Id"])
    waiting = [office.submit(title=f"等 {number}") for number in range(10)]

    take_the_new_release(office)
    office.follow_guide("upgrade")
    until("all are well", office.all_well, 240)
    assert {one["Config"]["Image"] for one in office.replicas("routing")} == {"lianxin/lianxin:trixie"}
    for receipt in (fresh, at_work, drafted):
        assert events_of(office, receipt) >= told[receipt["reference"]]
    for receipt in waiting:
        office.wait_for_phase(receipt, "triage")
        assert max(events_of(office, receipt).values()) == 1
    office.step(drafted, "read", "water-reader")
    office.step(at_work, "draft", "water-officer", **ANSWER)
    office.step(fresh, "accept", "water-officer")
    office.wait_for_phase(fresh, "handling")
    assert "as planned" in office.compose("run", "--rm", "migrate", "topology", "check")


def events_of(office, receipt):
    return Counter(line["event"] for line in office.follow(receipt)["timeline"])


def test_a_mail_server_of_the_offices_own_authority_is_trusted_once_it_is_dropped_in(office, mail_address, tmp_path):
    authority = Authority(tmp_path)
    shutil.copy(authority.certificate, office.folder / "deploy" / "certificates")
    with mail_server(*mail_address, ssl_context=authority.server(mail_address[0])) as postbox:
        office.follow_guide("authorities")
        until("all are well", office.all_well, 120)
        office.submit(contact={"name": "李四", "email": "resident@example.test"})
        until("the mail is there", lambda: "resident@example.test" in postbox.recipients)
