"""The words of a workflow: `Step`, `Deadline`, `Workflow`, quorums, outcomes, and the common `chain`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from shared.workflow.case import Case
from shared.workflow.schema import Schema

Phase = Literal["received", "triage", "handling", "waiting", "deciding", "carrying_out", "closed"]
Publishes = Literal["outcome", "item", "withheld", "entry"]
Guard = Callable[[Case], bool]
Standing = Literal["lead", "sender", "superior", "helper", "above"]
Fits = Callable[[Case, Any], bool]


@dataclass(frozen=True)
class Deadline:
    """A term by a rule of the law. `lapses` makes it a resident's own.

    `each` names a field that holds days with what is done by each (`Schedule`), of the step's form or of an earlier
    one's: every one is a term, with that day as its end by the rule of plans, counted from that day by any other rule.
    They are met one at a time, the earliest first; a new plan takes the place of the old.

    `on` names the input that holds the day on which it ends, of the step's form or of an earlier one's: whoever gives
    the case to another unit sets it, and keeps it.

    `when` asks the case whether this term applies at all (the track of a petition). `reminds`: so many days before the
    end of a resident's own term all parties are told that it ends. `from_receipt`: it runs from the day on which the
    case was received, and not from the step that starts it; `since` names the input that holds its first day.
    """

    rule: str
    each: "str | Chosen | None" = None
    on: "Chosen | None" = None
    lapses: bool = False
    when: Callable[[Case], bool] | None = None
    from_receipt: bool = False
    reminds: int = 0
    since: "Chosen | None" = None

    @property
    def plan(self) -> "Chosen | None":
        """Give the field that holds the days of `each`."""
        return Chosen(self.each) if isinstance(self.each, str) else self.each


@dataclass(frozen=True)
class Quorum:
    """Several roles do one step: each of them, or any of them."""

    roles: tuple[str, ...]
    all: bool


def each_of(*roles: str | tuple[str, ...]) -> Quorum:
    """Ask for the step of every role; the case moves with the last."""
    return Quorum(_flat(roles), all=True)


def any_of(*roles: str | tuple[str, ...]) -> Quorum:
    """Ask for the step of one of the roles."""
    return Quorum(_flat(roles), all=False)


def _flat(roles: Iterable[str | tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for role in roles for name in ((role,) if isinstance(role, str) else role))


@dataclass(frozen=True)
class Chosen:
    """An outcome or a day that an input names: `field` of the latest inputs of `step` (of this step where None)."""

    field: str
    step: str | None = None


@dataclass(frozen=True)
class Latest:
    """A letter or an outcome that depends on which step was taken last: of several drafts one is signed."""

    of: Mapping[str, str]


def chosen(field: str, step: str | None = None) -> Chosen:
    """Take it from an input."""
    return Chosen(field, step)


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


STAY = "="  # a target: the case stays where it is
PLATFORM = "platform"  # whose steps nobody takes: they follow what came of a child case, or a term that was broken
SENDER = "@sender"  # what `moves` names where a case goes back to the unit that sent it


@dataclass(frozen=True)
class Step:
    """The only way a case moves.

    `by` is a post's role, a resident's role or a quorum; `not_by` names steps whose doer may not do this one (a drafter
    is not the signer). `at` says whose posts take it: the unit's that leads, or, while the case stays there, those of
    the unit that sent it, of the common superior of both, of one that works with it, or, while it is late (`above`), of
    the level above it and the petition office. `pauses` names a typed pause that lasts while the case is in the new
    state. `moves` names the input that says which unit is responsible from now on (or `SENDER`); `disputes` puts before
    the common superior which one is. `serves` marks the proof that a letter reached its reader: the answer, or one of
    the `notices` that it names. A rule in `meets_if` is met only where that holds of the case before the step.
    `extends` names the rule whose running term is prolonged, once, by somebody who took no other step of the case, or
    none since the platform let it begin anew. `joins` names the input that says with which earlier case this one is
    joined; with `final` that one must have been decided for good, by a re-review. `assigns` names the input with the
    date by which the unit that the case moves to reports back to the one it comes from. `urges` names the input (a
    choice) that says on which ground the case is reported upward at once. `opens` (`mechanism.kind`) opens a child case
    that stands to this one in `relation`: its text is what the input `reasons` said, its unit what the input `unit`
    named, or whoever takes the step beside the unit that leads; `opens_if`, only where that holds of the case before
    the step. One that `replies` to a proposal of an earlier step takes both along in words, to the unit of the first
    post proposed, its terms from the day agreed. `reports`: the parent is told of its outcome at once. `offline`: its
    form works without a network. `follows` makes it a step that nobody takes: the platform does when a child case of
    that relation ends with that outcome, or its parent takes that one (`("parent", step)`); what it asks is what the
    child said to the parties. `publishes` puts the outcome (after the objection time) or an item on the public record,
    or, from now on, a line without words on the public list of its kind. `only_by` names steps: who took one of them
    last is the only one who may take this one; where such a step moves the case, a colleague of the same unit may be
    given it as well. `fits` asks of a field whether its answer can be right for this case, by one rule or each of
    several; the docstring's first line is the refusal. `named` is a field by which an entry of a register of posts was
    chosen: in a role that the chosen post bears, who holds it takes the step, and nobody else. `bars` is a field of
    posts, of this form or chosen before: they, and who holds them, are barred from the case. `invites` names a party:
    the letter has a one-time code (`{{ code }}`), for which that one gets a receipt of his own; nobody else reads the
    letter. `when_breached` makes it a step that nobody takes: the platform does, in the transaction in which it notes
    that a term of this rule was broken. `each` names the input with the units of which each gets a child case that the
    step `opens`: it gives its part by the day `due` of the same form, and reads the case that asks.
    `copies_up`: where that holds of the case after the step, the level above is told of it, and reads the case.
    """

    name: str
    origin: str | tuple[str, ...]
    to: str | ByOutcome | Back
    by: str | Quorum
    asks: type[Schema] | None = None
    guard: Guard | None = None
    fits: Mapping[str, Fits | tuple[Fits, ...]] = field(default_factory=dict)
    starts: Deadline | tuple[Deadline, ...] = ()
    meets: str | tuple[str, ...] = ()
    extends: str | None = None
    pauses: str | None = None
    meets_if: Mapping[str, Guard] = field(default_factory=dict)
    letter: str | Latest | None = None
    opens: str | None = None
    opens_if: Guard | None = None
    relation: str | None = None
    follows: tuple[str, str] | None = None
    replies: str | None = None
    reports: bool = False
    offline: bool = False
    publishes: Publishes | None = None
    outcome: str | Chosen | Latest | None = None
    basis: str | None = None
    not_by: tuple[str, ...] = ()
    only_by: tuple[str, ...] = ()
    serves: bool = False
    notices: tuple[str, ...] = ()
    at: Standing = "lead"
    moves: str | None = None
    disputes: bool = False
    joins: str | None = None
    assigns: str | None = None
    final: bool = False
    urges: str | None = None
    invites: str | None = None
    when_breached: str | None = None
    each: str | None = None
    copies_up: Guard | None = None
    named: str | None = None
    bars: str | None = None
    title: str = ""
    tells: bool | None = None

    @property
    def origins(self) -> tuple[str, ...]:
        """Give the states the step may be taken from."""
        return (self.origin,) if isinstance(self.origin, str) else self.origin

    @property
    def of_nobody(self) -> bool:
        """Tell whether the platform takes it, and nobody else."""
        return self.follows is not None or self.when_breached is not None

    @property
    def roles(self) -> tuple[str, ...]:
        """Give the roles that may take it."""
        return (self.by,) if isinstance(self.by, str) else self.by.roles

    @property
    def targets(self) -> tuple[str, ...]:
        """Give every state it may lead to."""
        if isinstance(self.to, ByOutcome):
            return (*self.to.states.values(), self.to.otherwise)
        return self.origins if isinstance(self.to, Back) or self.to == STAY else (self.to,)

    @property
    def terms(self) -> tuple[Deadline, ...]:
        """Give the terms it starts."""
        return (self.starts,) if isinstance(self.starts, Deadline) else self.starts

    @property
    def met(self) -> tuple[str, ...]:
        """Give the rules whose terms it meets."""
        return (self.meets,) if isinstance(self.meets, str) else self.meets

    @property
    def letters(self) -> tuple[str, ...]:
        """Give the letters it may write."""
        return tuple(self.letter.of.values()) if isinstance(self.letter, Latest) else tuple(filter(None, [self.letter]))

    @property
    def fitting(self) -> tuple[tuple[str, Fits], ...]:
        """Give the rules that an answer must fit, each with its field."""
        several = ((name, rules if isinstance(rules, tuple) else (rules,)) for name, rules in self.fits.items())
        return tuple((name, rule) for name, rules in several for rule in rules)

    @property
    def label(self) -> str:
        """Give the title people read, an English msgid."""
        return self.title or self.name.capitalize()


@dataclass(frozen=True)
class Workflow:
    """States with their phases, the first one being where a routed case starts; and the steps between them."""

    states: Mapping[str, Phase]
    steps: tuple[Step, ...]
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
