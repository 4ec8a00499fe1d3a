"""A route that no case can go by is named, with the routes that stand before it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.competence.fitting import fitting
from services.routing.competence.matter import Matter
from services.routing.competence.shadow import shadowed
from tests.routing.makers import a_county

pytestmark = pytest.mark.quick

CLASSES = {"petitions": frozenset({"decision"}), "reports": frozenset({"report", "conduct"})}
WATER = {"category": "water-supply", "unit": "water"}


def found(*routes):
    return {route.name: winners for route, winners in shadowed(a_county(mechanisms=[], routes=list(routes)), CLASSES)}


@pytest.mark.parametrize(
    ("routes", "never"),
    [
        pytest.param([WATER, {"unit": "roads"}], {}, id="a general route takes the rest"),
        pytest.param(
            [{**WATER, "urgent": True}, {**WATER, "urgent": False, "unit": "roads"}, WATER],
            {"*/water-supply/*/water": ("not-urgent/*/water-supply/*/roads", "urgent/*/water-supply/*/water")},
            id="two that share out all its cases",
        ),
        pytest.param(
            [
                {"mechanism": "petitions", "unit": "water"},
                {"mechanism": "petitions", "conflict": "decision", "unit": "roads"},
            ],
            {"petitions/*/*/water": ("decision/petitions/*/*/roads",)},
            id="one that asks for the only class its cases have",
        ),
        pytest.param(
            [{"category": "street", "unit": "committee"}, {"category": "street", "level": "township"}],
            {"*/street/*/township": ("*/street/*/committee",)},
            id="one as specific that names a lower level",
        ),
        pytest.param([{"mechanism": "gone", "unit": "water"}], {"gone/*/*/water": ()}, id="nothing is taken in for it"),
        pytest.param([{"level": "county"}, WATER], {"*/*/*/county": ()}, id="no unit of that level has a place"),
    ],
)
def test_a_route_that_nobody_goes_by_is_named_with_what_stands_before_it(routes, never):
    assert found(*routes) == never


ROUTES = st.lists(
    st.fixed_dictionaries(
        {"unit": st.sampled_from(["water", "roads", "town", "committee"])},
        optional={
            "category": st.sampled_from(["water-supply", "street"]),
            "place": st.sampled_from(["qh", "qh-t", "qh-t-v"]),
            "mechanism": st.sampled_from(["petitions", "reports"]),
            "urgent": st.booleans(),
            "conflict": st.sampled_from(["decision", "report", "conduct"]),
        },
    ),
    max_size=6,
    unique_by=lambda one: tuple(one.get(key) for key in ("category", "place", "mechanism", "urgent", "conflict")),
)
CASES = st.builds(
    lambda pair, category, place, urgent: Matter(pair[0], category, place, conflict=pair[1], urgent=urgent),
    st.sampled_from([(name, one) for name, classes in CLASSES.items() for one in sorted(classes)]),
    st.sampled_from(["water-supply", "street", "neighbours", None]),
    st.sampled_from(["qh", "qh-t", "qh-t-v", None]),
    st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(routes=ROUTES, cases=st.lists(CASES, min_size=20, max_size=20))
def test_no_case_goes_by_a_route_that_is_said_to_be_shadowed(routes, cases):
    county = a_county(mechanisms=[], routes=routes)
    never = {route.name for route, _ in shadowed(county, CLASSES)}
    for matter in cases:
        first = next(fitting(matter, county), None)
        assert first is None or first[0].name not in never
