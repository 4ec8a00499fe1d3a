"""Guides: every way ends, every road can be reached, the same answers lead the same way; and what the start finds."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.loading import found_mechanisms, load_mechanism
from shared.workflow.check import check
from shared.workflow.guide import Ask, Guide, Guided, Remedy, Road, Way, from_line, in_line, problems
from shared.workflow.schema import Choice, Schema, Text
from tests.workflow.makers import UNSAID, a_mechanism, a_step

pytestmark = pytest.mark.quick

SHIPPED = [
    pytest.param(guide, id=f"{name}.{guide.name}")
    for name in sorted(found_mechanisms())
    for guide in load_mechanism(name).guides.values()
]
QUESTIONS = {
    "first": Ask("First?", {"yes": Way("Yes", "away"), "no": Way("No", "second")}),
    "second": Ask("Second?", {"yes": Way("Yes", "away"), "no": Way("No", "here")}),
}
ROADS = {"away": Road("Away", "Elsewhere", step="send away"), "here": Road("Here", "With us", step="keep")}
SMALL = Guide("small", "Small", QUESTIONS, ROADS)


def ways_through(guide, answers=None):
    """Give every whole way through a guide."""
    walk = guide.walk(answers or {})
    if walk.question is None:
        yield walk
        return
    for answer in guide.questions[walk.question].ways:
        yield from ways_through(guide, {**walk.answers, walk.question: answer})


@pytest.mark.parametrize("guide", SHIPPED)
def test_every_way_ends_and_every_road_is_reached(guide):
    walks = list(ways_through(guide))
    assert {walk.road for walk in walks} == set(guide.roads)
    assert max(len(walk.answers) for walk in walks) <= len(guide.questions)
    assert all(guide.walk(from_line(in_line(walk.answers))) == walk for walk in walks)


def test_a_guide_is_shipped():
    assert {one.id for one in SHIPPED} >= {"petitions.legal-road", "petitions.before"}


NAMES = st.sampled_from("abcdef")
ANSWERS = st.dictionaries(st.sampled_from("xyz"), st.builds(Way, st.just("Way"), st.sampled_from("abcdefRS")))
GUIDES = st.builds(
    lambda questions: Guide("made", "Made", questions, {"R": Road("R", "R"), "S": Road("S", "S")}),
    st.dictionaries(NAMES, st.builds(Ask, st.just("Ask?"), ANSWERS), min_size=1),
)
GIVEN = st.dictionaries(st.one_of(NAMES, st.text(max_size=3)), st.one_of(st.sampled_from("xyz"), st.text(max_size=3)))


@given(GUIDES, GIVEN)
def test_any_answers_lead_somewhere_and_the_same_ones_to_the_same_place(guide, answers):
    walk = guide.walk(answers)
    assert guide.walk(dict(reversed(answers.items()))) == replace(walk, astray=tuple(reversed(walk.astray)))
    assert guide.walk(walk.answers) == replace(walk, astray=())
    assert {**walk.answers, **{name: answers[name] for name in walk.astray}} == answers


@given(GUIDES)
def test_a_guide_without_a_fault_has_only_ways_that_end(guide):
    if list(problems(guide)):
        return
    assert {walk.road for walk in ways_through(guide)} == set(guide.roads)


def faulty(**questions):
    return list(problems(replace(SMALL, questions={**QUESTIONS, **questions})))


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        pytest.param(
            {"second": Ask("?", {"no": Way("No", "first"), "yes": Way("Yes", "here")})}, "comes back", id="loop"
        ),
        pytest.param({"second": Ask("?", {"no": Way("No", "nowhere")})}, "leads to nowhere", id="a way to nowhere"),
        pytest.param({"second": Ask("?", {})}, "question second has no answers", id="no answer"),
        pytest.param(
            {"third": Ask("?", {"no": Way("No", "here")})}, "nobody gets to third", id="a question nobody asks"
        ),
        pytest.param({"second": Ask("?", {"no": Way("No", "away")})}, "nobody gets to here", id="a road nobody takes"),
        pytest.param({"away": Ask("?", {"no": Way("No", "here")})}, "a question and a road", id="one name twice"),
    ],
)
def test_a_planted_fault_is_named(planted, found):
    assert faulty() == []
    assert any(found in line for line in faulty(**planted))


class SendAway(Schema):
    """Away, and why."""

    answers = Guided(SMALL, seen="parties", title="Answers", road="road")
    road = Choice({"away": "Away"}, seen="parties", title="Road")
    instead = Text(seen="parties", title="Why else")


class Keep(Schema):
    """Here."""

    answers = Guided(SMALL, seen="parties", title="Answers", roads=("here",), required=False)
    instead = Text(seen="parties", title="Why else")


@pytest.mark.parametrize(
    ("form", "given", "field"),
    [
        pytest.param(SendAway, {"answers": "first:yes", "road": "away"}, "", id="a line, as forms send it"),
        pytest.param(SendAway, {"answers": {"first": "no", "second": "yes"}, "road": "away"}, "", id="an object"),
        pytest.param(
            SendAway, {"answers": "first:no,second:no", "road": "away"}, "instead", id="another road, no word"
        ),
        pytest.param(SendAway, {"answers": "first:no,second:no", "road": "away", "instead": "x"}, "", id="with a word"),
        pytest.param(SendAway, {"answers": "first:no", "road": "away"}, "answers", id="not to the end"),
        pytest.param(SendAway, {"answers": "first:yes,second:no", "road": "away"}, "answers", id="astray"),
        pytest.param(SendAway, {"answers": "first:maybe", "road": "away"}, "answers", id="no such answer"),
        pytest.param(SendAway, {"answers": ["first"], "road": "away"}, "answers", id="a list"),
        pytest.param(SendAway, {"road": "away"}, "answers", id="none where they are asked"),
        pytest.param(Keep, {}, "", id="none where they need not be"),
        pytest.param(Keep, {"answers": "first:yes"}, "instead", id="kept against the questions"),
        pytest.param(Keep, {"answers": "first:no,second:no"}, "", id="kept by the questions"),
    ],
)
def test_a_step_takes_whole_answers_and_a_reason_where_it_leaves_their_road(form, given, field):
    assert list(form().validate(given)) == ([field] if field else [])


def checked(away=SendAway, keep=Keep):
    steps = (a_step("send away", asks=away), a_step("keep", asks=keep))
    return [line for line in check(a_mechanism(*steps), rules=UNSAID, folder=None) if "guide" in line or "step" in line]


def with_guide(guide, **more):
    fields = {"answers": Guided(guide, seen="parties", title="Answers", road="road", **more)}
    road = Choice({"away": "Away"}, seen="parties", title="Road")
    return Schema.from_dict({**fields, "road": road, "instead": Text(seen="parties")}, name="Planted")


LAWLESS = replace(SMALL, roads={**ROADS, "away": replace(ROADS["away"], remedies=(Remedy("Go", "no.such.rule"),))})


@pytest.mark.parametrize(
    ("away", "found"),
    [
        pytest.param(with_guide(SMALL, why="nothing"), "add a Text named nothing", id="nowhere to say why"),
        pytest.param(with_guide(SMALL, roads=("nowhere",)), "names the road nowhere", id="a road that is none"),
        pytest.param(with_guide(LAWLESS), "two guides are named small", id="two guides of one name"),
    ],
)
def test_the_start_names_what_is_wrong_with_a_guided_step(away, found):
    assert checked() == []
    assert any(found in line for line in checked(away))


def test_a_road_needs_a_step_that_takes_it_and_a_remedy_its_rule():
    alone = checked(keep=None)
    assert any("road here: the step keep does not take it" in line for line in alone)
    assert any("no.such.rule" in line for line in checked(with_guide(LAWLESS), keep=None))
