"""Which step somebody takes gladly, by the declaration alone: states stand there in the order of a case's way."""

from shared.workflow.declare import Step, Workflow

FORWARD, ASIDE, EARLY_END, REFUSED = 6.0, 1.0, 0.4, 0.2


def eagerness(workflow: Workflow, step: Step, state: str, *, refused: bool) -> float:
    """Give how gladly an office takes a step from a state: on along the way rather than aside, back, or out early."""
    if refused:
        return REFUSED
    order = list(workflow.states)
    under_way = [name for name, phase in workflow.states.items() if phase != "closed"]
    ends = any(workflow.states[target] == "closed" for target in step.targets)
    if ends and state in under_way:
        return FORWARD if under_way.index(state) >= len(under_way) // 2 else EARLY_END
    if workflow.states[state] == "triage" and any(workflow.states[target] == "deciding" for target in step.targets):
        return EARLY_END  # what ends a case that nobody took up
    onward = any(order.index(target) > order.index(state) for target in step.targets)
    waits = any(workflow.states[target] == "waiting" for target in step.targets)
    return FORWARD if onward and not waits else ASIDE
