"""Any life of a directive keeps its order: one prepares and another signs, and each measure comes once, in its turn."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lianxin.loading import load_mechanism
from mechanisms.directives.rules import MEASURES, may_be_closed_by_its_date
from shared.workflow.case import Done
from shared.workflow.declare import Workflow
from shared.workflow.ending import INSPECTED, the_end_is_over
from shared.workflow.engine import NotYourStep
from shared.workflow.mechanism import Mechanism
from shared.workflow.play import Play
from tests.workflow.makers import START, a_case, anything_fits
from tests.workflow.test_walks import PEOPLE, inputs_of

DIRECTIVES = anything_fits(load_mechanism("directives"))  # the story tells which unit fits
STEPS_IN_A_LIFE = 40
CLOSING = ("lift", "be satisfied", "end", "close")


def with_step(mechanism: Mechanism, name: str, **changes: Any) -> Mechanism:
    """Give a mechanism with one step declared otherwise."""
    steps = (replace(one, **changes) if one.name == name else one for one in mechanism.workflow.steps)
    return replace(mechanism, workflow=Workflow(mechanism.workflow.states, tuple(steps)))


def wrong(history: Sequence[Done]) -> Iterator[str]:
    """Say what may not have happened."""
    taken = [done.step for done in history if done.step in MEASURES]
    if taken != list(MEASURES[: len(taken)]):
        yield f"measures came as {taken}"
    prepared = ""
    for done in history:
        prepared = done.person if done.step == "prepare" else prepared
        if done.step == "issue" and done.person == prepared:
            yield f"{done.person} prepared it and signed it"
    names = [done.step for done in history]
    if names.count("object") > 1:
        yield "it was objected to twice"
    if names.count("prolong") > 1:
        yield "it was prolonged twice"
    out = names.count("inspect") > names.count("report of the team")
    if out and names[-1] in CLOSING:
        yield f"{names[-1]} though a team was out"


def lives(mechanism: Mechanism, examples: int = 30) -> None:
    """Live through many lives of a directive, and look at each; none ends before a team was sent, if it can go on."""

    @settings(max_examples=examples, phases=[Phase.generate])
    @given(data=st.data())
    def live(data: st.DataObject) -> None:
        game = Play(mechanism, START)
        for _ in range(STEPS_IN_A_LIFE):
            going_on = [one for one in game.offers() if one[0].to != "closed" or "inspect" in game.case.done]
            offers = going_on or game.offers()
            if not offers:
                break
            step, role = data.draw(st.sampled_from(offers))
            try:
                game.take(step.name, role, data.draw(inputs_of(step)), data.draw(PEOPLE))
            except NotYourStep:
                continue
            game.advance(timedelta(days=data.draw(st.integers(0, 2))))
        assert list(wrong(game.case.history)) == []

    live()


@pytest.mark.slow
def test_any_life_keeps_its_order():
    lives(DIRECTIVES)


@pytest.mark.parametrize(
    "planted",
    [
        with_step(DIRECTIVES, "circulate", guard=None),
        with_step(DIRECTIVES, "remind", guard=None),
        with_step(DIRECTIVES, "issue", not_by=()),
        with_step(DIRECTIVES, "object", guard=None),
        with_step(DIRECTIVES, "prolong", guard=the_end_is_over),
        with_step(DIRECTIVES, "end", guard=None),
    ],
    ids=[
        "a measure out of turn",
        "a measure twice",
        "the drafter signs",
        "objected to twice",
        "prolonged twice",
        "ended though a team is out",
    ],
)
@pytest.mark.slow
def test_what_is_planted_is_found(planted):
    with pytest.raises(AssertionError):
        lives(planted, examples=60)


@pytest.mark.quick
@pytest.mark.parametrize(("owed", "days", "closes"), [((), 2, True), ((INSPECTED,), 2, False), ((), 0, False)])
def test_it_is_closed_by_its_date_once_that_is_over_and_no_team_is_out(owed, days, closes):
    said = Done("prepare", "officer", "li", START, "raised", {"ends": f"{START:%Y-%m-%d}"})
    given = a_case("issued", history=(said,), owed=owed, now=START + timedelta(days=days))
    assert may_be_closed_by_its_date(given) is closes
