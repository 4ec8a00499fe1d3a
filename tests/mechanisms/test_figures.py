"""No template of a letter states a term by itself: a county may have other figures, and its letters tell those."""

import re
from pathlib import Path

import pytest

from shared.law.packs import load_rules

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    path
    for room in ("mechanisms", "tests/fixtures", "shared/workflow/new_mechanism")
    for path in (ROOT / room).rglob("templates/*.txt*")
)
NUMBERS = (
    r"\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred"
)
FIGURE = re.compile(
    r"[\d〇零一二两三四五六七八九十百廿卅半][\s个]*(?:工作|自然)?(?:日|天|周|星期|月|年|小时)"
    rf"|\b(?:{NUMBERS})[\s-]+(?:(?:working|calendar)[\s-]+)?(?:day|week|fortnight|month|year|hour)s?\b",
    re.IGNORECASE,
)


def figures(text):
    return [found[0] for found in FIGURE.finditer(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_states_no_days_of_its_own(path):
    assert figures(path.read_text(encoding="utf-8")) == []


def test_no_mechanism_and_no_language_was_left_out():
    rooms = {path.relative_to(ROOT).parts[1] for path in TEMPLATES if path.is_relative_to(ROOT / "mechanisms")}
    assert rooms == {"directives", "mediation", "petitions", "reviews", "service_window", "suggestions"}
    assert {"".join(path.suffixes) for path in TEMPLATES} == {".txt", ".en.txt", ".txt.tmpl"}


def test_a_rules_own_sentence_states_none_either():
    said = {rule.id: figures(f"{rule.remedy} {rule.remedy_zh}") for rule in load_rules().versions}
    assert {rule: found for rule, found in said.items() if found} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("可以自收到本意见书之日起三十日内，请求复查", ["十日"]),
        ("自收到本意见书之日起五个工作日内提出", ["五个工作日"]),
        ("自收到之日起45 日（自然日）内", ["5 日"]),
        ("１０天内", ["０天"]),
        ("for a review within thirty days from the day you received it", ["thirty days"]),
        ("within Forty-five days", ["five days"]),
        ("within 5 working days of it, and a month later", ["5 working days", "a month"]),
        ("自本告知之日起{{ days_to_object }}日内，当日有效", []),
        ("within {{ days_to_object }} days from the day of this notice", []),
    ],
)
def test_a_figure_is_found_in_either_language(text, found):
    assert figures(text) == found
