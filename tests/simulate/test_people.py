"""Who acts in a simulation can fill in every form there is, and a plan is the same every time."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world import full_county

from lianxin.loading import found_mechanisms, load_mechanism
from lianxin.simulate.forms import fill
from lianxin.simulate.plan import draw
from lianxin.simulate.ways import eagerness

pytestmark = pytest.mark.quick

MECHANISMS = {name: load_mechanism(name) for name in sorted(found_mechanisms())}
STEPS = [step for one in MECHANISMS.values() for step in one.workflow.steps]


@given(st.sampled_from(STEPS), st.integers(0, 10_000))
def test_every_form_is_filled_in_so_that_its_own_schema_takes_it(step, seed):
    units, posts = ["water-bureau"], ["county-head", "county-officer"]
    given_ = fill(step.asks, random.Random(seed), date(2026, 11, 2), units, posts)  # noqa: S311 - a game
    assert step.asks is None or step.asks.made().validate(given_) == {}


@given(st.sampled_from(sorted(MECHANISMS)), st.data())
def test_from_every_state_somebody_wants_something(name, data):
    workflow = MECHANISMS[name].workflow
    state = data.draw(st.sampled_from(list(workflow.states)))
    assert all(eagerness(workflow, step, state, refused=False) > 0 for step in workflow.from_state(state))


def test_a_seed_draws_one_plan_and_another_seed_another():
    county = full_county()
    one, same, other = (draw(county, MECHANISMS, seed, days=365, cases=50) for seed in (1, 1, 2))
    assert (one.submissions, one.weather) == (same.submissions, same.weather)
    assert one.submissions != other.submissions
    assert {weather.what for weather in one.weather} > {"outage", "broker", "restart", "kill", "away", "notice"}
