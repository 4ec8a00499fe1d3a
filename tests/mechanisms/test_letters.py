"""The letters of our mechanisms, written out as the head signs them."""

from typing import Any

import pytest
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from lianxin.loading import found_mechanisms, load_mechanism
from shared.law.packs import load_rules
from shared.law.right import right_in_words
from shared.web.i18n import merged
from shared.workflow.check_text import LETTER_WORDS

LETTERS = [(name, letter) for name in sorted(found_mechanisms()) for letter in load_mechanism(name).letters]
ALL = {word: f"〈{word}〉" for word in LETTER_WORDS} | {"promises": ["〈promises〉"]}
ABSENT = ALL | dict.fromkeys(("party", "remedy", "basis", "road"), "") | {"promises": []}


def written(name: str, letter: str, words: dict[str, Any]) -> str:
    """Write a letter as routing does: an unknown word raises."""
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(load_mechanism(name).folder / "templates"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(f"{letter}.txt").render(words)


@pytest.mark.parametrize(("name", "letter"), LETTERS)
@pytest.mark.parametrize("words", [pytest.param(ALL, id="all words"), pytest.param(ABSENT, id="some absent")])
def test_a_letter_says_who_to_whom_about_what_and_when(name, letter, words):
    lines = written(name, letter, words).splitlines()
    assert (lines[0], lines[2]) == ("〈unit〉", "〈number〉")
    assert lines[-2:] == ["〈unit〉", "〈day〉"]
    assert lines[4].endswith("：")
    assert "“〈title〉”（编号 〈reference〉）" in lines[6]


@pytest.mark.parametrize(("name", "letter"), LETTERS)
@pytest.mark.parametrize("words", [pytest.param(ALL, id="all words"), pytest.param(ABSENT, id="some absent")])
def test_a_translation_says_as_much_in_the_same_order(name, letter, words):
    lines = written(name, f"{letter}.en", words).splitlines()
    assert (lines[0], lines[2]) == ("〈unit〉", "〈number〉")
    assert lines[1] == load_mechanism(name).letter(letter).title
    assert lines[-2:] == ["〈unit〉", "〈day〉"]
    assert "“〈title〉” (reference 〈reference〉)" in lines[6]
    chinese = written(name, letter, words)
    text = "\n".join(lines)
    assert {word for word in ALL if f"〈{word}〉" in text} == {word for word in ALL if f"〈{word}〉" in chinese}
    assert "\n\n\n" not in text


@pytest.mark.parametrize(("name", "letter"), LETTERS)
def test_a_letter_is_called_on_the_verifying_page_as_it_calls_itself(name, letter):
    mechanism = load_mechanism(name)
    title = merged((mechanism.folder / "locale",), "zh").gettext(mechanism.letter(letter).title)
    said = written(name, letter, ALL).splitlines()[1]
    assert said.replace("〈kind〉", "复查（复核）") == title


@pytest.mark.parametrize("name", sorted(found_mechanisms()))
def test_each_kind_of_letter_has_a_sign_of_its_own(name):
    mechanism = load_mechanism(name)
    signs = [mechanism.letter(letter).sign for letter in mechanism.letters]
    assert len(signs) == len(set(signs))
    assert set(mechanism.letters) == set(mechanism.writes)


@pytest.mark.parametrize(("name", "letter"), LETTERS)
@pytest.mark.parametrize("words", [pytest.param(ALL, id="all words"), pytest.param(ABSENT, id="some absent")])
def test_a_letter_leaves_no_empty_heading_and_no_hole(name, letter, words):
    text = written(name, letter, words)
    assert "\n\n\n" not in text
    assert "依据：\n" not in text
    assert "办理期限：\n\n" not in text


@pytest.mark.parametrize(
    ("name", "letter", "words"),
    [
        ("petitions", "acceptance", {"promises", "basis"}),
        ("petitions", "not_accepted", {"notice", "remedy", "basis"}),
        ("petitions", "opinion", {"facts", "opinion", "outcome", "legal_basis", "remedy"}),
        ("suggestions", "decision", {"outcome", "reasons", "basis"}),
    ],
)
def test_a_letter_holds_what_the_law_wants_in_it(name, letter, words):
    text = written(name, letter, ALL)
    assert words <= {word for word in LETTER_WORDS if f"〈{word}〉" in text}


@pytest.mark.parametrize(
    ("name", "letter", "rule"),
    [
        ("petitions", "opinion", "petition.review_request"),
        ("reviews", "review_opinion", "petition.re_review_request"),
        ("directives", "directive", "directive.object"),
        ("suggestions", "decision", "petition.object_publication"),
    ],
)
@pytest.mark.parametrize(("language", "suffix"), [("zh", ""), ("en", ".en")])
def test_a_letter_tells_a_right_on_a_line_of_its_own_as_its_rule_does_and_not_twice(
    name, letter, rule, language, suffix
):
    said = right_in_words(load_rules()[rule], language, received=True)
    lines = written(name, f"{letter}{suffix}", ABSENT | {"remedy": said}).splitlines()
    assert lines.count(said) == 1
    assert set(lines) - {said} <= set(written(name, f"{letter}{suffix}", ABSENT).splitlines())


@pytest.mark.parametrize(("outcome", "promised"), [("adopted", True), ("partly_adopted", True), ("not_adopted", False)])
def test_only_what_is_adopted_is_promised_to_be_carried_out(outcome, promised):
    suggestions = load_mechanism("suggestions")
    title = merged((suggestions.folder / "locale",), "zh").gettext(suggestions.outcome_title(outcome))
    assert ("前（含当日）落实" in written("suggestions", "decision", ALL | {"outcome": title})) is promised
