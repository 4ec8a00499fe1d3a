"""Who acts in a simulation can fill in every form there is, and a plan is the same every time."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world import full_county

from lianxin.loading import found_mechanisms, load_mechanism
from lianxin.simulate import plan
from lianxin.simulate.forms import fill
from lianxin.simulate.plan import START, draw
from lianxin.simulate.ways import eagerness

pytestmark = pytest.mark.quick

MECHANISMS = {name: load_mechanism(name) for name in sorted(found_mechanisms())}
STEPS = [step for one in MECHANISMS.values() for step in one.workflow.steps]


@given(st.sampled_from(STEPS), st.integers(0, 10_000))
def test_every_form_is_filled_in_so_that_its_own_schema_takes_it(step, seed):
    offered = {name: ["county-head", "county-officer"] for name in (step.asks.asked() if step.asks else ())}
    units = ["housing-bureau", "water-bureau"]
    given_ = fill(step.asks, random.Random(seed), date(2026, 11, 2), units, offered)  # noqa: S311 - a game
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
    assert {weather.what for weather in one.weather} > {"outage", "broker", "restart", "kill", "away", "late notice"}


@pytest.mark.parametrize("days", [28, 60, 120])
def test_every_short_run_meets_days_off_that_are_announced_when_their_year_has_begun(days):
    county = full_county()
    for seed in range(1, 30):
        weather = draw(county, MECHANISMS, seed, days=days, cases=1).weather
        assert min(one.at for one in weather if one.what == "late notice") < START + timedelta(days=27)


def test_a_years_days_off_are_announced_in_time_by_some_seeds_and_late_by_others():
    county = full_county()
    came = [draw(county, MECHANISMS, seed, days=400, cases=1).weather for seed in range(1, 20)]
    named = [[one.what for one in weather if one.detail == "2027" and "notice" in one.what] for weather in came]
    assert {what for (what,) in named} == {"notice", "late notice"}


def test_notices_change_nothing_of_what_else_is_drawn(monkeypatch):
    county = full_county()
    monkeypatch.setattr(plan, "LATE_NOTICES", 40)
    many = draw(county, MECHANISMS, 1, days=60, cases=20)
    monkeypatch.setattr(plan, "LATE_NOTICES", 0)
    few = draw(county, MECHANISMS, 1, days=60, cases=20)
    assert len(many.weather) > len(few.weather)
    assert (many.submissions, many.chance.random()) == (few.submissions, few.chance.random())
