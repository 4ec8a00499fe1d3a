"""The compose file itself: it needs no .env, what may be set is written down, and it fits a small machine."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from composed import ONE_SHOT, compose_binary

from lianxin.loading import SERVICES
from shared.county.file import load_county, shipped

pytestmark = pytest.mark.quick

ROOT = Path(__file__).parents[2]
GB = 1024**3
SETTING = re.compile(r"\$\{(\w+)[:}]")


def config(*options: str) -> dict:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LIANXIN_")}
    command = [
        *compose_binary().split(),
        *options,
        "-f",
        str(ROOT / "docker-compose.yml"),
        "config",
        "--format",
        "json",
    ]
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


def test_no_password_is_written_in_it():
    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / ".env.example").read_text()
    assert (
        re.findall(
            r"(?i)(?:password|secret|token)\s*[:=]\s*\S+",
            text.replace("POSTGRES_PASSWORD_FILE: /run/lianxin/password", ""),
        )
        == []
    )
