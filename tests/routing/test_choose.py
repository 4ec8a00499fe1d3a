"""Which unit is responsible, row by row with its human reading; and the explanation that is kept."""

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from services.routing import competence
from services.routing.app import service
from services.routing.competence.matter import Choice, NoEligibleUnit
from tests.routing.makers import COUNTY, TODAY, a_county, chosen, edges, named, office, posts

pytestmark = pytest.mark.quick


def routes(*more, **changes):
    return a_county(routes=[*COUNTY["routes"], *more], **changes)


def water(**asked):
    return {"category": "water-supply", **asked}


@pytest.mark.parametrize(
    ("more", "asked", "unit"),
    [
        pytest.param([], {}, "water", id="the category's bureau"),
        pytest.param([], {"category": None}, "petitions", id="no route fits: the fallback, never nobody"),
        pytest.param([], {"unit": "roads"}, "roads", id="opened for a unit: that one"),
        pytest.param([], {"addressed_to": "town"}, "town", id="addressed by the resident: that one"),
        pytest.param([water(place="qh-t", unit="town")], {}, "town", id="a nearer place goes before the whole county"),
        pytest.param(
            [water(place="qh-t", unit="town"), water(place="qh-t-v", unit="committee")],
            {},
            "committee",
            id="the nearest place of all",
        ),
        pytest.param([water(place="qh-t", unit="town")], {"place": "qh"}, "water", id="another place: not there"),
        pytest.param(
            [{"place": "qh-t-v", "unit": "committee"}], {}, "water", id="a category goes before the nearest place"
        ),
        pytest.param(
            [{"mechanism": "petitions", "unit": "petitions"}], {}, "petitions", id="a mechanism goes before a category"
        ),
        pytest.param([{"mechanism": "hotline", "unit": "petitions"}], {}, "water", id="another mechanism: not it"),
        pytest.param(
            [{"urgent": True, "unit": "government"}, {"mechanism": "petitions", "unit": "petitions"}],
            {"urgent": True},
            "government",
            id="urgency goes before the mechanism",
        ),
        pytest.param([{"urgent": True, "unit": "government"}], {}, "water", id="not urgent: the ordinary way"),
        pytest.param([{"urgent": False, "unit": "government"}], {}, "government", id="a route for what can wait"),
        pytest.param(
            [{"conflict": "conduct", "unit": "government"}, {"urgent": True, "unit": "petitions"}],
            {"urgent": True, "conflict": "conduct"},
            "government",
            id="the class of conflict goes before everything",
        ),
        pytest.param([water(level="village")], {}, "committee", id="the lowest level that is competent"),
        pytest.param([water(level="village")], {"place": "qh-t"}, "water", id="no village here: the next route"),
    ],
)
def test_the_most_specific_route_wins(more, asked, unit):
    assert chosen(routes(*more), **asked).unit == unit


def test_the_lowest_of_several_competent_levels_that_exists_here_takes_it():
    county = routes(water(level="township"), water(level="village"))
    assert [chosen(county, place=place).unit for place in ("qh-t-v", "qh-t", "qh")] == ["committee", "town", "water"]


def test_units_that_work_with_it_are_named_and_the_first_leads():
    county = routes({"mechanism": "petitions", "unit": "water", "co_handlers": ["roads", "town", "water"]})
    choice = chosen(county)
    assert (choice.unit, choice.co_handlers) == ("water", ("roads", "town"))


def test_a_unit_that_a_report_is_about_does_not_work_with_it_either():
    county = routes({"conflict": "report", "unit": "discipline", "co_handlers": ["roads", "town"]})
    assert chosen(county, conflict="report", about_units=("town",)).co_handlers == ("roads",)


@pytest.mark.parametrize(
    ("until", "successor", "unit"),
    [
        pytest.param(date(2026, 11, 3), "roads", "water", id="it ends tomorrow: still the unit itself"),
        pytest.param(date(2026, 11, 2), "roads", "roads", id="it ended today: the successor"),
        pytest.param(date(2020, 1, 1), None, "petitions", id="abolished without a successor: the one above"),
    ],
)
def test_a_merged_or_abolished_unit_is_followed_by_its_successor(until, successor, unit):
    ended = office("water", until=until, **({"successor": successor} if successor else {}))
    units = [ended if one["code"] == "water" else one for one in COUNTY["units"]]
    government = [one for one in COUNTY["edges"] if one["lower"] != "water"]
    assert chosen(a_county(units=units, edges=government)).unit == unit


def test_a_successor_that_ended_too_is_followed_further():
    ended = {"water": "roads", "roads": "town"}
    units = [
        {**one, "until": TODAY, "successor": ended[one["code"]]} if one["code"] in ended else one
        for one in COUNTY["units"]
    ]
    choice = chosen(a_county(units=units))
    assert choice.unit == "town"
    assert [line.text for line in choice.explanation][-1].endswith("its successor takes its cases.")


@pytest.mark.parametrize(
    ("since", "until", "unit"),
    [
        pytest.param(None, None, "government", id="an edge without days always holds"),
        pytest.param(None, TODAY, "petitions", id="it ended today: nobody above, so the fallback"),
        pytest.param(date(2026, 11, 3), None, "petitions", id="it begins tomorrow"),
        pytest.param(TODAY, date(2026, 11, 3), "government", id="it holds today only"),
    ],
)
def test_an_edge_is_climbed_on_the_days_on_which_it_holds(since, until, unit):
    days = {name: day for name, day in (("since", since), ("until", until)) if day}
    kept = [one for one in COUNTY["edges"] if one["lower"] != "water"]
    county = a_county(edges=[*kept, *edges("government", "government", "water", **days)])
    assert chosen(county, conflict="conduct", about_posts=("water-officer",)).unit == unit


@pytest.mark.parametrize(
    ("away", "stand_ins"),
    [
        pytest.param((), (), id="everybody is there"),
        pytest.param(("water-reader",), ("government-reader",), id="the reader is away: the one above reads"),
        pytest.param(("water-officer",), ("government-officer",), id="so with the officer: the unit still answers"),
        pytest.param(("water-head", "government-head"), (), id="nobody above either: the unit waits for its own head"),
    ],
)
def test_who_is_away_is_filled_in_for_from_above(away, stand_ins):
    choice = chosen(people={"away": frozenset(away)})
    assert (choice.unit, choice.posts) == ("water", stand_ins)


NO_WATER = [one for one in COUNTY["posts"] if one["unit"] != "water"]


@pytest.mark.parametrize(
    ("listed", "more", "unit"),
    [
        pytest.param(posts("water"), {}, "water", id="an officer is there"),
        pytest.param(posts("water", "reader", "head"), {}, "government", id="nobody there bears the first role"),
        pytest.param([], {}, "water", id="the file lists nobody there: somebody will come"),
        pytest.param([], {"in_person": True}, "government", id="nobody is listed who takes it in person"),
    ],
)
def test_somebody_there_has_to_be_able_to_begin(listed, more, unit):
    assert chosen(a_county(posts=[*NO_WATER, *listed]), **more).unit == unit


def test_a_unit_and_all_above_without_anybody_is_passed_over():
    away = frozenset({"water-officer", "government-officer"})
    assert chosen(people={"away": away}).unit == "petitions"


def test_a_second_post_of_the_role_is_the_next_eligible_one():
    deputy = named("water-deputy", unit="water", roles=["officer"])
    choice = chosen(a_county(posts=[*COUNTY["posts"], deputy]), people={"away": frozenset({"water-officer"})})
    assert (choice.unit, choice.posts) == ("water", ())


def test_the_explanation_names_what_fitted_what_won_and_who_was_passed_over():
    county = routes(water(place="qh-t", unit="town"))
    choice = chosen(county, conflict="conduct", about_posts=("town-officer",))
    assert [(line.text.split(" ", 2)[1], line.unit or line.route) for line in choice.explanation] == [
        ("route", "town"),
        ("route", "water"),
        ("route", "*/water-supply/qh-t/town"),
        ("is", "town"),
    ]
    assert (choice.unit, choice.rule) == ("government", "conflict")


def test_nobody_is_left_and_the_county_names_no_body_outside():
    with pytest.raises(NoEligibleUnit):
        chosen(replace(a_county(), external=None), conflict="report", about_units=("discipline",))


def said(choice: Choice) -> set[str]:
    return {*choice.because, *(line.text for line in choice.explanation)}


def written() -> set[str]:
    """Give every sentence that stands in the code of the decision, beside docstrings and refusals."""
    found = set()
    for path in Path(competence.__file__).parent.glob("[ce]*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        parts = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
        found |= texts - {ast.get_docstring(node, clean=False) for node in parts}
    return {text for text in found if text.endswith(".")}


def test_every_sentence_of_an_explanation_has_chinese():
    with (service.folder / "locale" / "zh" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        known = {str(one.id) for one in read_po(source, locale="zh") if one.string}
    assert said(chosen()) < written()
    assert written() - known == set()
