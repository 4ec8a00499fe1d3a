"""What is wrong with days that a form asks for, and with terms that end on one: of a plan, or set by who gives."""

from collections.abc import Iterator
from typing import Any

from shared.law.rule import PARTED, PLANNED, SAID_DAYS
from shared.workflow.declare import Chosen, Deadline, Step
from shared.workflow.mechanism import Mechanism
from shared.workflow.schedule import Schedule
from shared.workflow.schema import Day


def day_problems(mechanism: Mechanism) -> Iterator[str]:
    """Find terms by days that nobody writes, days of a plan that are no terms, and forms that take any day."""
    for term in mechanism.promises:
        if term.each or term.rule == PLANNED.id:
            yield f"the promise {term.rule} is counted by a plan, and nobody has made one; let a step start it"
        if (term.on is not None) != (term.rule == PARTED.id) or term.rule in SAID_DAYS:
            yield f"the promise {term.rule} ends on a day that nobody has set; let a step start it"
    for step in mechanism.workflow.steps:
        for term in step.terms:
            yield from _of_a_plan(mechanism, step, term)
            yield from _given(mechanism, step, term)
        for name, field in (step.asks.asked() if step.asks else {}).items():
            if isinstance(field, Day) and [field.past, field.ahead, bool(field.whenever)].count(True) != 1:
                yield (
                    f"step {step.name}: {name} does not say which days it takes; write Day(past=True) for what took"
                    f" place, Day(ahead=True) for what is to come, or Day(whenever=...) with the reason for any day"
                )


def _of_a_plan(mechanism: Mechanism, step: Step, term: Deadline) -> Iterator[str]:
    plan = term.plan
    if plan and not isinstance(_asked(_source(mechanism, step, plan), plan.field), Schedule):
        yield f"step {step.name}: each names the input {plan.field}; let it be a Schedule that is asked"
    if term.rule == PLANNED.id and not plan:
        yield f"step {step.name}: the terms of a plan are Deadline(PLANNED, each=...); name the field of its days"


def _given(mechanism: Mechanism, step: Step, term: Deadline) -> Iterator[str]:
    if (term.rule in SAID_DAYS) != bool(term.on):
        yield f"step {step.name}: the rules {', '.join(SAID_DAYS)}, and no others, end on a day: write on=chosen(...)"
    if term.on and not _requires(_source(mechanism, step, term.on), term.on.field, Day):
        yield f"step {step.name}: on names {term.on.step or step.name}.{term.on.field}; let it be a Day, required"


def _source(mechanism: Mechanism, step: Step, on: Chosen) -> Step | None:
    return mechanism.workflow.step(on.step) if on.step else step


def _asked(step: Step | None, name: str) -> Any:
    return step.asks.asked().get(name) if step and step.asks else None


def _requires(step: Step | None, name: str, kind: type[Any]) -> bool:
    field = _asked(step, name)
    return isinstance(field, kind) and (field.required or bool(getattr(field, "needed_for", None)))
