"""What the start finds wrong with a procedure: ours are clean, and each planted fault is named by one sentence."""

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from lianxin.loading import found_mechanisms, load_mechanism
from shared.law.packs import Rules, load_rules
from shared.workflow.check import check
from shared.workflow.common import Answer, Question
from shared.workflow.declare import STAY, Back, Deadline, Phase, Workflow, by_outcome, chosen, each_of
from shared.workflow.mechanism import Mechanism
from shared.workflow.schema import Day, Schema
from tests.workflow.makers import ANSWER, SERVE, a_mechanism, a_step, problems, with_answer, with_service


@pytest.mark.parametrize("name", sorted(found_mechanisms()))
def test_the_mechanisms_that_are_shipped_have_no_problem(name):
    mechanism = load_mechanism(name)
    assert check(mechanism, rules=load_rules(), folder=mechanism.folder) == []


def test_the_small_mechanism_of_these_tests_has_none_before_a_fault_is_planted():
    assert problems(a_mechanism()) == []


SERVE_WITHOUT_REMEDY = replace(SERVE, starts=Deadline("petition.review"))
ASK = a_step("ask", ("arrived", "answered"), "asked", asks=Question, pauses="question")
ASKED = {"asked": "waiting", "leaving": "waiting"}
RIGHT = [
    pytest.param(
        a_mechanism(
            ASK, a_step("note", "asked", STAY), a_step("go on", "asked", "arrived"), states={"asked": "waiting"}
        ),
        id="a note in the pause is no second way into it",
    ),
    pytest.param(
        a_mechanism(
            ASK,
            a_step("withdraw", "asked", "leaving", "petitioner"),
            a_step("keep", "leaving", Back("withdraw"), "petitioner"),
            a_step("go on", "asked", "arrived"),
            states=ASKED,
        ),
        id="a change of mind undone comes back into the pause; Back alone is a way out",
    ),
    pytest.param(
        a_mechanism(
            a_step("settle", asks=Answer, to=by_outcome("closed", whatever="answered"), outcome=chosen("answer")),
        ),
        id="an outcome in free words may be any",
    ),
]


@pytest.mark.parametrize("mechanism", RIGHT)
def test_what_is_right_is_not_called_a_fault(mechanism):
    assert problems(mechanism) == []


STATES_AND_STEPS = [
    pytest.param(
        a_mechanism(states={"lost": "handling"}),
        ["state lost can't be reached; let a step lead there or remove it"],
        id="unreachable state",
    ),
    pytest.param(
        a_mechanism(a_step("park", to="parked"), states={"parked": "waiting"}),
        ["state parked is a dead end: no way leads from it to a closed state; add a step"],
        id="no step leaves",
    ),
    pytest.param(
        a_mechanism(
            a_step("park", to="parked"),
            a_step("remark", ("parked", "closed"), STAY),
            states={"parked": "waiting"},
        ),
        ["state parked is a dead end: no way leads from it to a closed state; add a step"],
        id="a step that stays is no way out, though it may be taken in a closed state too",
    ),
    pytest.param(
        a_mechanism(
            a_step("park", to="parked"),
            a_step("wait", "parked", "still parked"),
            a_step("look", "still parked", "parked"),
            states={"parked": "waiting", "still parked": "waiting"},
        ),
        [
            "state parked is a dead end: no way leads from it to a closed state; add a step",
            "state still parked is a dead end: no way leads from it to a closed state; add a step",
        ],
        id="a circle without a way out",
    ),
    pytest.param(
        a_mechanism(a_step("leap", "nowhere")),
        ["step leap: there is no state nowhere; add it or mend the name"],
        id="from an unknown state",
    ),
    pytest.param(
        a_mechanism(a_step("leap", to="nowhere")),
        ["step leap: there is no state nowhere; add it or mend the name"],
        id="to an unknown state",
    ),
    pytest.param(
        a_mechanism(states={"arrived": "pending"}),
        ["state arrived: pending is no phase; choose among " + ", ".join(get_args(Phase))],
        id="unknown phase",
    ),
    pytest.param(
        a_mechanism(a_step("answer", asks=None)),
        ["step answer is declared twice; give one of them another name"],
        id="two steps of one name",
    ),
    pytest.param(
        a_mechanism(a_step("drop", not_by=("anser",))),
        ["step drop: not_by names anser, which is no step; mend the name"],
        id="not_by names no step",
    ),
    pytest.param(
        a_mechanism(a_step("undo", "answered", Back("anser"))),
        ["step undo: it goes back to before anser, which is no step; mend the name"],
        id="back to before no step",
    ),
    pytest.param(
        a_mechanism(a_step("hide", to="answered"), a_step("undo", "answered", Back("hide"))),
        [
            (
                "step undo: it goes back to before hide, but a case can stand there without hide;"
                " give that way a state of its own"
            )
        ],
        id="back to before a step that may not have been taken",
    ),
    pytest.param(
        with_service(to=by_outcome("closed", doen="arrived")),
        ["step serve: by_outcome names doen, which is no step's outcome; mend the name"],
        id="a way by an outcome nobody gives",
    ),
]


@pytest.mark.parametrize(("mechanism", "sentences"), STATES_AND_STEPS)
def test_a_fault_in_states_and_steps_is_named(mechanism, sentences):
    assert problems(mechanism) == sentences


def test_a_workflow_without_states_is_named_and_does_not_break_the_check():
    empty = Mechanism("empty", 1, "Empty", {}, Workflow({}, ()))
    assert problems(empty) == ["the workflow has no states; name at least one to start in and one that is closed"]


RULES_AND_ROLES = [
    pytest.param(
        a_mechanism(promises=(Deadline("suggestion.reply"), Deadline("petition.notice"))),
        ["nothing ends the deadline petition.notice; let a step meet it"],
        id="promised at receipt and met by no step",
    ),
    pytest.param(
        a_mechanism(a_step("take", starts=Deadline("petition.handle"))),
        ["nothing ends the deadline petition.handle; let a step meet it"],
        id="started by a step and met by none",
    ),
    pytest.param(
        with_answer(meets=("suggestion.reply", "petition.handle")),
        ["a step meets petition.handle, which nothing starts; start it or remove it"],
        id="met and started by nobody",
    ),
    pytest.param(
        a_mechanism(a_step("take", starts=Deadline("small.term"), meets="small.term")),
        ["the rule small.term is in no pack; mend its name or add it to a pack"],
        id="a rule of no pack",
    ),
    pytest.param(
        with_service(starts=()),
        ["step serve serves an answer without a remedy; start a term of the resident (lapses=True)"],
        id="an answer without remedy",
    ),
    pytest.param(
        a_mechanism(a_step("decide", meets="petition.review"), steps=(ANSWER, SERVE_WITHOUT_REMEDY)),
        ["step serve serves an answer without a remedy; start a term of the resident (lapses=True)"],
        id="an answer that starts a term of the office only",
    ),
    pytest.param(
        with_service(starts=Deadline("petition.review", lapses=True)),
        ["step serve: petition.review is nobody's right; leave out lapses or name another rule"],
        id="an office's term passed off as a remedy",
    ),
    pytest.param(
        with_answer(by="janitor"),
        ["step answer: nobody is a janitor; choose a role of a post or a party of the case"],
        id="unknown role",
    ),
    pytest.param(
        with_answer(by=each_of("petitioner", "respondent")),
        ["step answer: nobody is a respondent; choose a role of a post or a party of the case"],
        id="unknown role in a quorum",
    ),
    pytest.param(
        a_mechanism(
            a_step("ask", to="asked", asks=Question, pauses="qestion"),
            a_step("go on", "asked", "arrived"),
            states={"asked": "waiting"},
        ),
        ["step ask: no rule it could stop leaves out a pause of type qestion; mend the name"],
        id="a pause that stops nothing",
    ),
    pytest.param(
        a_mechanism(
            a_step("ask", to="asked", asks=Question, pauses="question"),
            a_step("rest", to="asked"),
            a_step("go on", "asked", "arrived"),
            states={"asked": "waiting"},
        ),
        ["state asked: the steps that lead there (ask, rest) do not pause alike; give each pause a state"],
        id="a state that pauses for one step and not for another",
    ),
]


@pytest.mark.parametrize(("mechanism", "sentences"), RULES_AND_ROLES)
def test_a_fault_in_rules_and_roles_is_named(mechanism, sentences):
    assert problems(mechanism) == sentences


def test_all_faults_are_told_at_once_and_in_the_same_order():
    broken = a_mechanism(a_step("leap", "nowhere", by="janitor"), states={"lost": "handling"})
    assert problems(broken) == [
        "state lost can't be reached; let a step lead there or remove it",
        "step leap: there is no state nowhere; add it or mend the name",
        "step leap: nobody is a janitor; choose a role of a post or a party of the case",
    ]


def told(mechanism, rules):
    return [line for line in check(mechanism, rules=rules, folder=None) if "satisfied by" in line]


def test_a_term_that_other_steps_end_than_its_pack_says_is_named():
    (line,) = told(a_mechanism(), load_rules())
    assert line == (
        "suggestion.reply is satisfied by serve, says the pack local@2026-11-01, and here it is met by answer; let"
        " serve meet it, or name the step in satisfied_by of the county's pack"
    )
    assert (
        told(a_mechanism(steps=(replace(ANSWER, meets=()), replace(SERVE, meets="suggestion.reply"))), load_rules())
        == []
    )


def test_a_countys_own_pack_that_names_another_step_is_held_against_the_procedure():
    """A newer version beside the law's own: each is looked at, for older cases run by theirs."""
    shipped, name = load_rules(), "petition.handle"
    own = replace(shipped[name], pack="ours@2027-01-01", effective_from=date(2027, 1, 1), satisfied_by=("sign",))
    (line,) = told(load_mechanism("petitions"), Rules([*shipped.versions, own]))
    assert "says the pack ours@2027-01-01" in line
    assert "let sign meet it" in line
    beside = replace(own, satisfied_by=("hand over", "serve"))  # one of them is enough where the other is no step here
    assert told(load_mechanism("petitions"), Rules([*shipped.versions, beside])) == []


@pytest.mark.parametrize("day", [Day(seen="parties"), Day(seen="parties", past=True, ahead=True)])
def test_a_day_that_does_not_say_which_days_it_takes_is_named(day):
    form = Schema.from_dict({"on": day}, name="Form")
    (line,) = problems(a_mechanism(a_step("look", to=STAY, asks=form)))
    assert line.startswith("step look: on does not say which days it takes; write Day(past=True)")
    for fine in ({"past": True}, {"ahead": True}, {"whenever": "a day of birth"}):
        said = Schema.from_dict({"on": Day(seen="parties", title="Day", **fine)}, name="Said")
        assert problems(a_mechanism(a_step("look", to=STAY, asks=said))) == []
