"""After a review sent it back: what counts as another answer (LAW G: not the same result on the same facts)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mechanisms.petitions.review import not_the_same_again
from shared.workflow.case import Done
from tests.workflow.makers import START, a_case

pytestmark = pytest.mark.quick

FIRST = {"outcome": "not_supported", "facts": "已核实，管道于2024年更换。"}
OTHER = "另行勘验：管道未更换。"
NEW = "勘验发现管道未更换。"


def again(*drafts, first=FIRST):
    """Give a petition that was drafted, sent back by a review, and drafted anew."""
    taken = [("draft", first), ("redo", {}), *(("draft", said) for said in drafts)]
    history = tuple(
        Done(step, "officer", "li", START + timedelta(days=day), "", said) for day, (step, said) in enumerate(taken)
    )
    return a_case("drafted", history=history, done={one.step: one for one in history})


@pytest.mark.parametrize(
    "facts",
    ["已核实，管道于2024年更换", "已核实 管道于２０２４年更换！！", "已核实，\n管道于2024年更换。。"],
    ids=["a full stop less", "another width, other marks", "a line more"],
)
def test_marks_and_blanks_are_no_other_facts_whatever_is_called_new(facts):
    assert not not_the_same_again(again({**FIRST, "facts": facts, "new": NEW}))


@pytest.mark.parametrize(
    ("said", "passes"),
    [
        ({"facts": OTHER}, False),
        ({"facts": OTHER, "new": "。 —"}, False),
        ({"facts": OTHER, "new": NEW}, True),
        ({"facts": FIRST["facts"], "new": NEW}, False),
        ({"outcome": "supported"}, True),
    ],
    ids=["nothing said to be new", "marks alone", "other facts and what is new", "the same facts", "another outcome"],
)
def test_the_same_outcome_needs_other_facts_and_what_is_new(said, passes):
    assert not_the_same_again(again({**FIRST, **said})) is passes


def test_the_last_draft_counts_and_what_was_new_once_is_not_new_twice():
    said = {**FIRST, "facts": OTHER, "new": NEW}
    assert not_the_same_again(again(FIRST, said))
    assert not not_the_same_again(again(said, FIRST))
    assert not not_the_same_again(again({**said, "facts": "第三次勘验。"}, first=said))
    assert not_the_same_again(a_case("drafted"))


def test_an_answer_of_an_earlier_round_does_not_come_back_though_another_lies_between():
    between = {**FIRST, "facts": OTHER, "new": NEW}
    rounds = again(between)
    sent_back = Done("redo", "platform", "platform", START + timedelta(days=9))
    history = (*rounds.history, sent_back, replace(sent_back, step="draft", inputs={**FIRST, "new": "现有新说法。"}))
    assert not not_the_same_again(replace(rounds, history=history))
    assert not_the_same_again(
        replace(rounds, history=(*history[:-1], replace(history[-1], inputs={**FIRST, "facts": "三", "new": "四"})))
    )


def test_the_facts_of_before_are_not_what_is_new():
    assert not not_the_same_again(again({**FIRST, "facts": OTHER, "new": FIRST["facts"]}))
