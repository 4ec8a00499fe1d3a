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


ABOUT_WATER = ("--mechanism", "petitions", "--category", "water")


def test_a_route_is_explained():
    told = ask("route", "explain", "--county", "full", *ABOUT_WATER, "--place", "qh-liuhe", "--json")
    found = json.loads(told.output)
    assert (found["unit"], found["level"], found["rule"]) == ("water-bureau", "county", "*/water/*/water-bureau")
    assert found["because"] == ["这类事项归该单位负责。"]
    assert len(found["considered"]) == 2


def test_a_route_past_whom_it_is_about_is_explained():
    told = ask("route", "explain", "--county", "full", *ABOUT_WATER, "--about", "water-head", "--conflict", "report")
    lines = told.output.splitlines()
    assert lines[0] == "县纪委监委 (county-discipline)"
    assert lines[-1] == "  ✗ water-bureau, county-head, water-head, water-officer, water-reader"


@pytest.mark.parametrize(
    ("option", "says"),
    [
        pytest.param("--category", "there is no category nope in this county; there are: benefits", id="category"),
        pytest.param("--place", "there is no place nope", id="place"),
        pytest.param("--mechanism", "there is no mechanism nope", id="mechanism"),
        pytest.param("--kind", "there is no kind nope", id="kind"),
        pytest.param("--addressed-to", "there is no unit nope", id="addressed to"),
        pytest.param("--about", "there is no unit or post nope", id="about"),
    ],
)
def test_a_route_for_what_the_county_does_not_have_is_refused(option, says):
    told = ask("route", "explain", "--county", "full", *ABOUT_WATER, option, "nope")
    assert told.exit_code == 1
    assert says in told.output


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
