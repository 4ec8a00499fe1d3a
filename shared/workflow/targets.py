"""Where a step leads, and what it writes or ends with, where the declaration leaves that to the case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.workflow.case import Case


@dataclass(frozen=True)
class Latest:
    """A letter or an outcome that depends on which step was taken last: of several drafts one is signed."""

    of: Mapping[str, str]


@dataclass(frozen=True)
class ByOutcome:
    """A target state that depends on the case's outcome."""

    states: Mapping[str, str]
    otherwise: str

    def of(self, outcome: str | None) -> str:
        """Give the state for an outcome."""
        return self.states.get(outcome or "", self.otherwise)


def by_outcome(otherwise: str, **states: str) -> ByOutcome:
    """Choose the next state by outcome; `otherwise` for all others."""
    return ByOutcome(states, otherwise)


@dataclass(frozen=True)
class Back:
    """The state in which the case was when `step` was last taken: a change of mind undone."""

    step: str


@dataclass(frozen=True)
class ByRule:
    """A target state that depends on what is said at the step: `then` where the rule holds, else `otherwise`."""

    rule: Callable[[Case, Mapping[str, Any]], bool]
    then: str
    otherwise: str


STAY = "="  # a target: the case stays where it is
PARENT = "parent"  # what `follows` names where a child follows a step of its parent
PLATFORM = "platform"  # whose steps nobody takes: they follow what came of a child case, or a term that was broken
SENDER = "@sender"  # what `moves` names where a case goes back to the unit that sent it
