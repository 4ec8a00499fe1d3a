"""The frozen case that rules, guards and mechanisms see. No row, no session: values only."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.ids import CaseId

WITHHELD = "withheld"  # in a contact: the unit that handles the case is not to read it
REACHES = ("phone", "email", "address")  # of a contact: a name alone reaches nobody
AGREED = "electronic"  # of a contact: letters may be served electronically; its value says no more than that
DIRECTIVE = "directive"  # the relation of a directive to the case that it is about
PART = "part"  # the relation of what another office gives to the case that several are in
VISIT = "visit"  # the relation of a next visit to the case whose person agreed to it
CHARGE = "charge"  # the relation of a leader's charge to the case that he sees to its end


def ways_of(contact: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the ways in which somebody can be reached by what was given as contact."""
    return tuple(way for way in REACHES if contact.get(way))


def readable_contact(contact: Mapping[str, Any], viewer: str) -> Mapping[str, Any]:
    """Give a contact as whoever handles the case may read it: one that is withheld, a registrar only."""
    withheld = contact.get(WITHHELD) and viewer != "registrar"
    return {WITHHELD: contact[WITHHELD]} if withheld else contact


@dataclass(frozen=True)
class Family:
    """How the matter stands that a leader has charge of: the case and its reviews, without charges and directives.

    `carried_out`: all of it is closed, and what an answer promised was done. `final`: all of it is closed, and nobody
    has a right that still runs.
    """

    carried_out: bool
    final: bool


@dataclass(frozen=True)
class Done:
    """A step as it was last taken: by which role and person (opaque), when, from which state, with which inputs."""

    step: str
    role: str
    person: str
    at: datetime
    origin: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """What may be known of a case when deciding about it.

    `ways`: what was left by which the person can be reached; a name alone is none. `agreed`: it was said with the
    case that letters may be served electronically.
    `sender` is the unit that passed it on to `unit`, `directed_by` are those that may direct that one, `hands` is how
    often a step gave it to another one.
    `done` holds each step as it was last taken, `history` all of them in order; `open_children` holds, for
    each case that this one opened and that is not closed, how it stands to this one (`review`, `directive`).
    `children` are the references of all that came of it.
    `running` are the rules of terms that run, `owed` those and the broken ones that nobody met yet.
    `parent_unit` is the unit that has the case which opened this one. `family` is the matter that a leader has charge
    of, None of any other case; `gone` are people who had a step of their own here and hold no post of its unit any
    more, or are barred since. `parts` are the offices that were asked for their part, each with what it said, None as
    long as it said nothing. `attached` is how many files came with the case. `never_public`: nothing of it is ever
    published, for it, or the case from which it grew, is about what somebody did.
    """

    id: CaseId
    reference: str
    mechanism: str
    kind: str
    received_at: datetime
    state: str = ""
    outcome: str | None = None
    category: str | None = None
    place: str | None = None
    unit: str | None = None
    sender: str | None = None
    hands: int = 0
    co_handlers: tuple[str, ...] = ()
    directed_by: tuple[str, ...] = ()
    identity: str = "claimed"
    ways: tuple[str, ...] = ()
    agreed: bool = False
    addressed_to: str | None = None
    channel: str = "web"
    details: Mapping[str, Any] = field(default_factory=dict)
    about_units: tuple[str, ...] = ()
    about_posts: tuple[str, ...] = ()
    petition_office: str = ""
    relation: str | None = None
    parent_unit: str | None = None
    done: Mapping[str, Done] = field(default_factory=dict)
    history: tuple[Done, ...] = ()
    progress: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    running: tuple[str, ...] = ()
    owed: tuple[str, ...] = ()
    open_children: tuple[str, ...] = ()
    parts: Mapping[str, str | None] = field(default_factory=dict)
    attached: int = 0
    children: tuple[str, ...] = ()
    family: Family | None = None
    gone: tuple[str, ...] = ()
    never_public: bool = False
    now: datetime | None = None

    @property
    def has_contact(self) -> bool:
        """Tell whether the person can be reached."""
        return bool(self.ways)

    def last_of(self, steps: Collection[str]) -> Done | None:
        """Give the latest taking of any of these steps, or None."""
        return next((done for done in reversed(self.history) if done.step in steps), None)

    def last_words(self, step: str) -> list[Done]:
        """Give how each role took a step last."""
        return list({done.role: done for done in self.history if done.step == step}.values())

    def latest(self) -> list[Done]:
        """Give each step as it was last taken, in the order of those takings."""
        places = {done.step: place for place, done in enumerate(self.history)}
        return [self.history[place] for place in sorted(places.values())]

    def later(self, step: str, *than: str) -> bool:
        """Tell whether `step` was taken since one of `than` was taken last: by order, for a clock may be set back.

        False where it, or all of them, was never taken.
        """
        places = {done.step: place for place, done in enumerate(self.history)}
        before = [places[one] for one in than if one in places]
        return bool(before) and places.get(step, -1) > max(before)

    def said(self, step: str, field_name: str) -> Any:
        """Give an input of a step as it was last taken, or None."""
        done = self.done.get(step)
        return None if done is None else done.inputs.get(field_name)
