"""Makers of the workflow tests: a small mechanism without a fault, ways to plant one, and a case somewhere in it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shared.ids import CaseId
from shared.law.packs import Rules, load_rules
from shared.workflow.case import Case
from shared.workflow.check import check
from shared.workflow.common import Nothing
from shared.workflow.declare import Deadline, Step, Workflow, chosen
from shared.workflow.mechanism import Kind, Mechanism, Party
from shared.workflow.schema import Choice, Schema, Text
from shared.workflow.serving import Proof

START = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)  # a Monday, half past nine in Beijing
UNSAID = Rules(replace(rule, satisfied_by=()) for rule in load_rules().versions)  # any step may end a term
STATES = {"arrived": "triage", "answered": "deciding", "closed": "closed"}


class Matter(Schema):
    """What the small mechanism asks at the door."""

    wish = Text(seen="parties", title="Wish")


class Reply(Schema):
    """What its answer says."""

    outcome = Choice({"done": "Done", "left": "Left as it is"}, seen="public", title="Outcome")
    reasons = Text(seen="parties", title="Reasons", required=True)


ANSWER = Step(
    *("answer", "arrived", "answered", "officer"),
    asks=Reply,
    meets="suggestion.reply",
    letter="answer",
    outcome=chosen("outcome"),
)
SERVE = Step(
    *("serve", "answered", "closed", "officer"),
    asks=Proof,
    serves=True,
    starts=Deadline("petition.object_publication", lapses=True),
)


def a_step(name: str, origin: Any = "arrived", to: Any = "closed", by: Any = "officer", **more: Any) -> Step:
    """Make a step that asks nothing, from arrival to the end unless told otherwise."""
    return Step(name, origin, to, by, **{"asks": Nothing, **more})


def a_mechanism(*more: Step, states: dict[str, Any] | None = None, **changes: Any) -> Mechanism:
    """Make the small mechanism: answered, served, closed; with more steps and more states."""
    steps = changes.pop("steps", (ANSWER, SERVE))
    declared: dict[str, Any] = {
        "name": "small",
        "version": 1,
        "title": "Small",
        "kinds": {"matter": Kind(Matter, title="Open a matter")},
        "parties": (Party("petitioner", "Petitioner"), Party("neighbour", "Neighbour")),
        "promises": (Deadline("suggestion.reply"),),
        **changes,
    }
    return Mechanism(workflow=Workflow({**STATES, **(states or {})}, (*steps, *more)), **declared)  # type: ignore[arg-type]  # a test plants wrong phases


def anything_fits(mechanism: Mechanism) -> Mechanism:
    """Give a mechanism whose steps ask of no answer whether it fits its case: a life at random has no such answers."""
    steps = tuple(replace(step, fits={}) for step in mechanism.workflow.steps)
    return replace(mechanism, workflow=Workflow(mechanism.workflow.states, steps))


def with_answer(**changes: Any) -> Mechanism:
    """Make the small mechanism with its answer changed."""
    return a_mechanism(steps=(replace(ANSWER, **changes), SERVE))


def with_service(**changes: Any) -> Mechanism:
    """Make the small mechanism with its service changed."""
    return a_mechanism(steps=(ANSWER, replace(SERVE, **changes)))


def asking(**fields: Any) -> Mechanism:
    """Make the small mechanism with a kind that asks these fields."""
    return a_mechanism(kinds={"matter": Schema.from_dict(fields, name="Planted")})


def problems(mechanism: Mechanism) -> list[str]:
    """Give what the check finds in the declaration, letters and words apart."""
    return check(mechanism, rules=UNSAID, folder=None)


def a_case(state: str = "arrived", **known: Any) -> Case:
    """Make a case of the small mechanism in a state."""
    return Case(
        id=CaseId("0" * 32),
        reference="QH-0000-0000-0",
        mechanism="small",
        kind="matter",
        received_at=START,
        state=state,
        **{"now": START, **known},
    )
