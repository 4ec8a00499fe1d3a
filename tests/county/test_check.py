"""What a county file may not say: every error at once, each with its key and what mends it."""

from datetime import date

import pytest

from shared.county.file import read_county
from shared.errors import StartError
from tests.routing.makers import COUNTY, a_county, edges, named, office

pytestmark = pytest.mark.quick


def errors(**changes):
    with pytest.raises(StartError) as stopped:
        a_county(**changes)
    return list(stopped.value.lines)


def more(key, *items):
    return {key: [*COUNTY[key], *items]}


def ladder(**rung):
    return {"ladder": [{**named("a"), "basis": "39", **rung}]}


TIE = "routes[0] and routes[2] tie: */water-supply/*/water and */water-supply/*/roads fit the same cases; "


@pytest.mark.parametrize(
    ("route", "says"),
    [
        pytest.param({"category": "water-supply", "unit": "roads"}, TIE, id="two units for one category"),
        pytest.param(
            {"category": "water-supply", "level": "county"}, "routes[0] and routes[2] tie", id="one level twice"
        ),
        pytest.param(
            {"category": "nope", "unit": "roads"}, "routes[2].category: nope is not in", id="unknown category"
        ),
        pytest.param(
            {"place": "nope", "unit": "roads"}, "routes[2].place: nope is not in this file", id="unknown place"
        ),
        pytest.param({"unit": "nope"}, "routes[2].unit: nope is not in this file", id="unknown unit"),
        pytest.param({"unit": "roads", "co_handlers": ["no"]}, "routes[2].co_handlers: no is not in", id="co-handler"),
        pytest.param({"category": "street"}, "routes[2]: give either unit or level", id="nobody named"),
        pytest.param({"unit": "roads", "level": "county"}, "routes[2]: give either unit or level", id="named twice"),
    ],
)
def test_a_route_that_cannot_be_right_is_named(route, says):
    (line,) = errors(**more("routes", route))
    assert line.startswith(says)


@pytest.mark.parametrize(
    "asks",
    [
        {"urgent": True},
        {"urgent": False},
        {"conflict": "conduct"},
        {"mechanism": "petitions"},
        {"place": "qh-t"},
        {"level": "village", "unit": None},
    ],
    ids=str,
)
def test_a_route_that_asks_for_more_ties_with_none(asks):
    route = {"category": "water-supply", "unit": "roads", **asks}
    county = a_county(**more("routes", {key: value for key, value in route.items() if value is not None}))
    assert county.routes[-1].names == (asks.get("level") or "roads")


DAY, BEFORE = date(2026, 1, 1), date(2025, 1, 1)


@pytest.mark.parametrize(
    ("edge", "says"),
    [
        pytest.param(
            edges("government", "water", "government"),
            "edges (government): government -> water -> government goes round in a circle; take one away",
            id="two units above each other",
        ),
        pytest.param(edges("sector", "water", "water"), "edges (sector): water -> water goes", id="above itself"),
        pytest.param(
            edges("sector", "roads", "town", since=DAY, until=BEFORE),
            "edges[11] (town under roads): it ends on 2025-01-01, before it begins on 2026-01-01",
            id="it ends before it begins",
        ),
        pytest.param(edges("sector", "no", "town"), "edges[11].upper: no is not in this file", id="unknown unit"),
    ],
)
def test_an_edge_that_cannot_be_right_is_named(edge, says):
    lines = errors(**more("edges", *edge))
    assert [line for line in lines if line.startswith(says)], lines


def test_an_edge_that_is_turned_round_by_a_reform_is_no_circle():
    turned = [
        *edges("sector", "roads", "water", until=DAY),
        *edges("sector", "water", "roads", since=DAY),
        *edges("cadre_authority", "government", "discipline", until=BEFORE),
    ]
    kept = [one for one in COUNTY["edges"] if one["upper"] != "discipline"]
    assert a_county(edges=[*kept, *turned]).above("roads", "sector", DAY) == "water"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param(
            {"places": [named("qh", level="county", parent="qh-t"), *COUNTY["places"][1:]]},
            "places: qh -> qh-t -> qh goes round",
            id="places inside each other",
        ),
        pytest.param(
            more(
                "posts",
                named("a", unit="water", roles=[], superior="b"),
                named("b", unit="water", roles=[], superior="a"),
            ),
            "posts: a -> b -> a goes round",
            id="superiors of each other",
        ),
        pytest.param(
            more("units", office("a", successor="b"), office("b", successor="a")),
            "units (successor): a -> b -> a goes round",
            id="successors of each other",
        ),
        pytest.param(
            more("units", office("a", successor="no")), "units.a.successor: no is not", id="unknown successor"
        ),
        pytest.param(
            more("posts", named("water", unit="water", roles=[])), "posts: water is a unit's code", id="one code"
        ),
        pytest.param(more("units", office("a", since=DAY, until=DAY)), "units.a: it ends on", id="ended when it began"),
        pytest.param(
            more("units", office("a", since="1.1.2026")),
            "county.units[7].since: a day without quotes is needed",
            id="no day",
        ),
        pytest.param(ladder(left=25, late=0), "ladder.a: give either left", id="two moments"),
        pytest.param(ladder(late=0, paused=15), "ladder.a: give either left", id="late and paused"),
        pytest.param(ladder(paused=0), "ladder.a: left lies between 1 and 99", id="paused for no day"),
        pytest.param(
            ladder(late=3, tells="resident"), "ladder.a.tells: a resident is told", id="a resident told of lateness"
        ),
        pytest.param(ladder(left=100), "ladder.a: left lies between 1 and 99", id="all is left"),
        pytest.param(ladder(late=0, basis=" "), "ladder.a.basis: say by which article", id="a rung without a basis"),
        pytest.param(ladder(late=0, roles=[]), "ladder.a.roles: name at least one", id="nobody is told"),
        pytest.param(ladder(late=0, opens="no.such"), "ladder.a.opens: no is not among", id="opens nothing here"),
        pytest.param(
            {"ladder": [*ladder(late=3)["ladder"], {**ladder(late=0)["ladder"][0], "code": "b"}]},
            "ladder.b: comes before a",
            id="rungs out of order",
        ),
        pytest.param(
            {"external": {"name_zh": "省里"}}, "county.external.name_en: is missing", id="half a body outside"
        ),
    ],
)
def test_other_things_that_cannot_be_right_are_named(changes, says):
    lines = errors(**changes)
    assert [line for line in lines if line.startswith(says)], lines


def test_every_error_is_named_at_once():
    assert len(errors(fallback="no", **more("edges", *edges("sector", "no", "nope")))) == 3


def test_the_county_of_the_tests_is_right():
    assert read_county(COUNTY).routes


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [
        pytest.param({}, {}, True, id="both always"),
        pytest.param({"until": date(2027, 1, 1)}, {"since": date(2026, 12, 31)}, True, id="both on one day"),
        pytest.param({"until": date(2027, 1, 1)}, {"since": date(2027, 1, 1)}, False, id="one after the other"),
    ],
)
def test_a_unit_has_one_above_it_by_each_edge(first, second, wrong):
    left = [one for one in COUNTY["edges"] if (one["kind"], one["lower"]) != ("government", "water")]
    two = [*edges("government", "government", "water", **first), *edges("government", "roads", "water", **second)]
    if not wrong:
        a_county(edges=[*left, *two])
        return
    (line,) = errors(edges=[*left, *two])
    assert line == "edges (government): water stands under government and roads at once; end one, or take it away"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"stream_days": 0, "subscribers": ["portal"]}, "set stream_days", id="nothing to read"),
        pytest.param({"subscribers": ["Portal 1"]}, "subscribers: 'Portal 1' can't be a user's name", id="no name"),
        pytest.param({"subscribers": ["portal", "portal"]}, "subscribers: portal is there 2 times", id="twice"),
    ],
)
def test_a_subscriber_that_could_read_nothing_is_named(changes, says):
    (line,) = errors(**{"stream_days": 30, **changes})
    assert says in line
