"""Who decides between two units: the nearest above both, never the one that was sent the case, never whom it bars."""

import pytest

from services.routing.competence.eligible import Eligible
from services.routing.competence.matter import Bars, People
from services.routing.competence.superior import NoSuperior, superior_for
from tests.routing.makers import COUNTY, TODAY, a_county, a_matter, edges, office, posts

pytestmark = pytest.mark.quick

MORE = [office("police"), office("city-police"), office("prefecture")]
UP = [*edges("sector", "city-police", "police", "water"), *edges("government", "prefecture", "government")]


def decides(unit, sender, *, bars=None, **changes):
    units = [*COUNTY["units"], *MORE]
    held = [*COUNTY["posts"], *(post for one in MORE for post in posts(one["code"]))]
    county = a_county(**{"units": units, "posts": held, "edges": [*COUNTY["edges"], *UP], **changes})
    return superior_for(unit, sender, "head", Eligible(a_matter(), county, People(TODAY), bars or Bars()))


@pytest.mark.parametrize(
    ("unit", "sender", "above"),
    [
        pytest.param("water", "roads", "government", id="the nearest by government"),
        pytest.param("police", "water", "city-police", id="else by sector"),
        pytest.param("town", "government", "government", id="a sender that stands above decides by its head"),
        pytest.param("government", "town", "prefecture", id="never the unit itself"),
    ],
)
def test_the_nearest_unit_above_both_decides(unit, sender, above):
    assert decides(unit, sender) == above


def test_where_nobody_stands_above_both_the_joint_conference_decides_and_without_one_it_is_said():
    assert decides("discipline", "water", joint_conference="petitions") == "petitions"
    with pytest.raises(NoSuperior):
        decides("discipline", "water")
    with pytest.raises(NoSuperior):
        decides("discipline", "water", joint_conference="discipline")


def test_a_village_is_guided_and_has_no_superior_in_its_own_matters():
    with pytest.raises(NoSuperior):
        decides("committee", "town")


@pytest.mark.parametrize("bars", [Bars(units=frozenset({"government"})), Bars(posts=frozenset({"government-head"}))])
def test_whom_the_case_bars_decides_nothing_and_the_next_one_above_does(bars):
    assert decides("water", "roads", bars=bars) == "prefecture"


def test_a_county_that_lists_no_post_has_somebody_there_all_the_same_and_one_that_lists_some_asks_those():
    assert decides("water", "roads", posts=[]) == "government"
    assert decides("water", "roads", posts=posts("prefecture")) == "prefecture"
    assert decides("water", "roads", posts=[], bars=Bars(units=frozenset({"government"}))) == "prefecture"


def test_a_merged_superior_is_followed_by_its_successor():
    ended = replace_unit("government", until=TODAY, successor="prefecture")
    assert decides("water", "roads", units=ended) == "prefecture"


def replace_unit(code, **changes):
    return [{**one, **changes} if one["code"] == code else one for one in [*COUNTY["units"], *MORE]]
