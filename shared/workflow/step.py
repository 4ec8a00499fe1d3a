"""The word of a workflow that moves a case: `Step`. Every field says what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from shared.workflow.case import Case
from shared.workflow.quorum import Quorum
from shared.workflow.schema import Schema
from shared.workflow.targets import STAY, Back, ByOutcome, ByRule, Latest
from shared.workflow.terms import Chosen, Deadline

Publishes = Literal["outcome", "item", "withheld", "entry"]
Guard = Callable[[Case], bool]
Standing = Literal["lead", "sender", "superior", "helper", "above"]
Fits = Callable[[Case, Any], bool]


@dataclass(frozen=True)
class Step:
    """The only way a case moves. What a field is for stands above it."""

    name: str

    # -- from where to where
    # The state, or states, from which it can be taken.
    origin: str | tuple[str, ...]
    # The state it leads to; `STAY` leaves the case where it is.
    to: str | ByOutcome | ByRule | Back

    # -- who takes it
    # A post's role, a resident's role, a quorum of roles, or `PLATFORM` (nobody: it follows something).
    by: str | Quorum

    # -- what it asks, and when it is shut
    # The form: what has to be said.
    asks: type[Schema] | None = None
    # Asked of the case; where it says no the step is shut, and the first line of its docstring is shown.
    guard: Guard | None = None
    # Asked of a field's answer, by one rule or each of several; the docstring's first line is the refusal.
    fits: Mapping[str, Fits | tuple[Fits, ...]] = field(default_factory=dict)

    # -- terms
    # Terms that begin.
    starts: Deadline | tuple[Deadline, ...] = ()
    # Rules whose running terms end as met.
    meets: str | tuple[str, ...] = ()
    # The rule whose running term is prolonged, once, by somebody who took no other step of the case, or none since the
    # platform let it begin anew.
    extends: str | None = None
    # A typed pause that lasts while the case is in the new state.
    pauses: str | None = None
    # Of the rules in `meets`, those that are met only where this holds of the case before the step.
    meets_if: Mapping[str, Guard] = field(default_factory=dict)

    # -- what it writes
    # The kind of letter that it writes.
    letter: str | Latest | None = None

    # -- other cases
    # A child case (`mechanism.kind`): its text is what the input `reasons` said, its unit what the input `unit` named,
    # or whoever takes the step beside the unit that leads.
    opens: str | None = None
    # It opens one only where this holds of the case before the step.
    opens_if: Guard | None = None
    # How the child stands to this case.
    relation: str | None = None
    # A step that nobody takes: the platform does when a child case of that relation ends with that outcome, or the
    # parent takes that step (`("parent", step)`); what it asks is what the child said to the parties.
    follows: tuple[str, str] | None = None
    # The earlier step whose proposal it answers, by number. One that opens a child takes both along in words, to the
    # unit of the first post proposed, its terms from the day agreed.
    replies: str | None = None
    # The parent is told of its outcome at once.
    reports: bool = False

    # -- how it is taken, and what the public reads
    # Its form works without a network.
    offline: bool = False
    # What it puts on the public record: the outcome (after the objection time), an item, or, from now on, a line
    # without words on the public list of its kind.
    publishes: Publishes | None = None
    # Of each taking only the number is public, by month and for the whole county: as what, an English msgid.
    counts: str | None = None
    # How the case ends, or is answered.
    outcome: str | Chosen | Latest | None = None
    # The article it rests on.
    basis: str | None = None

    # -- which person
    # Steps whose doer may not take this one: a drafter is not the signer.
    not_by: tuple[str, ...] = ()
    # Steps of which who took one last is the only one who may take this one; where such a step moves the case, a
    # colleague of the same unit may be given it as well.
    only_by: tuple[str, ...] = ()

    # -- service
    # It is the proof that a letter reached its reader: the answer, or one of `notices`.
    serves: bool = False
    # The notices that it serves, where it serves no answer.
    notices: tuple[str, ...] = ()

    # -- which unit
    # Whose posts take it: the unit's that leads, or, while the case stays there, those of the unit that sent it, of the
    # common superior of both, of one that works with it, or, while it is late (`above`), of the level above it and the
    # petition office.
    at: Standing = "lead"
    # The input that says which unit is responsible from now on, or `SENDER`.
    moves: str | None = None
    # It puts before the common superior which unit is responsible.
    disputes: bool = False
    # The input that says with which earlier case this one is joined.
    joins: str | None = None
    # The input with the date by which the unit that the case moves to reports back to the one it comes from.
    assigns: str | None = None
    # The case that it joins must have been decided for good, by a re-review.
    final: bool = False
    # The input (a choice) that says on which ground the case is reported upward at once.
    urges: str | None = None

    # -- parties, and what comes by itself
    # A party: the letter has a one-time code (`{{ code }}`) for which that one gets a receipt of its own; nobody else
    # reads the letter.
    invites: str | None = None
    # A step that nobody takes: the platform does, in the transaction in which it notes that a term of this rule broke.
    when_breached: str | None = None
    # A step that nobody takes: the platform does where the entry that was named last in this field can't be had any
    # more (closed in its register, or barred from the case), and somebody waits for whoever was chosen.
    when_gone: str | None = None
    # The input with the units of which each gets a child case that the step `opens`: it gives its part by the day `due`
    # of the same form, and reads the case that asks.
    each: str | None = None
    # Where this holds of the case after the step, the level above is told of it, and reads the case.
    copies_up: Guard | None = None

    # -- entries of registers
    # A field by which an entry of a register of posts was chosen: in a role that the chosen post bears, who holds it
    # takes the step, and nobody else.
    named: str | None = None
    # A field of posts, of this form or chosen before: they, and who holds them, are barred from the case.
    bars: str | None = None

    # -- words
    # What people read, an English msgid; without one, the name.
    title: str = ""
    # Whether parties are told; without a word, where the phase changes or a letter is written.
    tells: bool | None = None

    @property
    def origins(self) -> tuple[str, ...]:
        """Give the states the step may be taken from."""
        return (self.origin,) if isinstance(self.origin, str) else self.origin

    @property
    def of_nobody(self) -> bool:
        """Tell whether the platform takes it, and nobody else."""
        return any((self.follows, self.when_breached, self.when_gone))

    @property
    def roles(self) -> tuple[str, ...]:
        """Give the roles that may take it."""
        return (self.by,) if isinstance(self.by, str) else self.by.roles

    @property
    def targets(self) -> tuple[str, ...]:
        """Give every state it may lead to."""
        if isinstance(self.to, ByOutcome):
            return (*self.to.states.values(), self.to.otherwise)
        if isinstance(self.to, ByRule):
            return (self.to.then, self.to.otherwise)
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
