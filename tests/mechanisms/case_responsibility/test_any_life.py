"""Any life of a charge: only who has it acts, nobody has it who did not accept, another desk takes the word."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lianxin.loading import load_mechanism
from mechanisms.case_responsibility.rules import IN_CHARGE
from shared.workflow.case import Done, Family
from shared.workflow.declare import Workflow
from shared.workflow.engine import NotYourStep
from shared.workflow.mechanism import Mechanism
from shared.workflow.play import Play
from tests.workflow.makers import START
from tests.workflow.test_walks import PEOPLE, inputs_of

CHARGES = load_mechanism("case_responsibility")
PERSONAL = ("plan", "change the plan", "report", "hand over", "take back", "ask for the word", "ask no more")
ENDS = ("close as carried out", "close as final")
STEPS_IN_A_LIFE, BEFORE_AN_END = 40, 4
FAMILIES = st.sampled_from([Family(False, False), Family(True, False), Family(True, True), Family(False, True)])


def with_step(name: str, **changes: Any) -> Mechanism:
    """Give the mechanism with one step declared otherwise."""
    steps = (replace(one, **changes) if one.name == name else one for one in CHARGES.workflow.steps)
    return replace(CHARGES, workflow=Workflow(CHARGES.workflow.states, tuple(steps)))


def wrong(history: Sequence[Done], families: Sequence[Family]) -> Iterator[str]:
    """Say what may not have happened; `families` are how the matter stood before each step."""
    yield from _whose(history)
    yield from _ended(history, families)
    taken = [done.step for done in history]
    if taken.count("name another") > 1 or taken.count("plan") > 1:
        yield "another leader was named twice, or it was planned twice"
    left = 0
    for done in history:
        left = len(done.inputs["milestones"]) if "milestones" in done.inputs else left - (done.step == "report")
        if left < 0:
            yield "more was reported than planned"


def _whose(history: Sequence[Done]) -> Iterator[str]:
    holder, offered_by = "", ""
    for done in history:
        if (
            done.step in (*PERSONAL, *ENDS, "succeed", "step in") and done.person != holder
        ):  # nobody leaves his post here
            yield f"{done.person} took {done.step}, and {holder} has charge"
        if done.step in ("accept", "decline") and done.person == offered_by:
            yield f"{done.person} answered his own offer"
        if done.step in ("content", "not content") and done.person == holder:
            yield f"{done.person} asked the petitioner about his own work"
        holder = done.person if done.step in IN_CHARGE else holder
        offered_by = done.person if done.step == "hand over" else offered_by


def _ended(history: Sequence[Done], families: Sequence[Family]) -> Iterator[str]:
    for done, family in zip(history, families, strict=True):
        if done.step == "close as carried out" and not family.carried_out:
            yield "closed as carried out, and nothing was"
        if done.step == "close as final" and not family.final:
            yield "closed as final, and it was not"


def lives(mechanism: Mechanism, examples: int = 40) -> None:
    """Live through many lives of a charge, and look at each."""

    @settings(max_examples=examples, phases=[Phase.generate])
    @given(data=st.data())
    def live(data: st.DataObject) -> None:
        game, families = Play(mechanism, START), []
        for _ in range(STEPS_IN_A_LIFE):
            family = data.draw(FAMILIES)
            game.case = replace(game.case, family=family)
            offers = [one for one in game.offers() if one[0].to != "closed" or len(families) > BEFORE_AN_END]
            if not offers:
                break
            step, role = data.draw(st.sampled_from(offers))
            try:
                game.take(step.name, role, data.draw(inputs_of(step)), data.draw(PEOPLE))
            except NotYourStep:
                continue
            families.append(family)
            game.advance(timedelta(days=data.draw(st.integers(0, 2))))
        assert list(wrong(game.case.history, families)) == []

    live()


@pytest.mark.slow
def test_any_life_keeps_its_order():
    lives(CHARGES, examples=100)


@pytest.mark.parametrize(
    "planted",
    [
        with_step("report", only_by=()),
        with_step("ask no more", only_by=()),
        with_step("accept", not_by=()),
        with_step("content", not_by=()),
        with_step("succeed", guard=None),
        with_step("step in", guard=None),
        with_step("report", guard=None),
        with_step("close as carried out", guard=None),
        with_step("close as final", guard=None),
        with_step("name another", guard=None),
        with_step("plan", guard=None),
    ],
    ids=lambda planted: next(
        f"{step.name}, other than it is"
        for step, own in zip(planted.workflow.steps, CHARGES.workflow.steps, strict=True)
        if step != own
    ),
)
@pytest.mark.slow
def test_what_is_planted_is_found(planted):
    with pytest.raises(AssertionError):
        lives(planted, examples=4_000)
