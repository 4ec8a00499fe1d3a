"""Whom a case bars and who handles it, by its class of conflict (LAW F); each row with its human reading."""

import pytest

from shared.county.structure import EXTERNAL
from tests.routing.makers import COUNTY, TODAY, a_county, chosen, edges, named, office

pytestmark = pytest.mark.quick

OFFICER = {"about_posts": ("water-officer",)}
HEAD = {"about_posts": ("water-head",)}
UNIT = {"about_units": ("water",)}
WATER = {"water-officer", "water-reader", "water-head"}
PEOPLE = {
    "holders": {
        "water-officer": frozenset({"li"}),
        "water-head": frozenset({"wang"}),
        "roads-head": frozenset({"zhao"}),
    },
    "kin": {"li": frozenset({"zhao"}), "zhao": frozenset({"li"})},
    "stand_ins": {"li": frozenset({"sun"})},
}


@pytest.mark.parametrize(
    ("conflict", "about", "unit", "posts"),
    [
        pytest.param("none", OFFICER, "water", set(), id="no conflict: nobody is barred"),
        pytest.param("decision", OFFICER, "water", {"water-officer"}, id="decision: the unit answers, who decided not"),
        pytest.param("decision", UNIT, "water", set(), id="decision: of the unit itself: it answers all the same"),
        pytest.param("decision", HEAD, "water", {"water-head"}, id="decision: its signer is barred"),
        pytest.param(
            "conduct", OFFICER, "government", {"water-officer", "water-head"}, id="conduct: he and his direct superior"
        ),
        pytest.param(
            "conduct", HEAD, "water", {"water-head", "government-head"}, id="conduct: another officer is there"
        ),
        pytest.param("conduct", UNIT, "government", WATER, id="conduct: of somebody there: nobody there"),
        pytest.param("conduct", {}, "government", WATER, id="conduct: words alone: nobody whose category it is"),
        pytest.param(
            "conduct", {"category": None}, "petitions", set(), id="conduct: nobody knows of whom: it is sorted"
        ),
        pytest.param(
            "conduct",
            {"category": None, "addressed_to": "town"},
            "government",
            {"town-officer", "town-reader", "town-head"},
            id="conduct: words alone: nobody of the unit that it turns to",
        ),
        pytest.param(
            "conduct",
            {"addressed_to": "petitions"},
            "government",
            {*WATER, "petitions-officer", "petitions-reader", "petitions-head"},
            id="conduct: words alone: neither who it turns to nor whose category it is",
        ),
        pytest.param(
            "conduct",
            {"category": None, "about_units": ("government",)},
            "petitions",
            {"government-officer", "government-reader", "government-head"},
            id="conduct: of somebody at the top: it is sorted",
        ),
        pytest.param(
            "conduct",
            {"category": None, "about_units": ("government", "petitions")},
            EXTERNAL,
            {f"{unit}-{role}" for unit in ("government", "petitions") for role in ("officer", "reader", "head")},
            id="conduct: of somebody at the top or where things are sorted: outside the county",
        ),
        pytest.param(
            "conduct",
            UNIT | OFFICER,
            "government",
            {"water-officer", "water-head"},
            id="conduct: the person is named, the unit says no more",
        ),
        pytest.param("report", UNIT, "discipline", {*WATER, "government-head"}, id="report: the unit and the line"),
        pytest.param("report", OFFICER, "discipline", {*WATER, "government-head"}, id="report: of one is of his unit"),
        pytest.param(
            "report", {}, "discipline", set(), id="report: of nobody by name: not to the unit it may be about"
        ),
        pytest.param(
            "report",
            {"about_units": ("discipline",)},
            EXTERNAL,
            {"discipline-officer", "discipline-reader", "discipline-head"},
            id="report: of those who take reports: outside the county",
        ),
    ],
)
def test_who_handles_it_and_who_is_barred(conflict, about, unit, posts):
    choice = chosen(conflict=conflict, **about)
    assert (choice.unit, choice.bars.posts) == (unit, posts)


@pytest.mark.parametrize(
    ("conflict", "people"),
    [
        pytest.param("none", set(), id="nobody"),
        pytest.param("decision", {"li"}, id="decision: the person alone"),
        pytest.param("conduct", {"li", "wang", "zhao"}, id="conduct: the superior, and declared kin"),
        pytest.param("report", {"li", "wang", "zhao", "sun"}, id="report: also who stands in"),
    ],
)
def test_people_are_barred_as_people_too_so_that_a_new_post_opens_nothing(conflict, people):
    assert chosen(people=PEOPLE, conflict=conflict, **OFFICER).bars.people == people


def test_a_route_that_takes_complaints_of_conduct_does_not_say_whom_they_are_about():
    county = a_county(routes=[*COUNTY["routes"], {"conflict": "conduct", "unit": "discipline"}])
    choice = chosen(county, conflict="conduct")
    assert (choice.unit, choice.bars.posts) == ("discipline", WATER)


def test_of_words_alone_everybody_there_and_their_kin_is_barred_as_people_too():
    assert chosen(people=PEOPLE, conflict="conduct").bars.people == {"li", "wang", "zhao"}


@pytest.mark.parametrize("conflict", ["report", "conduct"])
def test_who_is_of_a_unit_that_was_merged_went_along(conflict):
    ended = office("water", until=TODAY, successor="roads")
    units = [ended if one["code"] == "water" else one for one in COUNTY["units"]]
    choice = chosen(a_county(units=units), conflict=conflict, **UNIT)
    assert {"water", "roads"} <= choice.bars.units
    assert choice.unit == {"report": "discipline", "conduct": "government"}[conflict]


def test_kin_of_whom_a_report_names_does_not_take_it():
    people = {"holders": {"discipline-officer": frozenset({"zhou"})}, "kin": {"li": frozenset({"zhou"})}}
    people["holders"]["water-officer"] = frozenset({"li"})
    assert chosen(people={**people, "acting": people["holders"]}, conflict="report", **OFFICER).unit == EXTERNAL


def test_a_superior_that_the_file_names_goes_before_the_head():
    chief = [named("chief", unit="government", roles=["head"])]
    officer = {**COUNTY["posts"][6], "superior": "chief"}
    posts = [officer if one["code"] == "water-officer" else one for one in COUNTY["posts"]]
    assert chosen(a_county(posts=[*posts, *chief]), conflict="conduct", **OFFICER).bars.posts == {
        "water-officer",
        "chief",
    }


def test_a_review_goes_above_the_body_that_answered_and_never_to_who_decided():
    people = {"acting": {"government-officer": frozenset({"li"})}, "decided": frozenset({"li"})}
    choice = chosen(people=people, judged_by=("water",), unit="water")
    assert (choice.unit, choice.bars.people) == (EXTERNAL, {"li"})
    assert chosen(judged_by=("water",)).unit == "government"


def test_a_re_review_goes_above_the_review_and_neither_back_nor_to_who_only_guides():
    assert chosen(judged_by=("town", "committee")).unit == "government"
    assert chosen(judged_by=("government", "water")).unit == EXTERNAL
    assert chosen(judged_by=("committee",)).unit == EXTERNAL


def test_a_review_climbs_by_the_edge_of_the_sector_where_there_is_no_other():
    sector = [*(one for one in COUNTY["edges"] if one["lower"] != "water"), *edges("sector", "roads", "water")]
    assert chosen(a_county(edges=sector), judged_by=("water",)).unit == "roads"


def test_a_report_is_never_climbed_along_the_line_it_is_about():
    others = [one for one in COUNTY["edges"] if one["kind"] != "cadre_authority"]
    assert chosen(a_county(edges=others), conflict="report", **UNIT).unit == EXTERNAL
