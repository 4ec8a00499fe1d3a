"""Playing a mechanism: the real engine under a virtual clock, no page and no database."""

from datetime import timedelta

import pytest

from lianxin.loading import load_mechanism
from shared.errors import Invalid
from shared.workflow.declare import Deadline, each_of
from shared.workflow.engine import NotMet, NotOffered, NotYourStep
from shared.workflow.play import NoSuchKind, Play
from tests.workflow.makers import ANSWER, SERVE, START, a_mechanism, a_step

DECISION = {"outcome": "adopted", "reasons": "路灯月底前修好。", "by_when": "2027-03-31", "summary": "已安排修复。"}
PROOF = {"method": "hand", "proof": "本人签收", "received_on": "2026-11-02"}


def offered_to(game: Play) -> list[tuple[str, str]]:
    return [(step.name, role) for step, role in game.offers()]


@pytest.fixture
def suggestion() -> Play:
    return Play(load_mechanism("suggestions"), START)


@pytest.fixture
def petition() -> Play:
    return Play(load_mechanism("petitions"), START)


def sign(game: Play) -> None:
    """Take a suggestion up and answer it, as far as the signature."""
    game.take("accept", "officer", {}, "li")
    game.take("draft", "officer", DECISION, "li")
    game.take("read", "reader", {}, "wang")
    game.take("sign", "head", {}, "zhao")


def test_a_case_begins_in_the_first_state_with_what_its_receipt_promised(suggestion):
    assert (suggestion.case.state, suggestion.phase, suggestion.case.kind) == ("arrived", "triage", "suggestion")
    assert suggestion.case.running == ("suggestion.reply",)
    assert offered_to(suggestion) == [
        ("accept", "officer"),
        ("refer", "officer"),
        ("withdraw", "petitioner"),
        ("agree to electronic", "petitioner"),
        ("note consent", "officer"),
        ("join", "officer"),
    ]


def test_only_promises_that_the_case_has_are_made(petition):
    assert petition.case.running == ("petition.forward",)
    monthly = {"rule": "village.monthly_finance"}
    assert Play(load_mechanism("open_affairs"), START, details=monthly).case.running == ("village.monthly_finance",)
    assert Play(load_mechanism("open_affairs"), START).case.running == ()


def test_a_suggestion_is_played_to_its_end(suggestion):
    sign(suggestion)
    assert (suggestion.case.outcome, suggestion.case.running) == ("adopted", ("suggestion.reply", "suggestion.execute"))

    suggestion.take("serve", "officer", PROOF, "li")
    assert suggestion.phase == "carrying_out"
    assert suggestion.case.running == ("suggestion.execute", "petition.object_publication")

    suggestion.take("carry out", "officer", {"done": "路灯亮了。"}, "li")
    assert (suggestion.phase, suggestion.case.outcome) == ("closed", "adopted")
    assert offered_to(suggestion) == [("object to publication", "petitioner")]


def test_the_history_holds_each_step_with_its_moment_and_state(suggestion):
    suggestion.take("accept", "officer", {}, "li")
    suggestion.advance(timedelta(days=3))
    suggestion.take("ask", "officer", {"question": "在哪里？"}, "li")

    lines = [(moment.at, moment.step, moment.role, moment.state) for moment in suggestion.history]
    assert lines == [
        (START, "accept", "officer", "studied"),
        (START + timedelta(days=3), "ask", "officer", "asked"),
    ]


def test_a_case_that_was_given_away_stays_as_it_was(suggestion):
    before = suggestion.case
    suggestion.take("accept", "officer", {}, "li")
    assert (before.state, dict(before.done)) == ("arrived", {})


def test_a_step_is_remembered_as_it_is_stored(suggestion):
    sign(suggestion)
    case = suggestion.take("serve", "officer", PROOF, "li")
    assert (case.done["serve"].role, case.done["serve"].person, case.done["serve"].origin) == (
        "officer",
        "li",
        "signed",
    )
    assert case.said("serve", "received_on") == "2026-11-02"
    assert case.said("draft", "summary") == "已安排修复。"


def test_whoever_withdraws_has_seven_days_and_comes_back_to_where_the_case_was(petition):
    petition.take("accept", "officer", {}, "li")
    petition.take("ask", "officer", {"question": "从哪天开始？"}, "li")
    petition.take("withdraw", "petitioner", {}, "chen")
    assert offered_to(petition) == [
        ("keep", "petitioner"),
        ("agree to electronic", "petitioner"),
        ("note consent", "officer"),
        ("report upward", "officer"),
    ]
    petition.take("keep", "petitioner", {}, "chen")
    assert petition.case.state == "asked"

    petition.take("withdraw", "petitioner", {}, "chen")
    petition.advance(timedelta(days=7) - timedelta(seconds=1))
    with pytest.raises(NotMet):
        petition.take("confirm withdrawal", "callback", {"heard": "是的"}, "sun")
    petition.advance(timedelta(seconds=1))
    petition.take("confirm withdrawal", "callback", {"heard": "是的"}, "sun")
    assert (petition.phase, petition.case.outcome) == ("closed", "withdrawn")


def test_closing_ends_what_the_office_owes_and_leaves_what_the_resident_may_do(petition):
    petition.take("accept", "officer", {}, "li")
    assert petition.case.running == ("petition.handle",)
    petition.take("withdraw", "petitioner", {}, "chen")
    petition.advance(timedelta(days=7))
    petition.take("confirm withdrawal", "callback", {"heard": "是的"}, "sun")
    assert petition.case.running == ()


@pytest.mark.parametrize(
    ("name", "role", "inputs", "refusal"),
    [
        ("sign", "head", {}, NotOffered),
        ("no such step", "head", {}, NotOffered),
        ("accept", "reader", {}, NotYourStep),
        ("refer", "officer", {"unit": "water-bureau"}, Invalid),
        ("accept", "officer", {"unasked": "1"}, Invalid),
    ],
)
def test_a_refused_step_moves_nothing(suggestion, name, role, inputs, refusal):
    before = suggestion.case
    with pytest.raises(refusal):
        suggestion.take(name, role, inputs, "li")
    assert suggestion.case == before
    assert suggestion.history == []


def test_the_officer_who_drafted_can_neither_read_nor_sign(suggestion):
    suggestion.take("accept", "officer", {}, "li")
    suggestion.take("draft", "officer", DECISION, "li")
    with pytest.raises(NotYourStep):
        suggestion.take("read", "reader", {}, "li")
    suggestion.take("read", "reader", {}, "wang")
    with pytest.raises(NotYourStep):
        suggestion.take("sign", "head", {}, "wang")


def test_half_a_quorum_meets_no_deadline():
    sign_both = a_step("sign", by=each_of("petitioner", "neighbour"), meets="suggestion.reply")
    game = Play(a_mechanism(sign_both, steps=(ANSWER, SERVE), promises=(Deadline("suggestion.reply"),)), START)
    game.take("sign", "petitioner", {}, "chen")
    assert (game.case.state, game.case.running) == ("arrived", ("suggestion.reply",))
    game.take("sign", "neighbour", {}, "qian")
    assert (game.case.state, game.case.running) == ("closed", ())


def test_a_kind_that_the_mechanism_lacks_is_refused_with_those_it_has():
    with pytest.raises(NoSuchKind) as refused:
        Play(load_mechanism("petitions"), START, kind="complaint")
    assert refused.value.values["kinds"] == "petition, conduct, joint"


def test_time_does_not_go_back(suggestion):
    with pytest.raises(ValueError, match="does not go back"):
        suggestion.advance(timedelta(days=-1))
    assert suggestion.case.now == START


def test_a_referral_is_played_there_and_back(petition):
    petition.take("refer", "officer", {"unit": "water-bureau", "reason": "水利"}, "li")
    assert ("refer", "officer") not in offered_to(petition)
    petition.take("object", "officer", {"reasons": "属住建局职权"}, "wang")
    petition.take("take back", "officer", {"finding": "属实"}, "li")
    assert (petition.case.unit, petition.case.sender, petition.case.hands) == ("here", None, 2)
    assert "petition.notice" in petition.case.running
