"""Walking a mechanism before any page exists: the real engine under a virtual clock, no database."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError

from shared.clock import VirtualClock
from shared.errors import Invalid, Refusal
from shared.ids import new_case_id
from shared.workflow.case import Case, Done
from shared.workflow.common import Nothing
from shared.workflow.declare import SENDER, Step
from shared.workflow.engine import Moved, NotOffered, applies, offered, take
from shared.workflow.mechanism import Mechanism
from shared.workflow.points import PROMISES


class NoSuchKind(Refusal):
    """The mechanism opens no case of that kind."""

    code = "no-such-kind"
    message = "The mechanism %(mechanism)s has no kind “%(kind)s”."
    next_action = "Choose among its kinds: %(kinds)s."


@dataclass(frozen=True)
class Moment:
    """A line of what was played: when, which step, by which role, and the state after it."""

    at: datetime
    step: str
    role: str
    state: str


class Play:
    """A case being played. `case` is frozen; every step gives a new one; `history` holds the steps in order.

    Own terms never lapse here: only the law's rules, which a play does not need, know their days.
    """

    def __init__(
        self, mechanism: Mechanism, start: datetime, *, kind: str = "", details: Mapping[str, Any] | None = None
    ) -> None:
        self.mechanism = mechanism
        self.clock = VirtualClock(start)
        self.history: list[Moment] = []
        case = Case(
            id=new_case_id(),
            reference="PLAY-0000-0000-0",
            mechanism=mechanism.name,
            kind=_kind(mechanism, kind),
            received_at=start,
            state=mechanism.workflow.start,
            ways=("phone",),
            details=details or {},
            now=start,
            directed_by=("above",),
        )
        promised = (term.rule for term in mechanism.promises if applies(term, PROMISES, case))
        running = tuple(promised)
        self.case = replace(case, running=running, owed=running)

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
        """Take a step. Raises the engine's refusals, or `Invalid` where inputs are not right; then nothing moves."""
        step = self.mechanism.workflow.step(name)
        if step is None:
            raise NotOffered
        given = _read(step, inputs)
        moved = take(self.mechanism.workflow, self.case, name, role=role, person=person, inputs=given)
        now, before = self.clock.now(), self.case
        # Guards of a running platform see what was stored: JSON, days in ISO form.
        said = json.loads(json.dumps(given, default=str))
        done = Done(step=name, role=role, person=person, at=now, origin=before.state, inputs=said)
        running = tuple(self._running(moved)) if moved.complete else before.running
        self.case = replace(
            before,
            state=moved.state,
            outcome=moved.outcome,
            done={**before.done, name: done},
            history=(*before.history, done),
            progress=dict(moved.progress),
            running=running,
            owed=running,
            now=now,
            **_whose(before, step, given),
        )
        self.history.append(Moment(now, name, role, moved.state))
        return self.case

    def _running(self, moved: Moved) -> Iterator[str]:
        """Give the terms that run after a step: closing ends what the office owes, not what the resident may do."""
        own = {term.rule for step in self.mechanism.workflow.steps for term in step.terms if term.lapses}
        closes = moved.phase == "closed" != self.phase
        ended = (*moved.meets, moved.step.extends)
        left = [rule for rule in self.case.running if rule not in ended]
        for rule in (*left, *(term.rule for term in moved.starts)):
            if rule in own or not closes:
                yield rule


def _whose(case: Case, step: Step, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a step that moves the case to another unit changes."""
    if not step.moves:
        return {}
    unit = case.sender if step.moves == SENDER else given[step.moves]
    sender = (case.unit or "here") if step.at == "lead" else None
    above = ("above", sender) if sender else ("above",)  # in a play whoever passes a case on may direct
    return {"unit": unit, "sender": sender, "hands": case.hands + 1, "directed_by": above}


def _kind(mechanism: Mechanism, name: str) -> str:
    kinds = list(mechanism.kinds)
    if name and name not in kinds:
        raise NoSuchKind(mechanism=mechanism.name, kind=name, kinds=", ".join(kinds))
    return name or kinds[0]


def _read(step: Step, inputs: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return dict((step.asks or Nothing)().load(dict(inputs)))
    except ValidationError as error:
        raise Invalid(error.messages_dict) from error
