"""Whom a rung of the ladder tells: row by row with its human reading."""

from dataclasses import replace

import pytest

from services.routing.competence.above import told_by
from services.routing.competence.eligible import Eligible
from services.routing.competence.matter import Bars, Matter, People
from shared.county.structure import Rung
from tests.routing.makers import TODAY, a_county

pytestmark = pytest.mark.quick

UNIT = Rung("a", "a", "a", "39", late=0, roles=("head",))
ABOVE, CONFERENCE = replace(UNIT, tells="above"), replace(UNIT, tells="joint_conference")
NOBODY = Bars()
STEPPED_ASIDE = Bars(people=frozenset({"water-head-person"}))


def asked(rung, unit="water", bars=NOBODY, conflict="none", **people):
    eligible = Eligible(Matter("x", conflict=conflict), a_county(), People(TODAY, **people), bars)
    return told_by(rung, unit, eligible)


def everybody(*posts):
    return {post: frozenset({post + "-person"}) for post in posts}


@pytest.mark.parametrize(
    ("rung", "more", "told"),
    [
        pytest.param(UNIT, {}, ("water", ("water-head",)), id="the unit's own head"),
        pytest.param(ABOVE, {}, ("government", ("government-head",)), id="the level above"),
        pytest.param(
            CONFERENCE, {}, ("petitions", ("petitions-head",)), id="without a joint conference: the petition office"
        ),
        pytest.param(UNIT, {"away": frozenset({"water-head"})}, ("government", ("government-head",)), id="away"),
        pytest.param(
            UNIT, {"bars": Bars(posts=frozenset({"water-head"}))}, ("government", ("government-head",)), id="barred"
        ),
        pytest.param(
            UNIT,
            {
                "bars": STEPPED_ASIDE,
                "acting": everybody("water-head", "government-head"),
            },
            ("government", ("government-head",)),
            id="a person who stepped aside",
        ),
        pytest.param(UNIT, {"acting": everybody("government-head")}, ("government", ("government-head",)), id="vacant"),
        pytest.param(
            ABOVE, {"unit": "committee"}, ("petitions", ("petitions-head",)), id="a village: never by guidance"
        ),
        pytest.param(UNIT, {"conflict": "report"}, ("water", ("water-head",)), id="a report: who has it"),
        pytest.param(ABOVE, {"conflict": "report"}, ("discipline", ("discipline-head",)), id="a report: its own line"),
        pytest.param(
            ABOVE,
            {"conflict": "report", "bars": Bars(units=frozenset({"discipline"}))},
            ("", ()),
            id="a report: all of its line is barred, and nobody else learns of it",
        ),
    ],
)
def test_who_is_told(rung, more, told):
    assert asked(rung, **more) == told
