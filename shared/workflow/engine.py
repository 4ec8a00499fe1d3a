"""One engine for every case: what is offered now, and what taking a step means. Pure; routing writes it down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import Any

from shared.errors import Invalid, Refusal
from shared.workflow.case import DIRECTIVE, Case
from shared.workflow.common import OBJECTION
from shared.workflow.declare import (
    PLATFORM,
    STAY,
    Back,
    ByOutcome,
    ByRule,
    Chosen,
    Deadline,
    Fits,
    Latest,
    Quorum,
    Step,
    Workflow,
)
from shared.workflow.points import FITS, GUARD, STARTS, Point, ask


class NotOffered(Refusal):
    """The step can't be taken from where the case stands."""

    code = "step-not-offered"
    status = 409
    message = "This step is not open now: the case has moved on."
    next_action = "Open the case again and choose among the steps it offers."


class NotYourStep(Refusal):
    """The step belongs to another role, or to another person by the rule of four eyes."""

    code = "not-your-step"
    status = 403
    message = "This step belongs to somebody else."
    next_action = "Ask a colleague who did not take part so far."


class NotMet(Refusal):
    """A guard said no."""

    code = "guard-not-met"
    status = 409
    message = "This step needs something first: %(needs)s"
    next_action = "Do what is missing, then take the step."


@dataclass(frozen=True)
class Moved:
    """What taking a step means for the case; `complete` is false while a quorum waits for others."""

    step: Step
    complete: bool
    state: str
    phase: str
    outcome: str | None
    progress: Mapping[str, tuple[str, ...]]
    starts: tuple[Deadline, ...]
    resumes: bool
    meets: tuple[str, ...] = ()
    letter: str | None = None
    basis: str | None = None


def offered(workflow: Workflow, case: Case) -> tuple[tuple[Step, str], ...]:
    """Give the steps that are open now with the role that may take each."""
    return tuple(
        (step, role)
        for step in workflow.from_state(case.state)
        for role in step.roles
        if _waits_for(case, step, role) and _runs(case, step) and not step.of_nobody and guard_holds(step, case)
    )


def blocked(workflow: Workflow, case: Case) -> tuple[Step, ...]:
    """Give the steps that a guard keeps closed now; the desk names them with the reason."""
    shut = (step for step in workflow.from_state(case.state) if _runs(case, step) and not guard_holds(step, case))
    return tuple(step for step in shut if not step.of_nobody)


def guard_holds(step: Step, case: Case) -> bool:
    """Ask the guard; no guard, no condition. A guard that raises keeps the step shut."""
    return step.guard is None or bool(ask(GUARD, step.guard, case).value)


def applies(term: Deadline, point: Point, case: Case) -> bool:
    """Ask whether this case has a term; one that can't say has it. Where nothing is published, nobody can object."""
    if term.rule == OBJECTION and case.never_public:
        return False
    return term.when is None or bool(ask(point, term.when, case).value)


def reason(step: Step) -> str:
    """Give what a guard asks for in words: the first line of its docstring, an English msgid."""
    return first_line(step.guard) if step.guard else ""


def first_line(rule: Callable[..., Any]) -> str:
    """Give what a rule says of itself to people, an English msgid."""
    return (rule.__doc__ or rule.__name__).strip().splitlines()[0]


def _waits_for(case: Case, step: Step, role: str) -> bool:
    return role not in case.progress.get(step.name, ())


def _runs(case: Case, step: Step) -> bool:
    """Tell whether what a step rests on is there: a term to prolong, a unit that sent the case or works with it.

    Who raises a directive stands above the unit that it is about.
    """
    stands = {"sender": case.sender, "helper": case.co_handlers, "above": case.directed_by}.get(step.at, True)
    directs = step.at != "sender" or step.relation != DIRECTIVE or case.sender in case.directed_by
    return bool(stands) and directs and (step.extends is None or step.extends in case.running)


def take(workflow: Workflow, case: Case, name: str, *, role: str, person: str, inputs: Mapping[str, Any]) -> Moved:
    """Take a step: checks state, role, four eyes, guard, what was said; gives what follows. Raises a `Refusal`."""
    step = workflow.step(name)
    if step is None or case.state not in step.origins or not _runs(case, step):
        raise NotOffered
    if role not in step.roles or not _waits_for(case, step, role) or kept_from(case, step, person):
        raise NotYourStep
    if person in _who_began(case, step):
        raise NotYourStep
    if not guard_holds(step, case):
        raise NotMet(needs=reason(step))
    _fits(step, case, inputs)
    done = (*case.progress.get(name, ()), role)
    if isinstance(step.by, Quorum) and step.by.all and set(done) != set(step.by.roles):
        return _unfinished(workflow, case, step, done)
    return _finished(workflow, case, step, inputs)


def _who_began(case: Case, step: Step) -> set[str]:
    """Give who gave his word to a quorum that still waits for others: each word of it is another person's."""
    given = case.progress.get(step.name, ())
    return {done.person for done in case.last_words(step.name) if done.role in given}


def fits(step: Step, case: Case, inputs: Mapping[str, Any]) -> bool:
    """Tell whether what a form says is right for a case, by the step's own rules."""
    try:
        _fits(step, case, inputs)
    except Invalid:
        return False
    return True


def _fits(step: Step, case: Case, inputs: Mapping[str, Any]) -> None:
    for name, fits in step.fitting:
        if name in inputs and not ask(FITS, partial(_asked_of, fits, inputs[name]), case).value:
            raise Invalid({name: [first_line(fits)]})


def _asked_of(fits: Fits, said: Any, case: Case) -> bool:
    return fits(case, said)


def kept_from(case: Case, step: Step, person: str) -> bool:
    """Tell whether what was done before keeps somebody from a step: he took part, or somebody else has it in hand.

    Who grants more time did nothing in the case, or nothing since it was sent back to be handled anew.
    """
    if step.only_by:
        last = case.last_of(step.only_by)
        if last is None or last.person != person:
            return True
    if step.extends:
        return person in _who_handles(case)
    return any(earlier in case.done and case.done[earlier].person == person for earlier in step.not_by)


def _who_handles(case: Case) -> set[str]:
    """Give who took a step since the case began, or since the platform let it begin anew."""
    return {done.person for done in takewhile(lambda done: done.role != PLATFORM, reversed(case.history))}


def _unfinished(workflow: Workflow, case: Case, step: Step, done: tuple[str, ...]) -> Moved:
    progress = {**case.progress, step.name: done}
    return Moved(step, False, case.state, workflow.states[case.state], case.outcome, progress, (), False)


def _finished(workflow: Workflow, case: Case, step: Step, inputs: Mapping[str, Any]) -> Moved:
    outcome = _outcome(case, step, inputs) or case.outcome
    state = _target(case, step, outcome, inputs)
    return Moved(
        step=step,
        complete=True,
        state=state,
        phase=workflow.states[state],
        outcome=outcome,
        progress={name: roles for name, roles in case.progress.items() if name != step.name and state == case.state},
        starts=tuple(term for term in step.terms if applies(term, STARTS, case)),
        resumes=state != case.state and paused_by(workflow, case.state) is not None,
        meets=tuple(rule for rule in step.met if _meets(step, rule, case)),
        letter=_by_step(case, step.letter),
        basis=written(workflow, case, step)[0].basis or step.basis,
    )


def _target(case: Case, step: Step, outcome: str | None, inputs: Mapping[str, Any]) -> str:
    if isinstance(step.to, ByRule):
        holds = ask(FITS, partial(_asked_of, step.to.rule, inputs), case).value
        return step.to.then if holds else step.to.otherwise
    if isinstance(step.to, ByOutcome):
        return step.to.of(outcome)
    if isinstance(step.to, Back):
        return case.done[step.to.step].origin
    return case.state if step.to == STAY else step.to


def _outcome(case: Case, step: Step, inputs: Mapping[str, Any]) -> str | None:
    return named(case, inputs, step.outcome) if isinstance(step.outcome, Chosen) else _by_step(case, step.outcome)


def _by_step(case: Case, said: str | Latest | None) -> str | None:
    if not isinstance(said, Latest):
        return said
    last = case.last_of(said.of)
    return said.of[last.step] if last else None


def _meets(step: Step, rule: str, case: Case) -> bool:
    """Tell whether a step meets a rule; where its condition can't say, it doesn't."""
    return rule not in step.meets_if or bool(ask(GUARD, step.meets_if[rule], case).value)


def written(workflow: Workflow, case: Case, step: Step) -> tuple[Step, Mapping[str, Any]]:
    """Give the step whose words a letter holds, with what it said: the draft that is signed, or this step itself."""
    last = case.last_of(step.letter.of) if isinstance(step.letter, Latest) else None
    draft = workflow.step(last.step) if last else None
    return (draft, last.inputs) if last and draft else (step, {})


def named(case: Case, inputs: Mapping[str, Any], chosen: Chosen) -> Any:
    """Give what an input names: of the step that is taken now, or of an earlier one; None where nobody said it."""
    return case.said(chosen.step, chosen.field) if chosen.step else inputs.get(chosen.field)


def proposal(case: Case, step: Step) -> int:
    """Give the number, from 1, of the step whose proposal this one replies to; 0 where it replies to none."""
    taken = (number for number, done in enumerate(case.history, 1) if done.step == step.replies)
    return max(taken, default=0)


def paused_by(workflow: Workflow, state: str) -> str | None:
    """Give the typed pause that lasts while a case is in `state`, if a step that leads there declares one."""
    return next((step.pauses for step in workflow.steps if step.pauses and state in step.targets), None)
