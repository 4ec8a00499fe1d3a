"""`lianxin law` and `lianxin deadline`, as programs and people ask them."""

import json

import pytest
from click.testing import CliRunner

from lianxin.cli import main
from shared.county.file import shipped
from shared.law.packs import load_rules

BOTH = ("full", "smallest")
NOTICE = """
[[notices]]
calendar = "CN+qinghe"
year = 2026
version = 1
status = "announced"
source = "火把节放假通知"
off = ["2026-10-12"]
"""


@pytest.fixture(autouse=True)
def nobodys_home(tmp_path, monkeypatch):
    monkeypatch.setenv("LIANXIN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LIANXIN_COUNTY", raising=False)


@pytest.fixture
def with_torch_festival(tmp_path):
    file = tmp_path / "county.toml"
    file.write_text(shipped("full").read_text(encoding="utf-8") + NOTICE, encoding="utf-8")
    return str(file)


def ask(*words):
    return CliRunner().invoke(main, list(words))


def told(*words):
    answer = ask(*words, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


def test_every_rule_is_listed_with_how_it_counts():
    listed = {one["id"]: one for one in told("law", "rules")}

    assert set(listed) == set(load_rules())
    wanted = ("unit", "quantity", "start", "roll", "calendar", "confidence", "on")
    assert [listed["info.answer"][key] for key in wanted] == [
        "working_day",
        20,
        "confirmed_receipt",
        "none",
        "CN",
        "V",
        True,
    ]
    assert listed["uk.foi.answer"]["calendar"] == "GB"


def test_what_no_law_says_is_on_only_where_the_county_stands_for_it():
    on = {county: {one["id"] for one in told("law", "rules", "--county", county) if one["on"]} for county in BOTH}

    assert "suggestion.reply" in on["full"] & on["smallest"]
    assert "village.quarterly" in on["full"] - on["smallest"]
    assert not any(name.startswith(("hotline.", "uk.", "eu.", "report.")) for name in on["full"])


def test_an_overlay_names_the_calendar_and_moves_the_day(with_torch_festival):
    listed = {one["id"]: one["calendar"] for one in told("law", "rules", "--county", with_torch_festival)}
    explained = told("deadline", "explain", "info.answer", "--from", "2026-09-18", "--county", with_torch_festival)

    assert (listed["info.answer"], listed["uk.foi.answer"]) == ("CN+qinghe", "GB")
    assert (explained["due"], explained["calendar"]) == ("2026-10-23", "CN+qinghe")


@pytest.mark.parametrize("rule", sorted(load_rules()))
def test_every_listed_rule_is_explained_step_by_step(rule):
    explained = told("deadline", "explain", rule, "--from", "2026-09-18")

    assert explained["rule"] == rule
    assert {"due", "law", "article", "provisional"} <= set(explained)
    assert [step["step"] for step in explained["steps"]][-2:] == ["ends", "basis"]
    assert all(step["text"] for step in explained["steps"])


def test_a_day_is_explained_with_what_was_skipped_and_made_up():
    explained = told("deadline", "explain", "info.answer", "--from", "2026-09-18", "--language", "en")

    assert explained["due"] == "2026-10-22"
    assert [(step["step"], step["text"]) for step in explained["steps"]] == [
        ("start", "20 working days from the day after 18 Sep 2026"),
        ("skipped", "skipped days off: 25–27 Sep, 1–7 Oct"),
        ("made_up", "counted make-up working days: 20 Sep, 10 Oct"),
        ("ends", "ends 22 Oct 2026"),
        ("basis", "Basis: 政府信息公开条例, article 33"),
    ]
    assert explained["steps"][2]["days"] == ["2026-09-20", "2026-10-10"]


def test_pauses_are_left_out():
    pauses = ("--pause", "2026-03-10:2026-03-14", "--pause", "2026-03-20:2026-03-20")

    assert told("deadline", "explain", "petition.handle", "--from", "2026-03-01", *pauses)["due"] == "2026-05-06"


def test_a_day_beyond_what_was_announced_is_provisional():
    explained = told("deadline", "explain", "info.answer", "--from", "2030-02-28")

    assert (explained["due"], explained["provisional"]) == ("2030-03-28", True)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param(("no.rule", "--from", "2026-03-01"), "there is no rule no.rule", id="an unknown rule"),
        pytest.param(("info.answer", "--from", "2026-02-29"), "no such day", id="29 February of no leap year"),
        pytest.param(("info.answer", "--from", "01.03.2026"), "no such day", id="another way to write a day"),
        pytest.param(("info.answer", "--from", "9999-12-20"), "would leave the years", id="out of range"),
        pytest.param(
            ("info.answer", "--from", "2026-03-01", "--pause", "2026-03-05"), "give two days", id="half a pause"
        ),
        pytest.param(
            ("info.answer", "--from", "2026-03-01", "--pause", "2026-03-05:2026-03-04"),
            "ends before it begins",
            id="a pause backwards",
        ),
    ],
)
def test_a_question_that_has_no_answer_says_why(words, complaint):
    answer = ask("deadline", "explain", *words)

    assert answer.exit_code == 1
    assert complaint in answer.output


def test_a_leap_day_is_a_day():
    assert told("deadline", "explain", "compensation.claim", "--from", "2024-02-29")["due"] == "2026-02-28"


def test_the_shipped_packs_are_well():
    checked = told("law", "check")

    assert "petition@2022-05-01" in checked["packs"]
    assert checked["rules"] == len(load_rules().versions)


def test_a_pack_is_checked_and_every_mistake_told(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'law = "L"\nversion = "1"\neffective_from = 2020-01-01\nconfidence = "K"\ncolour = 1\n'
        '[[rules]]\nid = "a.b"\narticle = "1"\ntitle = "T"\ntitle_zh = "期"\nquantity = 5\nunit = "fortnight"\n',
        encoding="utf-8",
    )
    answer = ask("law", "check", str(file), str(tmp_path / "missing.toml"))

    assert answer.exit_code == 1
    assert [word in answer.output for word in ("fortnight", "colour", "can't be read")] == [True, True, True]


@pytest.mark.parametrize("rule", sorted(load_rules()))
def test_the_end_of_all_days_is_a_sentence(rule):
    for day in ("9998-12-31", "9999-06-01", "9999-12-31"):
        answer = ask("deadline", "explain", rule, "--from", day)
        assert answer.exit_code in (0, 1), answer.exception
        assert answer.exit_code == 0 or "give a day nearer to now" in answer.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["info.correct", "--pause", "2026-09-20:2026-09-30"], "no pause is left out", id="no pause by it"),
        pytest.param(["hotline.life"], "from 12:00 local time", id="hours"),
        pytest.param(["petition.assigned"], "has its own day each time", id="a date of the sender's own"),
        pytest.param(["plan.step"], "has its own day each time", id="a date of a plan's own"),
        pytest.param(["directive.end"], "has its own day each time", id="the last day of a directive"),
    ],
)
def test_what_is_assumed_is_said(words, says):
    answer = ask("deadline", "explain", *words, "--from", "2026-09-18", "--language", "en")
    assert says in answer.output
