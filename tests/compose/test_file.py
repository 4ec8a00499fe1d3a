"""The compose file itself: it needs no .env, what may be set is written down, and it fits a small machine."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from composed import ONE_SHOT, compose_binary

from lianxin.loading import SERVICES
from lianxin.stack import override_of
from shared.county.file import load_county, shipped

pytestmark = pytest.mark.quick

ROOT = Path(__file__).parents[2]
GB = 1024**3
SETTING = re.compile(r"\$\{(\w+)[:}]")


BASE = ROOT / "docker-compose.yml"
SCALE = ROOT / "compose.scale.yml"


def config(*options: str, files: tuple[Path, ...] = (BASE,)) -> dict:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LIANXIN_")}
    named = [word for file in files for word in ("-f", str(file))]
    command = [*compose_binary().split(), *options, "--project-directory", str(ROOT), *named]
    command += ["config", "--format", "json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)


@pytest.fixture(scope="module")
def settings() -> dict:
    return config("--env-file", "/dev/null")


def test_the_example_taken_as_it_is_changes_nothing(settings):
    assert config("--env-file", str(ROOT / ".env.example")) == settings


def test_every_setting_stands_in_the_example_under_a_comment():
    used = set(SETTING.findall((ROOT / "docker-compose.yml").read_text()))
    lines = (ROOT / ".env.example").read_text().splitlines()
    found = {
        line.partition("=")[0]: lines[number - 1]
        for number, line in enumerate(lines)
        if "=" in line[:40] and line[0] != "#"
    }
    assert set(found) == used
    assert [name for name, above in found.items() if not above.startswith("# ")] == []


def test_every_service_of_the_full_county_has_a_container(settings):
    assert set(load_county(shipped("full")).services) <= set(SERVICES) <= set(settings["services"])


def test_who_reads_the_county_file_sees_its_whole_folder_with_packs_and_notices(settings):
    readers = {
        name: one for name, one in settings["services"].items() if "LIANXIN_COUNTY" in one.get("environment", {})
    }
    assert set(readers) == {*SERVICES, "init", "migrate"}
    for one in readers.values():
        (mount,) = (mount for mount in one["volumes"] if mount["target"] == "/etc/lianxin/counties")
        assert (mount["source"], mount["read_only"]) == (str(ROOT / "deploy" / "counties"), True)


def test_all_that_stays_up_fits_four_gigabytes(settings):
    limits = {name: int(one["mem_limit"]) for name, one in settings["services"].items() if name not in ONE_SHOT}
    assert sum(limits.values()) <= 4 * GB, limits


def test_each_folder_of_secrets_has_one_reader_beside_init(settings):
    readers: dict[str, set[str]] = {}
    for name, one in settings["services"].items():
        for mount in one.get("volumes", ()):
            if mount["type"] == "volume" and mount["source"].endswith("-secrets") and name != "init":
                readers.setdefault(mount["source"], set()).add(name)
                assert mount["read_only"]
    assert readers == {f"{name}-secrets": {name} for name in settings["services"] if name != "init"}


def test_each_service_keeps_its_own_keys_and_only_those_that_need_them_share_files(settings):
    held: dict[str, set[str]] = {}
    for name in SERVICES:
        for mount in settings["services"][name]["volumes"]:
            if mount["type"] == "volume" and not mount["source"].endswith("-secrets"):
                held.setdefault(mount["source"], set()).add(name)
    assert held == {**{name: {name} for name in SERVICES}, "blobs": {"intake", "routing"}}


def test_keys_and_data_have_one_shot_containers_of_their_own(settings):
    seen = {name: {mount["source"] for mount in settings["services"][name]["volumes"]} for name in ONE_SHOT}
    assert set(SERVICES) <= seen["init"]
    assert "blobs" not in seen["init"]
    assert set(SERVICES).isdisjoint(seen["migrate"])
    assert "blobs" in seen["migrate"]


@pytest.fixture(scope="module")
def scaled() -> dict:
    return config("--env-file", "/dev/null", files=(BASE, SCALE))


def test_scaled_each_service_has_two_that_answer_and_two_that_work(scaled, settings):
    for name in SERVICES:
        web, worker = scaled["services"][name], scaled["services"][f"{name}-worker"]
        assert [one["deploy"]["replicas"] for one in (web, worker)] == [2, 2]
        assert [one["command"][2:4] for one in (web, worker)] == [["--role", "web"], ["--role", "worker"]]
        assert web["command"][:2] == worker["command"][:2] == ["run", name]
        assert {key: worker[key] for key in worker if key not in ("command", "deploy", "networks")} == {
            key: settings["services"][name][key]
            for key in settings["services"][name]
            if key not in ("command", "networks")
        }
        assert "front" not in worker["networks"]
    both = {*SERVICES, *(f"{name}-worker" for name in SERVICES)}
    assert set(scaled["services"]) - both == set(settings["services"]) - both


@pytest.mark.parametrize("files", [(BASE,), (BASE, SCALE)], ids=["plain", "scaled"])
def test_a_county_leaves_containers_out_by_its_file(files, tmp_path, settings):
    override = tmp_path / "docker-compose.override.yml"
    override.write_text(override_of(load_county(shipped("smallest"))))
    found = config("--env-file", "/dev/null", files=(*files, override))["services"]
    left = set(settings["services"]) - {"notification", "supervision"}
    assert {name.removesuffix("-worker") for name in found} == left


def test_a_county_that_runs_everything_leaves_nothing_out(tmp_path, settings):
    override = tmp_path / "docker-compose.override.yml"
    override.write_text(override_of(load_county(shipped("full"))))
    assert config("--env-file", "/dev/null", files=(BASE, override)) == settings


def severe(folder: Path, found: dict) -> list[str]:
    """Give the rules that compose-lint finds broken with severity high or critical."""
    file = folder / "compose.json"
    file.write_text(json.dumps(found))
    linter = str(Path(sys.executable).with_name("compose-lint"))
    command = [linter, "check", "--format", "json", "--fail-on", "high", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return sorted(
        {one["rule_id"] for one in json.loads(done.stdout)["findings"] if one["severity"] in ("high", "critical")}
    )


@pytest.fixture(scope="module")
def watched() -> dict:
    """Give everything that can run: scaled, with Prometheus."""
    return config("--env-file", "/dev/null", "--profile", "obs", files=(BASE, SCALE))


BOX = ("restart", "read_only", "cap_drop", "security_opt", "pids_limit", "logging")


def test_prometheus_beside_the_others_is_boxed_like_them_and_published_to_this_machine_only(watched, settings):
    services = watched["services"]
    assert set(services) - {"prometheus"} >= set(settings["services"])
    box = {name: settings["services"]["gateway"][name] for name in BOX}
    assert {name: services["prometheus"][name] for name in BOX} == box
    assert int(services["prometheus"]["mem_limit"]) > 0
    ports = {name: [(one["host_ip"], one["target"]) for one in has.get("ports", ())] for name, has in services.items()}
    published = {name: found for name, found in ports.items() if found}
    assert published == {"gateway": [("127.0.0.1", 8080)], "prometheus": [("127.0.0.1", 9090)]}


@pytest.mark.slow
def test_the_linter_finds_nothing_severe(watched, tmp_path):
    assert severe(tmp_path, watched) == []


@pytest.mark.slow
@pytest.mark.parametrize("service", ["intake", "prometheus"])
def test_the_linter_would_find_it(watched, tmp_path, service):
    spoilt = json.loads(json.dumps(watched))
    spoilt["services"][service]["privileged"] = True
    assert severe(tmp_path, spoilt)


def test_no_password_is_written_in_it():
    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / ".env.example").read_text()
    assert (
        re.findall(
            r"(?i)(?:password|secret|token)\s*[:=]\s*\S+",
            text.replace("POSTGRES_PASSWORD_FILE: /run/lianxin/password", ""),
        )
        == []
    )
