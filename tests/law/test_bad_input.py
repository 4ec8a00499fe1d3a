"""What people type and write wrongly about dates: one table, each row with the sentence that mends it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from lianxin.cli import main
from shared.county.file import shipped
from shared.law.packs import PACKS

EXPLAIN = ("deadline", "explain", "info.answer", "--from")
HANDLE = ("deadline", "explain", "petition.handle", "--from")
BAD = [
    # words, the sentence, what a person reads
    (
        (*EXPLAIN, "2027-02-29"),
        "--from 2027-02-29: no such day; write year, month and day",
        "29 February of no leap year",
    ),
    ((*EXPLAIN, "2026-11-31"), "--from 2026-11-31: no such day", "a 31st that is none"),
    ((*EXPLAIN, "29.2.2028"), "--from 29.2.2028: no such day", "another order"),
    ((*EXPLAIN, ""), "no such day", "nothing"),
    ((*EXPLAIN, "0000-01-01"), "no such day", "before every calendar"),
    ((*EXPLAIN, "9999-12-30"), "would leave the years 1 to 9999; give a day nearer to now", "the end of time"),
    ((*HANDLE, "9999-12-01"), "--from 9999-12-01: the term would leave", "calendar days past the end of time"),
    (
        (*HANDLE, "9999-10-20", "--pause", "9999-11-01:9999-12-31"),
        "--from 9999-10-20 --pause 9999-11-01:9999-12-31: the term would leave the years",
        "a pause to the end of time",
    ),
    ((*HANDLE, "2026-08-02", "--pause", "2026-09-01:9999-12-30"), "give a day nearer to now", "a pause without end"),
    ((*EXPLAIN, "2026-11-02", "--pause", "2026-11-05"), "give two days as 2026-09-01:2026-09-09", "half a pause"),
    ((*EXPLAIN, "2026-11-02", "--pause", "2026-11-05:2026-11-04"), "ends before it begins", "a pause turned round"),
    (("deadline", "explain", "no.rule", "--from", "2026-11-02"), "`lianxin law rules` lists them", "an unknown rule"),
    (("law", "check", "no-pack.toml"), "can't be read (No such file or directory); give the path of a pack", "no file"),
]


def said(*words: str) -> str:
    """Run a command that has to fail, and give what it said."""
    answer = CliRunner().invoke(main, [*words])
    assert answer.exit_code == 1, answer.output
    return answer.output


@pytest.mark.parametrize(("words", "sentence", "why"), BAD, ids=[row[2] for row in BAD])
def test_a_wrong_word_gets_a_sentence_that_mends_it(words: tuple[str, ...], sentence: str, why: str) -> None:
    assert sentence in said(*words)


def swapped(old: str, new: str) -> Callable[[str], str]:
    """Give a change of one place in a file."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


CIRCLE = '\n[[edges]]\nkind = "government"\nlower = "county-government"\nupper = "water-bureau"\n'
TIE = '\n[[routes]]\ncategory = "water"\nunit = "housing-bureau"\n'
COUNTIES = [
    (lambda text: text + CIRCLE, "goes round in a circle; take one away", "a circle of units"),
    (lambda text: text + TIE, "tie: ", "two routes that tie"),
    (
        swapped("confirmed_rules = [", 'confirmed_rules = ["no.rule", '),
        "confirmed_rules: no pack has no.rule; `lianxin law rules` lists what there is",
        "a rule of no pack",
    ),
]


@pytest.mark.parametrize(("change", "sentence", "why"), COUNTIES, ids=[row[2] for row in COUNTIES])
def test_a_county_file_that_cannot_be_is_not_started(
    tmp_path: Path, change: Callable[[str], str], sentence: str, why: str
) -> None:
    file = tmp_path / "county.toml"
    file.write_text(change(shipped("full").read_text(encoding="utf-8")), encoding="utf-8")

    assert sentence in said("county", "check", str(file))


RULES = [
    (swapped('article = "22"', 'artikel = "22"'), "artikel", "an unknown field of a rule"),
    (swapped("quantity = 15", "quantity = -15"), "quantity is -15; give 1 or more", "days that run backwards"),
    (swapped('unit = "calendar_day"', 'unit = "day"'), "unit", "days of no kind"),
    (swapped("effective_from = 2022-05-01", 'effective_from = "soon"'), "expected date", "a day in words"),
    (swapped("effective_from = 2022-05-01", "effective_from = 2022-02-30"), "not TOML", "30 February"),
]


@pytest.mark.parametrize(("change", "sentence", "why"), RULES, ids=[row[2] for row in RULES])
def test_a_pack_that_cannot_be_is_named(tmp_path: Path, change: Callable[[str], str], sentence: str, why: str) -> None:
    file = tmp_path / "petition@2022-05-01.toml"
    file.write_text(change((PACKS / file.name).read_text(encoding="utf-8")), encoding="utf-8")

    assert sentence in said("law", "check", str(file))


def explained(*words: str) -> str:
    answer = CliRunner().invoke(main, ["deadline", "explain", *words])
    assert answer.exit_code == 0, answer.output
    return answer.output


NOTED = [
    ("petition.handle", "2020-01-01", "not in force on that day", "before the law"),
    (
        "uk.foi.answer",
        "2026-03-10",
        "Freedom of Information Act 2000, article 10, which this county has not",
        "a foreign law",
    ),
    ("hotline.life", "2026-03-10", "Basis: none, for this county has not promised it", "a promise nobody gave"),
    ("info.answer", "2026-12-18", "provisional", "an end that nobody announced"),
]


@pytest.mark.parametrize(("rule", "since", "note", "why"), NOTED, ids=[row[3] for row in NOTED])
def test_what_binds_nobody_says_so(rule: str, since: str, note: str, why: str) -> None:
    assert note in explained(rule, "--from", since, "--language", "en")


def test_a_foreign_law_has_its_chinese_name() -> None:
    assert "依据：《欧盟第2019/1937号指令》第9条，本县尚未确认" in explained(
        "eu.wb.acknowledge", "--from", "2026-03-10"
    )
    assert "本县未确认此规则" in explained("eu.wb.acknowledge", "--from", "2026-03-10")
    assert "注意" not in explained("info.answer", "--from", "2026-09-18")
