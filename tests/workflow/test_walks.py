"""Thousands of lives of a case, each step chosen at random among those that are offered."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.loading import found_mechanisms, load_mechanism
from lianxin.simulate.forms import must_be_said
from shared.workflow.declare import Step
from shared.workflow.engine import NotMet, NotOffered, NotYourStep
from shared.workflow.entries import Entries
from shared.workflow.guide import Guide, Guided
from shared.workflow.paths import leads_to
from shared.workflow.play import Play
from shared.workflow.posts import Posts
from shared.workflow.schedule import Schedule
from shared.workflow.schema import Choice, Day, Flag, Number
from shared.workflow.units import Units
from tests.workflow.makers import START, anything_fits

STEPS_IN_A_LIFE = 25
MECHANISMS = [anything_fits(load_mechanism(name)) for name in sorted(found_mechanisms())]
TEXTS = st.sampled_from(["好", "已到现场查看。", "𠮷 🙂", "Looked at, twice."])
NAMES = st.just(["county-head", "county-officer"])
PEOPLE = st.sampled_from(["li", "wang", "zhao", "qian", "sun"])


def answers_to(field: Any) -> st.SearchStrategy[Any]:
    """Give what a person may enter into a field."""
    if isinstance(field, Choice):
        return st.sampled_from(list(field.options))
    if isinstance(field, Day):
        return st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(date.isoformat)
    if isinstance(field, Number):
        return st.integers(0, 10)
    if isinstance(field, Guided):
        return st.just(answered(field.guide))
    if isinstance(field, Schedule):
        entry = st.fixed_dictionaries(
            {"on": st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(date.isoformat), "what": TEXTS}
        )
        return st.lists(entry, min_size=1, max_size=3, unique_by=lambda one: one["on"])
    return st.booleans() if isinstance(field, Flag) else NAMES if isinstance(field, Posts | Entries | Units) else TEXTS


def answered(guide: Guide) -> dict[str, str]:
    """Answer every question of a guide by its first answer."""
    walk = guide.walk({})
    while walk.question is not None:
        walk = guide.walk({**walk.answers, walk.question: next(iter(guide.questions[walk.question].ways))})
    return dict(walk.answers)


def inputs_of(step: Step) -> st.SearchStrategy[dict[str, Any]]:
    """Give what a person may enter into a step's form; what is not required may be left out."""
    fields = step.asks.asked() if step.asks else {}
    reasons = {field.why for field in fields.values() if isinstance(field, Guided)}
    needed = {name for name, field in fields.items() if must_be_said(field) or name in reasons}
    return st.fixed_dictionaries(
        {name: answers_to(field) for name, field in fields.items() if name in needed},
        optional={name: answers_to(field) for name, field in fields.items() if name not in needed},
    )


def a_life(data: st.DataObject, game: Play) -> Any:
    """Live, and yield (the state before, the step) after each step that somebody could take."""
    for _ in range(STEPS_IN_A_LIFE):
        offers = game.offers()
        if not offers:
            return
        step, role = data.draw(st.sampled_from(offers))
        before = game.case.state
        try:
            game.take(step.name, role, data.draw(inputs_of(step)), data.draw(PEOPLE))
        except NotYourStep:
            continue  # four eyes: another person takes it in another round
        yield before, step
        game.advance(timedelta(days=data.draw(st.integers(0, 9))))


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda mechanism: mechanism.name)
@given(data=st.data())
def test_a_life_keeps_to_the_declared_states_and_always_offers_a_way_on(mechanism, data):
    workflow = mechanism.workflow
    game = Play(mechanism, START)
    for before, step in a_life(data, game):
        assert game.case.state in workflow.states
        waits = step.name in game.case.progress  # for the word of others
        assert game.case.state in ((before,) if waits else leads_to(workflow, step, before))
        assert game.phase == "closed" or game.offers()


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda mechanism: mechanism.name)
@given(data=st.data())
def test_a_closed_case_has_an_outcome_and_owes_nothing_more(mechanism, data):
    game = Play(mechanism, START)
    owed = {term.rule for term in mechanism.promises}
    owed |= {term.rule for step in mechanism.workflow.steps for term in step.terms if not term.lapses}
    for _ in a_life(data, game):
        if game.phase == "closed":
            assert game.case.outcome
            assert not owed & set(game.case.running)


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda mechanism: mechanism.name)
@given(data=st.data())
def test_what_is_not_offered_is_refused_and_moves_nothing(mechanism, data):
    game = Play(mechanism, START)
    for _ in a_life(data, game):
        open_now = {(step.name, role) for step, role in game.offers()}
        step = data.draw(st.sampled_from(mechanism.workflow.steps))
        role = data.draw(st.sampled_from(("officer", "reader", "head", "callback", *mechanism.resident_roles)))
        if (step.name, role) in open_now:
            continue
        before = game.case
        with pytest.raises((NotOffered, NotYourStep, NotMet)):
            game.take(step.name, role, data.draw(inputs_of(step)), "a stranger")
        assert game.case == before
