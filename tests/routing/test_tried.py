"""Routes that are to come are tried on the cases that came, and adopted by whoever has seen what would change."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from conftest import BOTH_WAYS, real_servers

from lianxin.cli import main
from shared.county.file import load_county, shipped
from shared.failpoints import VARIABLE

pytestmark = pytest.mark.slow

TO_LIUHE = '\n[[routes]]\ncategory = "water"\nplace = "qh-liuhe"\nunit = "liuhe-government"\n'
TO_NOBODY_YET = '\n[[routes]]\ncategory = "farming"\nplace = "qh-shiqiao"\nunit = "shiqiao-government"\n'
TIES = '\n[[routes]]\ncategory = "water"\nunit = "transport-bureau"\n'


@pytest.fixture
def place(tmp_path):
    """Give a maker of county files: the shipped one with something changed."""

    def make(more="", instead=("", "")) -> str:
        file = tmp_path / "next.toml"
        text = shipped("full").read_text(encoding="utf-8").replace(*instead)
        file.write_text(text.replace("\n[[duties]]", f"{more}\n[[duties]]", 1), encoding="utf-8")
        return str(file)

    return make


@pytest.fixture
def home(request, new_world, seeded_home, tmp_path, monkeypatch):
    """Give a home with a few cases: three about water, one of them addressed to a unit, and one about roads."""
    if getattr(request, "param", "embedded") == "embedded":
        shutil.copytree(seeded_home, tmp_path / "home")
        world = new_world(home=tmp_path / "home")
    else:
        servers = real_servers(request)
        world = new_world(home=tmp_path / "home", **servers)
        for name, address in servers.items():
            monkeypatch.setenv(f"LIANXIN_{name.upper()}", address)
    world.submit(category="water", place="qh-liuhe")
    world.submit(category="water", place="qh-shiqiao")
    world.submit(category="water", place="qh-liuhe", addressed_to="petition-office")
    world.submit(category="roads")
    world.loop.close()
    return tmp_path / "home"


def attempt(home, *words):
    return CliRunner().invoke(main, ["route", "try", *words, "--home", str(home), "--days", "3660"])


@pytest.mark.parametrize("home", BOTH_WAYS, indirect=True)
def test_what_would_go_to_another_unit_is_counted_with_examples(home, place):
    found = json.loads(attempt(home, place(TO_LIUHE + TO_NOBODY_YET), "--json").output)
    assert found["changed"] == 1
    (move,) = found["moves"]
    assert (move["from"], move["to"], move["cases"]) == ("water-bureau", "liuhe-government", 1)
    (example,) = move["examples"]
    assert example["before"]["rule"] == "*/water/*/water-bureau"
    assert example["after"]["rule"] == "*/water/qh-liuhe/liuhe-government"
    assert "*/farming/qh-shiqiao/shiqiao-government" in found["unused"]
    assert "*/water/qh-liuhe/liuhe-government" not in found["unused"]


def test_a_route_that_no_case_can_go_by_is_named_with_what_stands_before_it(home, place):
    split = '\n[[routes]]\ncategory = "water"\nurgent = {}\nunit = "liuhe-government"\n'
    file = place(split.format("true") + split.format("false"))
    found = json.loads(attempt(home, file, "--json").output)
    before = [f"{urgency}/*/water/*/liuhe-government" for urgency in ("not-urgent", "urgent")]
    assert found["shadowed"] == [{"route": "*/water/*/water-bureau", "by": before}]
    assert "*/water/*/water-bureau" not in found["unused"]
    assert "No case can ever go by */water/*/water-bureau: not-urgent/" in attempt(home, file).output


def test_a_mechanism_that_bars_is_asked_as_when_the_case_came(home, place, monkeypatch):
    asked = []

    def no_answer(case) -> tuple[str, ...]:
        asked.append(case)
        raise LookupError

    suggestions = import_module("mechanisms.suggestions")
    monkeypatch.setattr(suggestions, "mechanism", replace(suggestions.mechanism, bars=(no_answer,)))
    found = json.loads(attempt(home, place(TO_LIUHE), "--json").output)
    assert found["changed"] == 0  # it gave no answer, so the fallback unit takes the case by either rules
    assert {case.state for case in asked} == {"arrived"}


def test_it_is_said_in_words_and_nothing_changes(home, place):
    before = json.loads(attempt(home, place(TO_LIUHE), "--json").output)
    told = attempt(home, place(TO_LIUHE)).output.splitlines()
    assert told[0] == f"{before['cases']} cases were tried; 1 would go to another unit."
    assert told[1].split() == ["1", "县水利局", "→", "柳河乡人民政府"], told
    assert json.loads(attempt(home, place(TO_LIUHE), "--json").output) == before


def test_the_countys_own_rules_change_nothing(home, place):
    found = json.loads(attempt(home, place(), "--json").output)
    assert (found["changed"], found["moves"]) == (0, [])
    assert found["cases"] >= 4


def test_a_unit_that_the_other_file_does_not_have_is_not_addressed(home, place):
    renamed = place(instead=("petition-office", "petitions-bureau"))
    moves = json.loads(attempt(home, renamed, "--json").output)["moves"]
    assert ("petition-office", "water-bureau") in {(move["from"], move["to"]) for move in moves}


GRAIN = '\n[[units]]\ncode = "grain-bureau"\nname_zh = "县粮食局"\nname_en = "Grain"\nlevel = "county"\n'


def test_cases_of_a_unit_that_the_file_has_no_more_are_counted_and_it_is_named(new_world, place, tmp_path):
    old = place(TO_LIUHE.replace("liuhe-government", "grain-bureau") + GRAIN)
    world = new_world(home=tmp_path / "home", county=load_county(Path(old)))
    world.submit(category="water", place="qh-liuhe")
    world.settle()
    world.loop.close()

    new, home = place(), tmp_path / "home"
    for words in ((), (new,)):  # the file is the county's own, or beside it
        found = json.loads(attempt(home, *words, "--county", new, "--json").output)
        assert [(one["from"], one["to"], one["cases"]) for one in found["moves"]] == [
            ("grain-bureau", "water-bureau", 1)
        ]
        assert found["gone"] == ["grain-bureau"]
    assert "units that this file doesn't have: grain-bureau" in adopting(home, new).output


def test_rules_that_tie_are_refused(home, place):
    told = attempt(home, place(TIES))
    assert told.exit_code == 1
    assert "water" in told.output


def test_a_file_that_is_not_there_is_said(home):
    told = attempt(home, "nowhere.toml")
    assert told.exit_code == 1
    assert "nowhere.toml: can't be read" in told.output


def routing_of(words, home, *more, typing=None):
    return CliRunner().invoke(main, ["route", *words, "--home", str(home), *more], input=typing)


def status(home, *more):
    return json.loads(routing_of(["status", "--json"], home, *more).output)


def adopting(home, file, *more, typing=None):
    words = ["adopt", "--county", file, "--days", "3660", "--by", "mayor", "--reason", "decided"]
    return routing_of([*words, *more], home, typing=typing)


@pytest.mark.parametrize("home", BOTH_WAYS, indirect=True)
def test_routes_are_adopted_by_the_digest_that_was_shown(home, place):
    file = place(TO_LIUHE)
    shown, before = json.loads(attempt(home, file, "--json").output), status(home)
    done = adopting(home, file, "--digest", shown["digest"], "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert (told["changed"], told["replaces"], told["dry_run"]) == (1, before["in_force"], False)
    after = status(home, "--county", file)
    assert (after["in_force"], after["by"], after["reason"]) == (shown["digest"], "mayor", "decided")
    assert (after["file"], after["warnings"]) == (shown["digest"], [])
    (warning,) = status(home)["warnings"]  # the home's own file is the old one
    assert before["in_force"] in warning
    assert "are in force already" in adopting(home, file).output


def test_routes_that_wait_are_seen_by_the_doctor_and_whoever_asks_where_a_case_goes(home, place):
    file, before = place(TO_LIUHE), status(home)["in_force"]
    asked = ("explain", "--mechanism", "suggestions", "--category", "water", "--place", "qh-liuhe", "--county", file)
    by_file, in_force = (
        json.loads(routing_of([*asked, "--json", *more], home).output) for more in ((), ("--in-force",))
    )
    assert (by_file["unit"], in_force["unit"], in_force["routes"]) == ("liuhe-government", "water-bureau", before)
    assert by_file["routes"] == status(home, "--county", file)["file"]
    assert "by the county file's routes" in routing_of(asked, home).output
    assert f"by the routes in force ({before})" in routing_of([*asked, "--in-force"], home).output

    waiting = CliRunner().invoke(main, ["doctor", "--county", file, "--home", str(home)])
    assert waiting.exit_code == 0, waiting.output
    assert "! routing: The county file has other routes" in waiting.output
    assert json.loads(CliRunner().invoke(main, ["doctor", "--home", str(home), "--json"]).output)["warnings"] == []


@pytest.mark.parametrize("digest", ["3f0c5a9be412", "", "3"], ids=["of other routes", "empty", "too short"])
def test_routes_that_nobody_looked_at_are_not_adopted(home, place, digest):
    before = status(home)
    refused = adopting(home, place(TO_LIUHE), "--digest", digest)
    assert refused.exit_code == 1
    assert "look at them by `lianxin route try`; nothing was changed" in refused.output
    assert status(home) == before


def test_without_a_terminal_it_is_shown_and_nothing_is_adopted(home, place):
    before = status(home)
    refused = adopting(home, place(TO_LIUHE))
    assert refused.exit_code == 1
    assert "1 would go to another unit." in refused.output
    assert "add --digest" in refused.output
    assert status(home) == before


@pytest.mark.parametrize(("typed", "code"), [("", 0), ("ffffffffffff", 1)], ids=["the digest", "another"])
def test_whoever_sits_at_a_terminal_types_the_digest(home, place, monkeypatch, typed, code):
    file = place(TO_LIUHE)
    digest, before = json.loads(attempt(home, file, "--json").output)["digest"], status(home)["in_force"]
    at_a_terminal = SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("lianxin.cli.route_adopt.sys", at_a_terminal)
    done = adopting(home, file, typing=f"{typed or digest}\n")
    assert done.exit_code == code
    assert "1 would go to another unit." in done.output
    assert status(home)["in_force"] == (before if code else digest)


def test_a_dry_run_adopts_nothing(home, place):
    digest = json.loads(attempt(home, place(TO_LIUHE), "--json").output)["digest"]
    before = status(home)
    assert "would be done" in adopting(home, place(TO_LIUHE), "--digest", digest, "--dry-run").output
    assert status(home) == before


@pytest.mark.parametrize(
    ("where", "adopted"), [("transaction.before_commit", False), ("transaction.after_commit", True)]
)
def test_a_death_leaves_the_routes_adopted_or_not_and_nothing_between(home, place, where, adopted):
    file = place(TO_LIUHE)
    digest = json.loads(attempt(home, file, "--json").output)["digest"]
    words = ["route", "adopt", "--county", file, "--digest", digest, "--reason", "decided", "--home", str(home)]
    command = [sys.executable, "-c", "from lianxin.cli import main; main()", *words]
    died = subprocess.run(command, env={**os.environ, VARIABLE: where}, capture_output=True, text=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stdout + died.stderr
    assert (status(home)["in_force"] == digest) is adopted
    assert adopting(home, file, "--digest", digest).exit_code == 0
    assert status(home)["in_force"] == digest
