"""A county's own packs and choices, by every command that counts or checks for a county."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from lianxin.cli import main
from lianxin.cli import mechanisms as commands
from lianxin.plugin.testing import problems
from shared.law.packs import PACKS, load_rules
from shared.workflow.declare import Deadline
from tests.law.own import NAME, STRICTER, a_pack, write_county
from tests.workflow.makers import ANSWER, SERVE, a_mechanism

ROLLS = '"petition.handle" = "next_working_day"'
PETITION = PACKS / "petition@2022-05-01.toml"
WEAKER = a_pack(
    id="petition.handle",
    law="信访工作条例",
    article="34",
    quantity=90,
    more='replaces = "petition@2022-05-01"\npublish = true',
)


@pytest.fixture(autouse=True)
def nobodys_home(tmp_path, monkeypatch):
    monkeypatch.setenv("LIANXIN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LIANXIN_COUNTY", raising=False)


@pytest.fixture
def ours(tmp_path):
    return str(write_county(tmp_path / "ours", a_pack(), rolls=ROLLS, confirmed='"our.reply", '))


@pytest.fixture
def wrong(tmp_path):
    return str(write_county(tmp_path / "wrong", WEAKER))


def ask(*words):
    return CliRunner().invoke(main, list(words))


def told(*words):
    answer = ask(*words, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


def test_own_rules_are_listed_with_what_the_county_chose(ours):
    listed = {one["id"]: one for one in told("law", "rules", "--county", ours)}

    assert set(listed) == {*load_rules(), "our.reply"}
    assert (listed["our.reply"]["on"], listed["our.reply"]["pack"]) == (True, "our-city@2026-11-01")
    chosen = {name: one["roll"] for name, one in listed.items() if one["roll_chosen"]}
    assert chosen == {"petition.handle": "next_working_day"}


def test_the_packs_of_a_county_are_checked_beside_the_shipped_ones(ours):
    checked = told("law", "check", "--county", ours)

    assert "our-city@2026-11-01" in checked["packs"]
    assert checked["rules"] == len(load_rules().versions) + 1


def test_a_rule_that_stands_as_another_law_is_named(ours, tmp_path):
    rule = {"law": "信访法", "article": "40", "confidence": "V", "quantity": 90, "unit": "calendar_day"}
    pack = a_pack(id="petition.handle", **rule, more='replaces = "petition@2022-05-01"')
    file = str(write_county(tmp_path / "another", pack))
    line = (
        "petition.handle (our-city@2026-11-01) stands as another law: 信访法 40, 90 calendar_day, where "
        "信访工作条例 34 says 60 calendar_day"
    )

    assert told("law", "check", "--county", file)["another_law"] == [line]
    assert line in ask("law", "check", "--county", file).output.splitlines()
    assert line in ask("law", "check", str(tmp_path / "another" / NAME), str(PETITION)).output.splitlines()
    assert line in ask("county", "check", file).output.splitlines()
    assert told("law", "check", "--county", ours)["another_law"] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "最后一日遇放假休息顺延，由本县选定"), ("en", "that a last day off rolls on is this county's choice")],
)
def test_a_date_is_counted_by_the_countys_choice(ours, language, words):
    asked = ("deadline", "explain", "petition.handle", "--from", "2026-08-02", "--language", language)
    chosen, plain = told(*asked, "--county", ours), told(*asked)

    assert (chosen["due"], plain["due"]) == ("2026-10-08", "2026-10-01")
    assert words in chosen["explanation"]
    assert words not in plain["explanation"]


def test_a_countys_own_rule_is_counted_as_its_promise(ours):
    found = told("deadline", "explain", "our.reply", "--from", "2026-11-02", "--county", ours)

    assert found["due"] == "2026-11-22"
    assert "本县承诺" in found["explanation"]
    assert "there is no rule our.reply" in ask("deadline", "explain", "our.reply", "--from", "2026-11-02").output


@pytest.mark.parametrize(
    "words",
    [
        ("county", "check", "{}"),
        ("law", "rules", "--county", "{}"),
        ("law", "check", "--county", "{}"),
        ("deadline", "explain", "info.answer", "--from", "2026-11-02", "--county", "{}"),
        ("mechanisms", "check", "suggestions", "--county", "{}"),
        ("mechanisms", "show", "suggestions", "--county", "{}"),
        ("route", "explain", "--mechanism", "petitions", "--county", "{}"),
        ("route", "try", "{}"),
        ("doctor", "--county", "{}"),
        ("run", "--county", "{}"),
        ("backup", "make", "backups", "--county", "{}"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_every_command_refuses_a_county_that_promises_less_than_the_law(wrong, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = ask(*(wrong if word == "{}" else word for word in words))

    assert answer.exit_code == 1, answer.output
    assert "petition.handle: local promises may be stricter, never weaker than the law" in answer.output


def test_a_version_that_was_followed_still_binds_whose_case_began_under_it(tmp_path):
    file = str(write_county(tmp_path / "stricter", a_pack(**STRICTER), confirmed='"petition.handle", '))
    asked = ("deadline", "explain", "petition.handle", "--county", file)
    old, new = (told(*asked, "--from", day) for day in ("2026-10-31", "2026-11-01"))

    assert [(one["quantity"], one["on"]) for one in (old, new)] == [(60, True), (45, True)]


def test_a_well_made_county_passes_and_a_missing_pack_is_named(ours, tmp_path):
    assert ask("county", "check", ours).exit_code == 0
    (tmp_path / "ours" / NAME).unlink()
    answer = ask("county", "check", ours)

    assert answer.exit_code == 1
    assert "can't be read (No such file or directory); give the path of a pack" in answer.output


def test_a_mechanism_may_promise_by_a_rule_of_the_countys_own(ours, tmp_path, monkeypatch):
    own = a_mechanism(steps=(replace(ANSWER, meets="our.reply"), SERVE), promises=(Deadline("our.reply"),))
    pack = tmp_path / "ours" / NAME
    lines = [problems(own, tmp_path, packs) for packs in ((), (pack,))]
    assert [[line for line in found if "our.reply" in line and "no pack" in line] != [] for found in lines] == [
        True,
        False,
    ]

    monkeypatch.setattr(commands, "load_mechanism", lambda _: own)
    shown = ask("mechanisms", "show", "small", "--county", ours)
    assert "`our.reply` (20 calendar days, no law, the county must confirm it)" in shown.output
    assert "the rule our.reply is in no pack" in ask("mechanisms", "check", "small").output
    assert "the rule our.reply is in no pack" not in ask("mechanisms", "check", "small", "--county", ours).output
