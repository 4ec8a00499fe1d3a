"""The engine's rules: who may take a step, when, and what taking it means."""

from dataclasses import replace
from typing import Any

import pytest

from shared.workflow.case import Case, Done
from shared.workflow.declare import STAY, Back, ByRule, Deadline, Step, Workflow, any_of, by_outcome, chosen, each_of
from shared.workflow.engine import Moved, NotMet, NotOffered, NotYourStep, blocked, offered, paused_by, take
from tests.workflow.makers import START, Reply, a_case, a_step

STATES: Any = {
    "arrived": "triage",
    "answered": "deciding",
    "promised": "carrying_out",
    "asked": "waiting",
    "closed": "closed",
}


def taken(case: Case, *steps: Step, name: str = "", role: str = "officer", person: str = "li", **inputs: Any) -> Moved:
    """Take the first of the steps, or the named one."""
    workflow = Workflow(STATES, steps)
    return take(workflow, case, name or steps[0].name, role=role, person=person, inputs=inputs)


def offers(case: Case, *steps: Step) -> list[tuple[str, str]]:
    return [(step.name, role) for step, role in offered(Workflow(STATES, steps), case)]


def done(
    step: str, person: str = "li", role: str = "officer", origin: str = "arrived", **inputs: Any
) -> dict[str, Done]:
    return {step: Done(step, role, person, START, origin, inputs)}


def paid(case: Case) -> bool:
    """Everything is paid."""
    return bool(case.details.get("paid"))


def test_a_step_moves_the_case_and_says_its_phase():
    moved = taken(a_case(), a_step("answer", to="answered"))
    assert (moved.state, moved.phase, moved.outcome, moved.complete) == ("answered", "deciding", None, True)


def test_the_engine_changes_nothing_in_the_case_it_is_given():
    case = a_case(progress={"sign": ("petitioner",)})
    taken(case, a_step("sign", by=each_of("petitioner", "neighbour")), role="neighbour")
    assert case == a_case(progress={"sign": ("petitioner",)})


@pytest.mark.parametrize(("state", "name"), [("closed", "answer"), ("arrived", "unheard of")])
def test_a_step_that_does_not_leave_this_state_is_refused(state, name):
    with pytest.raises(NotOffered):
        taken(a_case(state), a_step("answer"), name=name)


def test_a_step_of_another_role_is_refused():
    with pytest.raises(NotYourStep):
        taken(a_case(), a_step("answer"), role="head")


def test_offers_name_each_open_step_with_each_role_that_may_take_it():
    steps = (a_step("answer"), a_step("leave", by=any_of("petitioner", "neighbour")), a_step("reopen", "closed"))
    assert offers(a_case(), *steps) == [("answer", "officer"), ("leave", "petitioner"), ("leave", "neighbour")]


def test_whoever_drafted_may_not_sign():
    sign = a_step("sign", by=any_of("officer", "head"), not_by=("draft",))
    with pytest.raises(NotYourStep):
        taken(a_case(done=done("draft", person="li")), sign, role="head", person="li")
    assert taken(a_case(done=done("draft", person="li")), sign, role="head", person="wang").state == "closed"


def test_four_eyes_look_at_the_last_draft_only():
    redrafted = {**done("draft", person="li"), **done("draft", person="wang")}
    assert taken(a_case(done=redrafted), a_step("sign", not_by=("draft",)), person="li").complete


SIGN = a_step("sign", by=each_of("petitioner", "neighbour"), starts=Deadline("petition.handle"), outcome="settled")


def test_a_step_of_each_waits_for_the_last():
    first = taken(a_case(), SIGN, role="petitioner")
    assert (first.complete, first.state, first.outcome) == (False, "arrived", None)
    assert (first.starts, first.progress) == ((), {"sign": ("petitioner",)})

    last = taken(a_case(progress=first.progress), SIGN, role="neighbour")
    assert (last.complete, last.state, last.outcome, last.progress) == (True, "closed", "settled", {})
    assert [term.rule for term in last.starts] == ["petition.handle"]


WARN = a_step("warn", by=each_of("officer", "head"))


def test_the_words_of_a_quorum_are_of_different_people():
    begun = a_case(progress={"warn": ("officer",)}, history=(*done("warn").values(),))
    with pytest.raises(NotYourStep):
        taken(begun, WARN, role="head")
    assert taken(begun, WARN, role="head", person="wang").complete


def test_who_gave_his_word_before_gives_it_again_in_another_role():
    over = a_case(history=(*done("warn").values(), *done("warn", "wang", "head").values()))
    assert not taken(over, WARN, role="head").complete


def test_who_has_signed_is_not_asked_again():
    waiting = a_case(progress={"sign": ("petitioner",)})
    assert offers(waiting, SIGN) == [("sign", "neighbour")]
    with pytest.raises(NotYourStep):
        taken(waiting, SIGN, role="petitioner")


def test_a_step_of_any_moves_with_the_first():
    moved = taken(a_case(), a_step("leave", by=any_of("petitioner", "neighbour")), role="neighbour")
    assert (moved.complete, moved.state) == (True, "closed")


def test_half_a_quorum_is_forgotten_when_the_case_moves_on_and_kept_while_it_stays():
    half = a_case(progress={"sign": ("petitioner",)})
    assert taken(half, a_step("answer", to="answered"), SIGN).progress == {}
    assert taken(half, a_step("note", to=STAY), SIGN).progress == {"sign": ("petitioner",)}


def test_a_round_of_all_begins_anew_when_it_is_complete():
    stay = replace(SIGN, to=STAY, outcome=None)
    moved = taken(a_case(progress={"sign": ("petitioner",)}), stay, role="neighbour")
    assert (moved.complete, moved.progress) == (True, {})
    assert offers(a_case(progress=moved.progress), stay) == [("sign", "petitioner"), ("sign", "neighbour")]


def test_a_step_that_stays_stays_wherever_it_is_taken():
    note = a_step("note", ("arrived", "promised"), STAY)
    assert [taken(a_case(state), note).state for state in ("arrived", "promised")] == ["arrived", "promised"]


@pytest.mark.parametrize("origin", ["arrived", "asked"])
def test_a_change_of_mind_undone_comes_back_to_where_it_was_made(origin):
    keep = a_step("keep", "promised", Back("withdraw"))
    assert taken(a_case("promised", done=done("withdraw", origin=origin)), keep).state == origin


@pytest.mark.parametrize(("outcome", "state"), [("done", "promised"), ("left", "closed"), (None, "closed")])
def test_the_outcome_chooses_the_way(outcome, state):
    serve = a_step("serve", to=by_outcome("closed", done="promised"))
    assert taken(a_case(outcome=outcome), serve).state == state


def same(case: Case, said: Any) -> bool:
    """Both said the same."""
    return bool(said["mine"] == said["yours"])


@pytest.mark.parametrize(
    ("said", "state"), [((1, 1), "answered"), ((1, 2), "asked"), ((1,), "asked")], ids=["holds", "does not", "raises"]
)
def test_what_is_said_chooses_the_way(said, state):
    step = a_step("agree", to=ByRule(same, "answered", "asked"))
    assert taken(a_case(), step, **dict(zip(("mine", "yours"), said, strict=False))).state == state


def test_an_outcome_that_is_chosen_in_the_step_itself_chooses_its_way_at_once():
    answer = a_step("answer", to=by_outcome("closed", done="promised"), asks=Reply, outcome=chosen("outcome"))
    moved = taken(a_case(), answer, outcome="done")
    assert (moved.outcome, moved.state) == ("done", "promised")


def test_an_outcome_is_taken_from_the_draft_as_it_was_last_written():
    sign = a_step("sign", outcome=chosen("outcome", "draft"))
    assert taken(a_case(done=done("draft", outcome="left")), sign).outcome == "left"


def test_an_outcome_stays_until_a_step_names_another():
    case = a_case("promised", outcome="done")
    assert taken(case, a_step("carry out", "promised")).outcome == "done"
    assert taken(case, a_step("withdraw", "promised", outcome="withdrawn")).outcome == "withdrawn"


def test_a_guard_keeps_a_step_closed_and_says_what_it_needs():
    close = a_step("close", guard=paid)
    assert offers(a_case(), close) == []
    assert [step.name for step in blocked(Workflow(STATES, (close,)), a_case())] == ["close"]
    with pytest.raises(NotMet) as refused:
        taken(a_case(), close)
    assert refused.value.values == {"needs": "Everything is paid."}


def test_a_guard_that_holds_lets_the_step_through():
    close, ready = a_step("close", guard=paid), a_case(details={"paid": True})
    assert offers(ready, close) == [("close", "officer")]
    assert blocked(Workflow(STATES, (close,)), ready) == ()
    assert taken(ready, close).state == "closed"


def test_a_term_starts_only_where_the_case_has_it():
    terms = (Deadline("petition.handle"), Deadline("petition.notice", when=paid))
    take_up = a_step("take up", starts=terms)
    assert [term.rule for term in taken(a_case(), take_up).starts] == ["petition.handle"]
    assert [term.rule for term in taken(a_case(details={"paid": True}), take_up).starts] == [
        "petition.handle",
        "petition.notice",
    ]


def test_a_pause_lasts_as_long_as_the_case_is_in_the_state_it_began_with():
    ask = a_step("ask", to="asked", pauses="question")
    note, answer = a_step("note", "asked", STAY), a_step("answer", "asked", "arrived")
    workflow = Workflow(STATES, (ask, note, answer))

    assert (paused_by(workflow, "asked"), paused_by(workflow, "arrived")) == ("question", None)
    assert not taken(a_case("asked"), ask, note, answer, name="note").resumes
    assert taken(a_case("asked"), ask, note, answer, name="answer").resumes
    assert not taken(a_case(), ask, note, answer).resumes


def test_two_roles_of_one_person_are_still_one_pair_of_eyes():
    read = a_step("read", by="reader", not_by=("draft",))
    with pytest.raises(NotYourStep):
        taken(a_case(done=done("draft", person="li")), read, role="reader", person="li")
