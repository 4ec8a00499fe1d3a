"""What is wrong with steps that come by themselves, with those that open a case for each of several, and with calls."""

from collections.abc import Iterator

from shared.workflow.declare import PLATFORM
from shared.workflow.entries import entries_asked
from shared.workflow.mechanism import POST_ROLES, Mechanism
from shared.workflow.schema import Day
from shared.workflow.units import Units


def part_problems(mechanism: Mechanism) -> Iterator[str]:
    """Find steps that wait for a breach which can't come, or ask somebody, and offices that get no case or no day."""
    steps = mechanism.workflow.steps
    terms = [*mechanism.promises, *(term for step in steps for term in step.terms)]
    owed = {term.rule for term in terms if not term.lapses}
    for step in (one for one in steps if one.when_breached):
        if step.by != PLATFORM or step.asks:
            yield f"step {step.name} follows a broken term: let it be the {PLATFORM}'s, and ask nothing"
        if step.when_breached not in owed:
            yield f"step {step.name} waits for the breach of {step.when_breached}, which nothing starts; mend the name"
    yield from _choice_problems(mechanism)
    for step in (one for one in steps if one.each):
        asked = step.asks.asked() if step.asks else {}
        if not (isinstance(asked.get(step.each or ""), Units) and isinstance(asked.get("due"), Day)):
            yield f"step {step.name}: each names the input {step.each}; let it be Units that it asks, beside a Day due"
        if step.opens is None:
            yield f"step {step.name}: each says for whom it opens a case, and opens doesn't say what; name the case"


def _choice_problems(mechanism: Mechanism) -> Iterator[str]:
    """Find steps that follow a choice which nobody makes, and states that call somebody who isn't there."""
    steps = mechanism.workflow.steps
    fields = {name for step in steps for name in entries_asked(step.asks)}
    for step in (one for one in steps if one.when_gone):
        if step.by != PLATFORM or step.asks:
            yield f"step {step.name} follows an entry that is gone: let it be the {PLATFORM}'s, and ask nothing"
        if step.when_gone not in fields:
            yield f"step {step.name}: when_gone names {step.when_gone}, by which nobody chooses an entry; mend the name"
    for state, role in mechanism.workflow.calls.items():
        if state not in mechanism.workflow.states or role not in POST_ROLES:
            yield f"calls: {state} calls {role}; name a state of the workflow, and a role of posts"
