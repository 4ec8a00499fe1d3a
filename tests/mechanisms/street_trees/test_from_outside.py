"""A mechanism from outside: its own distribution, found by its entry point, carries a case to the public record."""

import importlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from world import full_county

from lianxin.cli import main
from lianxin.loading import found_mechanisms

NAME = "street_trees"
DISTRIBUTION = Path(__file__).parents[2] / "fixtures" / NAME
DECISION = {"outcome": "pruned", "reasons": "枯枝有坠落危险。", "summary": "已安排修剪。"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Install the distribution into a folder of its own, as pip does for a county."""
    target = tmp_path_factory.mktemp("outside")
    source = shutil.copytree(DISTRIBUTION, target / "source")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--target", str(target / "site"), str(source)], check=True)
    return target / "site"


@pytest.fixture
def installed(site, monkeypatch):
    monkeypatch.syspath_prepend(str(site))
    importlib.invalidate_caches()
    yield NAME
    for module in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[module]


@pytest.fixture
def world(installed, new_world):
    return new_world(county=full_county(mechanisms=("suggestions", installed), duties=(), registers={}))


def report(world, **details):
    return world.submit(
        NAME, "tree", category="roads", place="qh-liuhe-shangliu", details={"ground": "street", **details}
    )


def test_it_is_found_and_passes_the_check(installed):
    assert installed in found_mechanisms()
    checked = CliRunner().invoke(main, ["mechanisms", "check", installed])
    assert (checked.exit_code, checked.output) == (0, f"✓ {installed}\n")


def test_its_case_travels_from_the_door_to_the_public_record(world):
    receipt = report(world, over_road=True)
    unit = world.follow(receipt)["unit"].removesuffix("-bureau")
    shown = world.desk(receipt, f"{unit}-officer")
    assert shown["remarks"] == ["树枝伸到路面上方，请在下次大风前查看。"]

    world.step(receipt, "take up", f"{unit}-officer")
    assert world.try_step(receipt, "draft", f"{unit}-officer", **DECISION).get_json()["code"] == "guard-not-met"
    world.step(receipt, "look at", f"{unit}-officer", day="2026-11-02", height=12, found="枯枝两处")
    world.step(receipt, "draft", f"{unit}-officer", **DECISION)
    world.step(receipt, "read", f"{unit}-reader")
    world.step(receipt, "sign", f"{unit}-head")
    world.step(receipt, "serve", f"{unit}-officer", method="hand", proof="本人签收", received_on="2026-11-02")
    world.step(receipt, "carry out", f"{unit}-officer", done="已修剪。")
    world.pass_days(8)

    assert (world.follow(receipt)["phase"], world.follow(receipt)["outcome"]) == ("closed", "pruned")
    (outcome,) = world.ask("GET", "/api/v1/public/outcomes").get_json()["items"]
    assert (outcome["mechanism"], outcome["text"]) == (NAME, "已安排修剪。")


def test_its_refusal_is_said_in_the_callers_language(world):
    body = {"mechanism": NAME, "kind": "tree", "title": "树", "text": "树", "details": {"ground": "yard"}}
    refused = world.ask("POST", "/api/v1/cases", body, Accept_Language="zh")
    assert (refused.status_code, refused.get_json()["code"]) == (422, "refused-at-the-door")
    assert "私人院内的树木由所有人自行处理" in refused.get_json()["title"]


def test_its_pages_are_drawn_from_its_declaration(world):
    assert "反映树木问题" in world.client.get("/").text
    world.client.get(f"/new/start/{NAME}/tree")
    assert "树在哪里？" in world.client.get("/new/details").text
