"""Walking a mechanism before any page exists: the real engine under a virtual clock, no database."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError

from shared.clock import VirtualClock
from shared.errors import Invalid
from shared.ids import new_case_id
from shared.workflow.case import Case, Done
from shared.workflow.common import Nothing
from shared.workflow.declare import Step
from shared.workflow.engine import NotOffered, offered, take
from shared.workflow.mechanism import Mechanism


@dataclass(frozen=True)
class Moment:
    """A line of what was played."""

    at: datetime
    step: str
    role: str
    state: str


class Play:
    """A case being played. `case` is frozen; every step gives a new one."""

    def __init__(self, mechanism: Mechanism, start: datetime, *, kind: str = "") -> None:
        self.mechanism = mechanism
        self.clock = VirtualClock(start)
        self.history: list[Moment] = []
        self.case = Case(
            id=new_case_id(),
            reference="PLAY-0000-0000-0",
            mechanism=mechanism.name,
            kind=kind or next(iter(mechanism.kinds)),
            received_at=start,
            state=mechanism.workflow.start,
            has_contact=True,
            running=tuple(term.rule for term in mechanism.promises),
            now=start,
        )

    @property
    def phase(self) -> str:
        """Give the phase of the present state."""
        return self.mechanism.workflow.states[self.case.state]

    def offers(self) -> tuple[tuple[Step, str], ...]:
        """Give the steps that are open now, each with the role that may take it."""
        return offered(self.mechanism.workflow, self.case)

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.clock.advance(by)
        self.case = replace(self.case, now=self.clock.now())

    def take(self, name: str, role: str, inputs: Mapping[str, Any], person: str) -> Case:
        """Take a step. Raises the engine's refusals, and `Invalid` where the inputs are not right."""
        step = self.mechanism.workflow.step(name)
        if step is None:
            raise NotOffered
        try:
            given = dict((step.asks or Nothing)().load(dict(inputs)))
        except ValidationError as error:
            raise Invalid(error.messages_dict) from error
        moved = take(self.mechanism.workflow, self.case, name, role=role, person=person, inputs=given)
        now = self.clock.now()
        done = Done(step=name, role=role, person=person, at=now, origin=self.case.state, inputs=given)
        running = (*(rule for rule in self.case.running if rule not in step.met), *(term.rule for term in moved.starts))
        self.case = replace(
            self.case,
            state=moved.state,
            outcome=moved.outcome,
            done={**self.case.done, name: done},
            progress=dict(moved.progress),
            running=running,
            now=now,
        )
        self.history.append(Moment(now, name, role, moved.state))
        return self.case
