"""The shipped packs against the text of the specification; and packs with mistakes."""

from datetime import date
from pathlib import Path

import pytest

from shared.errors import StartError
from shared.law.rule import Rules, read_packs
from tests.law.makers import a_rule

STATED = [
    # id, law, article, quantity, unit, owner, confidence
    ("petition.forward", "信访工作条例", "22", 15, "calendar_day", "state_duty", "V"),
    ("petition.notice", "信访工作条例", "23", 15, "calendar_day", "state_duty", "V"),
    ("petition.object_referral", "信访工作条例", "23", 5, "working_day", "state_duty", "V"),
    ("petition.handle", "信访工作条例", "34", 60, "calendar_day", "state_duty", "V"),
    ("petition.extend", "信访工作条例", "34", 30, "calendar_day", "state_duty", "V"),
    ("petition.review_request", "信访工作条例", "35", 30, "calendar_day", "citizens_right", "V"),
    ("petition.review", "信访工作条例", "35", 30, "calendar_day", "state_duty", "V"),
    ("petition.re_review_request", "信访工作条例", "36", 30, "calendar_day", "citizens_right", "V"),
    ("petition.re_review", "信访工作条例", "36", 30, "calendar_day", "state_duty", "V"),
    ("petition.object_publication", "", "", 5, "working_day", "citizens_right", "K"),
    ("suggestion.reply", "信访工作条例", "29", 30, "calendar_day", "local_promise", "K"),
    ("info.proactive", "政府信息公开条例", "26", 20, "working_day", "state_duty", "V"),
    ("info.correct", "政府信息公开条例", "30", 7, "working_day", "state_duty", "V"),
    ("info.third_party", "政府信息公开条例", "32", 15, "working_day", "citizens_right", "V"),
    ("info.answer", "政府信息公开条例", "33", 20, "working_day", "state_duty", "V"),
    ("info.extend", "政府信息公开条例", "33", 20, "working_day", "state_duty", "V"),
    ("village.quarterly", "村民委员会组织法", "30", 15, "calendar_day", "local_promise", "K"),
    ("village.monthly_finance", "村民委员会组织法", "30", 15, "calendar_day", "local_promise", "K"),
    ("village.objection", "山东省村务公开条例", "", 5, "calendar_day", "citizens_right", "K"),
    ("village.answer", "山东省村务公开条例", "", 5, "calendar_day", "local_promise", "K"),
]
PACK = 'law = "L"\nversion = "1"\neffective_from = 2020-01-01\nconfidence = "V"\n'
RULE = '[[rules]]\nid = "a.b"\narticle = "1"\ntitle = "T"\ntitle_zh = "期"\nquantity = 5\nunit = "working_day"\n'


def test_the_packs_say_what_was_read_and_nothing_else(rules: Rules) -> None:
    said = {
        (rule.id, rule.law, rule.article, rule.quantity, rule.unit, rule.owner, rule.confidence)
        for rule in rules.values()
    }

    assert said == set(STATED)


def test_every_rule_has_both_titles_a_pack_and_a_moment_that_starts_it(rules: Rules) -> None:
    for rule in rules.values():
        assert rule.title.isascii()
        assert not rule.title_zh.isascii()
        assert rule.pack.endswith(f"@{rule.version}")
        assert rule.trigger_event
        assert rule.duty_holder
        assert rule.satisfied_by


def test_which_pauses_are_left_out_and_on_what_ground(rules: Rules) -> None:
    pausing = {rule.id: (rule.excludes, rule.pause_basis) for rule in rules.values() if rule.excludes}

    assert pausing == {
        "petition.handle": (("question",), "practice"),
        "petition.extend": (("question",), "practice"),
        "petition.re_review": (("hearing",), "law"),
        "suggestion.reply": (("question",), "practice"),
        "info.answer": (("third_party", "co_producer"), "law"),
        "info.extend": (("third_party", "co_producer"), "law"),
    }


def test_no_shipped_rule_rolls_before_a_county_decides(rules: Rules) -> None:
    assert {rule.roll for rule in rules.values()} == {"none"}


def test_a_term_is_extended_by_one_rule_of_its_own_article(rules: Rules) -> None:
    extension = rules.extension_of("petition.handle")

    assert extension is not None
    assert (extension.id, extension.article, extension.approver) == ("petition.extend", "34", "head")
    assert rules.extension_of("petition.extend") is None


def test_what_a_county_has_to_confirm(rules: Rules) -> None:
    used = ["petition.handle", "suggestion.reply", "village.answer", "petition.object_publication", "not.here"]

    assert rules.unconfirmed(used, ["suggestion.reply"]) == ["petition.object_publication", "village.answer"]


def test_a_promise_stays_a_promise_however_well_its_law_was_read() -> None:
    assert a_rule(5, owner="local_promise", confidence="V").local
    assert not a_rule(5, owner="citizens_right", confidence="V").local


def test_a_rule_knows_the_days_on_which_it_is_in_force(rules: Rules) -> None:
    assert not rules["petition.handle"].in_force(date(2022, 4, 30))
    assert rules["petition.handle"].in_force(date(2022, 5, 1))


def packs(folder: Path, *texts: str) -> Path:
    for number, text in enumerate(texts):
        (folder / f"pack{number}.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_pack_of_a_county_is_read(tmp_path: Path) -> None:
    rule = read_packs(packs(tmp_path, PACK + RULE + 'roll = "none"\nexcludes = ["hearing"]\n'))["a.b"]

    assert (rule.pack, rule.excludes, rule.local) == ("pack0@1", ("hearing",), False)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(PACK + RULE.replace("working_day", "fortnight"), "fortnight", id="unknown unit"),
        pytest.param(PACK + RULE + "colour = 1\n", "colour", id="unknown field"),
        pytest.param(PACK + RULE.replace('title_zh = "期"\n', ""), "title_zh", id="no Chinese title"),
        pytest.param(PACK + RULE.replace("quantity = 5", 'quantity = "5"'), "expected int", id="a number in quotes"),
        pytest.param(PACK + RULE + 'excludes = "hearing"\n', "excludes", id="a text where a list is needed"),
        pytest.param(PACK + RULE.replace("quantity = 5", "quantity = 0"), "1 or more", id="no quantity"),
        pytest.param(PACK + RULE + 'roll = "next_working_day"\n', "nothing to roll", id="rolling working days"),
        pytest.param(PACK + RULE + 'extends = "c.d"\n', "which no pack has", id="extends nothing"),
        pytest.param(PACK + RULE + RULE, "there 2 times", id="twice"),
        pytest.param(PACK.replace('"L"', '""') + RULE, "names no law", id="the law's word without a law"),
    ],
)
def test_a_wrong_pack_stops_the_start_and_says_what_to_change(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(StartError, match=complaint):
        read_packs(packs(tmp_path, text))


def test_two_extensions_of_one_rule_stop_the_start(tmp_path: Path) -> None:
    second, third = (RULE.replace("a.b", name) + 'extends = "a.b"\n' for name in ("a.c", "a.d"))

    with pytest.raises(StartError, match="2 extensions"):
        read_packs(packs(tmp_path, PACK + RULE + second + third))


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    wrong = RULE.replace("working_day", "fortnight")
    with pytest.raises(StartError) as stopped:
        read_packs(packs(tmp_path, PACK + wrong, PACK + wrong.replace("a.b", "c.d")))

    assert len(stopped.value.lines) == 2
