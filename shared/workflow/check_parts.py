"""What is wrong with steps that a broken term takes by itself, and with those that open a case for each of several."""

from collections.abc import Iterator

from shared.workflow.declare import PLATFORM
from shared.workflow.mechanism import Mechanism
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
    for step in (one for one in steps if one.each):
        asked = step.asks.asked() if step.asks else {}
        if not (isinstance(asked.get(step.each or ""), Units) and isinstance(asked.get("due"), Day)):
            yield f"step {step.name}: each names the input {step.each}; let it be Units that it asks, beside a Day due"
        if step.opens is None:
            yield f"step {step.name}: each says for whom it opens a case, and opens doesn't say what; name the case"
