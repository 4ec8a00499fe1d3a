"""I11: a case's history is a path in the declared graph, and nothing leaves an end."""

from collections.abc import Mapping, Sequence

from lianxin.simulate.evidence import Evidence, Told
from lianxin.simulate.oracles.finding import Wrong
from shared.workflow.declare import ByOutcome, ByRule, Workflow

OUTSIDE = "external"  # the platform's own way out: to the body that judges what nobody in the county may


def wrong(evidence: Evidence) -> Wrong:
    """Walk every case through the declared graph."""
    mechanism_of = {one.subject: str(one.data["mechanism"]) for one in evidence.of("case.submitted")}
    state_of = {str(row["id"]): str(row["state"]) for row in evidence.rows["routing.cases"]}
    for case, told in evidence.by_subject("case.routed", "case.stepped", "case.closed").items():
        routing = [one for one in told if one.service == "routing"]
        workflow = evidence.mechanisms[mechanism_of[case]].workflow
        yield from ((case, line) for line in _walk(workflow, routing, state_of.get(case)))


def _walk(workflow: Workflow, told: Sequence[Told], stands: str | None) -> list[str]:
    edges, closed = _edges(workflow), {state for state, phase in workflow.states.items() if phase == "closed"}
    lines, state, ends, reopened = [], "", 0, 0
    follows = {step.name for step in workflow.steps if step.follows}
    for one in told:
        if one.what == "case.routed":
            lines += [f"routed twice, at {one.at}"] if state else []
            state = str(one.data["state"])
            if one.data["unit"] != OUTSIDE and state != next(iter(workflow.states)):
                lines.append(f"began in {state}")
        elif one.what == "case.closed":
            ends += 1
        else:
            again = one.data["step"] in follows and state in closed  # a review may send back what was over
            reopened += again
            lines += _step(edges, set() if again else closed, state, one)
            state = str(one.data["state"])
    if ends > 1 + reopened:
        lines.append(f"closed {ends} times")
    if state != stands:
        lines.append(f"its row says {stands}, its history ends in {state}")
    return lines


def _step(edges: Mapping[tuple[str, str], frozenset[str]], closed: set[str], state: str, one: Told) -> list[str]:
    name, origin, target = (str(one.data[key]) for key in ("step", "state_from", "state"))
    lines = [f"{name} was taken from {origin}, but the case stood in {state}"] if origin != state else []
    if one.data["unit"] == OUTSIDE and target in closed and origin not in closed:
        return lines
    declared = frozenset({origin}) if one.data.get("waits_for") else edges.get((origin, name), frozenset())
    if target not in declared:  # until every party gave its word a case stays where it is
        lines.append(f"{name} leads from {origin} to {target}, which nobody declared")
    if origin in closed and target != origin:
        lines.append(f"{name} left the end {origin}")
    return lines


def _edges(workflow: Workflow) -> dict[tuple[str, str], frozenset[str]]:
    """Give the declared targets by origin and step; a step that goes back may lead to any origin of what it undoes."""
    made: dict[tuple[str, str], frozenset[str]] = {}
    for step in workflow.steps:
        for origin in step.origins:
            to = step.to
            if to == "=":
                made[origin, step.name] = frozenset({origin})
            elif isinstance(to, str):
                made[origin, step.name] = frozenset({to})
            elif isinstance(to, ByOutcome):
                made[origin, step.name] = frozenset({to.otherwise, *to.states.values()})
            elif isinstance(to, ByRule):
                made[origin, step.name] = frozenset({to.then, to.otherwise})
            else:
                undone = next((one for one in workflow.steps if one.name == to.step), None)
                made[origin, step.name] = frozenset(undone.origins if undone else ())
    return made
