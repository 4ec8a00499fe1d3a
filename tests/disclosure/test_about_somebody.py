"""No outcome of a complaint about somebody is published: who works there would know whom it is about, and by whom."""

import pytest

from services.disclosure.models import CaseRow, RecordRow
from tests.disclosure.test_outside import events
from tests.life.test_review import CONTACT, SAID, ask, decide, three_levels

PUBLIC = ("/api/v1/public/outcomes", "/api/v1/events", "/public", "/public/outcomes")


def answered(world, kind, unit, to="water-bureau", **more):
    """Give a petition whose answer was served; nobody objects to its publication in time."""
    case = world.submit("petitions", kind, addressed_to=to, contact=CONTACT, **more)
    world.step(case, "accept", f"{unit}-officer")
    world.step(case, "hear", f"{unit}-officer", day="2026-11-02", way="phone", summary="已听取。")
    decide(world, case, unit, "explained")
    world.pass_days(10)
    return case


def published(world):
    with world.service("disclosure").reading() as session:
        return [row.kind for row in session.query(RecordRow)]


@pytest.mark.parametrize("about", [{"posts": ["water-officer"]}, "经办员李某"], ids=["a post", "words"])
def test_an_answer_to_a_complaint_about_somebody_reaches_neither_the_record_nor_outsiders(embedded_world, about):
    case = answered(embedded_world, "conduct", "county", about=about)
    assert published(embedded_world) == []
    assert events(embedded_world)[0] == []
    assert "outcome.published" not in embedded_world.events(case)
    for path in PUBLIC:
        assert SAID["summary"] not in embedded_world.client.get(path).text


@pytest.mark.parametrize(
    ("kind", "more", "withheld"),
    [
        pytest.param("conduct", {"about": {"posts": ["liuhe-officer"]}}, True, id="about somebody"),
        pytest.param("petition", {}, False, id="about a decision"),
    ],
)
def test_what_a_review_finds_after_a_hearing_is_withheld_where_its_case_is_about_somebody(
    new_world, kind, more, withheld
):
    world = new_world(county=three_levels())
    unit = "water" if more else "liuhe"
    case = answered(world, kind, unit, to="liuhe-government", **more)
    ask(world, case, "ask for review")
    with world.service("disclosure").reading() as session:
        assert [row.never_public for row in session.query(CaseRow).filter_by(kind="review")] == [withheld]


def test_an_answer_to_a_petition_about_a_decision_does(embedded_world):
    case = answered(embedded_world, "petition", "water")
    assert published(embedded_world) == ["petition"]
    assert "outcome.published" in embedded_world.events(case)
    assert SAID["summary"] in embedded_world.client.get(PUBLIC[0]).text
