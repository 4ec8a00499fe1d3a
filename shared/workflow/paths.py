"""Where the steps of a workflow lead, read off the declaration alone."""

from collections.abc import Iterable

from shared.workflow.declare import STAY, Back, ByOutcome, ByRule, Step, Workflow


def leads_to(workflow: Workflow, step: Step, origin: str) -> tuple[str, ...]:
    """Give the states a step may lead to when it is taken from `origin`, each once, in the order of declaration."""
    if isinstance(step.to, ByOutcome | ByRule):
        return tuple(dict.fromkeys(step.targets))
    if isinstance(step.to, Back):
        undone = workflow.step(step.to.step)
        return undone.origins if undone else ()
    return (origin,) if step.to == STAY else (step.to,)


def reach(workflow: Workflow, start: str, *, without: Iterable[str] = ()) -> set[str]:
    """Give `start` and every state that can follow it, on ways that leave out the steps named in `without`."""
    found, todo, closed_ways = {start}, [start], set(without)
    while todo:
        state = todo.pop()
        ways = (step for step in workflow.from_state(state) if step.name not in closed_ways)
        new = {target for step in ways for target in leads_to(workflow, step, state)} - found
        found |= new
        todo += new
    return found
