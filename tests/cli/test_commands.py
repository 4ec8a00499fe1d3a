"""The command line says what it does, at every level, and answers programs in JSON."""

import json

import click
import pytest
from click.testing import CliRunner

from lianxin.cli import main

pytestmark = pytest.mark.quick


def levels(command, path=()):
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from levels(below, (*path, name))


@pytest.mark.parametrize("path", [path for path, _ in levels(main)], ids=lambda path: " ".join(path) or "lianxin")
def test_help_has_examples_at_every_level(path):
    shown = CliRunner().invoke(main, [*path, "--help"])
    assert shown.exit_code == 0
    assert "Examples:" in shown.output
    assert f"lianxin {' '.join(path)}".strip() in shown.output


def test_every_group_is_reached():
    assert sum(isinstance(command, click.Group) for _, command in levels(main)) >= 6


def ask(*words):
    return CliRunner().invoke(main, list(words))


def test_mechanisms_are_listed_for_programs():
    found = {one["name"]: one for one in json.loads(ask("mechanisms", "ls", "--json").output)}
    assert set(found) >= {"petitions", "suggestions", "open_affairs"}
    assert {"name": "petition", "record": "case"} in found["petitions"]["kinds"]
    assert set(found["petitions"]) >= {"name", "version", "kinds", "states", "deadlines", "letters", "public"}


@pytest.mark.slow
def test_the_doctor_says_what_is_not_well_and_then_that_all_is(tmp_path):
    sick = ask("doctor", "--home", str(tmp_path), "--json")
    assert (sick.exit_code, json.loads(sick.output)["well"]) == (1, False)
    assert ask("migrate", "--home", str(tmp_path)).exit_code == 0
    well = ask("doctor", "--home", str(tmp_path), "--json")
    assert json.loads(well.output)["well"], well.output
    assert well.exit_code == 0


def test_a_deadline_is_explained():
    told = ask("deadline", "explain", "info.answer", "--from", "2026-09-18", "--json")
    assert json.loads(told.output)["due"] == "2026-10-22"


def test_a_bad_county_file_names_every_error_at_once(tmp_path):
    file = tmp_path / "county.toml"
    file.write_text('code = "X"\nunits = [{ code = "a" }]\n', encoding="utf-8")
    told = CliRunner().invoke(main, ["county", "check", str(file)])
    assert told.exit_code == 1
    assert "county.slug: is missing; add it" in told.output
    assert "county.units[0].name_zh" in told.output


def test_an_unknown_mechanism_is_said_in_a_sentence():
    told = ask("mechanisms", "show", "nothing")
    assert told.exit_code == 1
    assert "is not installed" in told.output
