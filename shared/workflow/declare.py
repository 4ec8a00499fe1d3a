"""The words of a workflow in one place: `Step`, `Deadline`, `Workflow`, quorums, outcomes.

What each means stands where it is made: `step`, `terms`, `quorum`, `targets`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from shared.workflow.quorum import Quorum, any_of, each_of
from shared.workflow.step import Fits, Guard, Publishes, Standing, Step
from shared.workflow.targets import PARENT, PLATFORM, SENDER, STAY, Back, ByOutcome, ByRule, Latest, by_outcome
from shared.workflow.terms import Chosen, Deadline, chosen

__all__ = [
    "PARENT",
    "PLATFORM",
    "SENDER",
    "STAY",
    "Back",
    "ByOutcome",
    "ByRule",
    "Chosen",
    "Deadline",
    "Fits",
    "Guard",
    "Latest",
    "Phase",
    "Publishes",
    "Quorum",
    "Standing",
    "Step",
    "Workflow",
    "any_of",
    "by_outcome",
    "chosen",
    "each_of",
]

Phase = Literal["received", "triage", "handling", "waiting", "deciding", "carrying_out", "closed"]


@dataclass(frozen=True)
class Workflow:
    """States with their phases, the first one being where a routed case starts; and the steps between them.

    `calls`: by state, the role of the unit's posts that is told when a step leads there, for the next step is theirs.
    """

    states: Mapping[str, Phase]
    steps: tuple[Step, ...]
    calls: Mapping[str, str] = field(default_factory=dict)
    _by_name: dict[str, Step] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the steps; names are checked at start, not here."""
        self._by_name.update({step.name: step for step in self.steps})

    @property
    def start(self) -> str:
        """Give the state of a freshly routed case."""
        return next(iter(self.states))

    def step(self, name: str) -> Step | None:
        """Give a step by name."""
        return self._by_name.get(name)

    @property
    def drafts(self) -> frozenset[str]:
        """Give the steps whose words are nobody's answer before a later step signs them."""
        outcomes = [step.outcome for step in self.steps]
        chosen_of = {one.step for one in outcomes if isinstance(one, Chosen) and one.step}
        return frozenset(chosen_of.union(*(one.of for one in outcomes if isinstance(one, Latest))))

    def from_state(self, state: str) -> tuple[Step, ...]:
        """Give the steps that leave (or stay in) a state."""
        return tuple(step for step in self.steps if state in step.origins)
