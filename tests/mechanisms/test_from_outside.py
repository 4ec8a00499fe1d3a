"""A mechanism from outside: its own distribution, found by its entry point, carries a case through."""

import importlib
import subprocess
import sys

import pytest
from world import full_county

from lianxin.loading import found_mechanisms
from shared.workflow.scaffold import scaffold

NAME = "noise_reports"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    scaffold(NAME, tmp_path)
    target = tmp_path / "site"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--target", str(target), str(tmp_path / NAME)], check=True)
    monkeypatch.syspath_prepend(str(target))
    importlib.invalidate_caches()
    yield NAME
    for module in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[module]


def test_it_is_found_offered_and_carries_a_case(installed, new_world):
    assert installed in found_mechanisms()
    world = new_world(county=full_county(mechanisms=("suggestions", installed), duties=(), registers={}))
    offered = {one["name"]: one for one in world.ask("GET", "/api/v1/mechanisms").get_json()["items"]}
    kind = offered[installed]["kinds"][0]["name"]

    receipt = world.submit(installed, kind, category="water")
    shown = world.follow(receipt)
    assert (shown["mechanism"], shown["phase"]) == (installed, "triage")
    first = world.desk(receipt, "water-officer")["offers"]
    assert first, "the desk offers its first step"
