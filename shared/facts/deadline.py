"""The facts of a deadline; `subject` is the case, `instance` the deadline. It ends exactly once (DESIGN: time)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from shared.facts.base import Fact
from shared.facts.values import Offer


@dataclass(frozen=True, kw_only=True)
class DeadlineFact(Fact):
    """What all of them say."""

    owner: ClassVar[str] = "routing"

    instance: str
    rule: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DeadlineStarted(DeadlineFact):
    """A term runs from now on."""

    name: ClassVar[str] = "deadline.started"

    due: date
    due_at: datetime
    term: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class DeadlinePaused(DeadlineFact):
    """The term stands still for a typed reason."""

    name: ClassVar[str] = "deadline.paused"

    reason: str


@dataclass(frozen=True, kw_only=True)
class DeadlineResumed(DeadlineFact):
    """The term runs again, to a new date."""

    name: ClassVar[str] = "deadline.resumed"

    due: date
    due_at: datetime
    term: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class DeadlineMoved(DeadlineFact):
    """Days off were announced or changed, so the term is counted anew: due on `due`, where it was due on `before`.

    `reason` names the notice. The dates are the same where only the days between changed, or where a provisional date
    became certain. A resident's own term is never shortened, and no other to a day before the next working day is over.
    """

    name: ClassVar[str] = "deadline.moved"

    before: date
    due: date
    due_at: datetime
    term: dict[str, Any]
    reason: str


@dataclass(frozen=True, kw_only=True)
class DeadlineExtended(DeadlineFact):
    """The term ended because it was prolonged, once, by the post `by`: the `successor` runs to `due`."""

    name: ClassVar[str] = "deadline.extended"

    successor: str
    due: date
    due_at: datetime
    basis: str
    by: str


@dataclass(frozen=True, kw_only=True)
class DeadlineApproaching(DeadlineFact):
    """The term nears its end: a rung of the ladder was reached while `left` per cent remain."""

    name: ClassVar[str] = "deadline.approaching"

    due: date
    left: int = 25


@dataclass(frozen=True, kw_only=True)
class OwnTermNear(DeadlineFact):
    """A term of the resident's own ends soon, and he has not used it yet: all parties are reminded, once."""

    name: ClassVar[str] = "deadline.own_near"

    due: date


@dataclass(frozen=True, kw_only=True)
class RungReached(DeadlineFact):
    """A term climbed to a rung of the county's ladder: each once, in order, none after the term was met or void.

    Rungs of a pause are told while it lasts, once in each; one that tells the resident names no unit and no posts.

    `posts` of `unit` are told, by `basis`; posts that are vacant, absent or barred were passed over on the way up.
    `public`: the record shows the broken term of `owes`, and no word of the case.
    """

    name: ClassVar[str] = "deadline.rung_reached"

    rung: str
    basis: str
    due: date
    owes: str
    unit: str
    posts: tuple[str, ...]
    public: bool = False


@dataclass(frozen=True, kw_only=True)
class DeadlineMet(DeadlineFact):
    """What was owed was done in time."""

    name: ClassVar[str] = "deadline.met"


@dataclass(frozen=True, kw_only=True)
class DeadlineBreached(DeadlineFact):
    """The day passed and what was owed was not done.

    Told within a minute of that moment. Told later, it names the outage that covered it: timers stood still from
    `stopped_since` until `stopped_until`.
    """

    name: ClassVar[str] = "deadline.breached"

    due: date
    stopped_since: datetime | None = None
    stopped_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class DeadlineMetLate(DeadlineFact):
    """After the breach, what was owed was done."""

    name: ClassVar[str] = "deadline.met_late"


@dataclass(frozen=True, kw_only=True)
class DeadlineVoided(DeadlineFact):
    """The case ended, so nothing is owed any more."""

    name: ClassVar[str] = "deadline.voided"

    basis: str


@dataclass(frozen=True, kw_only=True)
class DeadlineLapsed(DeadlineFact):
    """A resident's own term passed unused. Told late, it names the outage that covered the day, as a breach does.

    `offers` are the steps that are open from now on; None in facts of before.
    """

    name: ClassVar[str] = "deadline.lapsed"

    offers: tuple[Offer, ...] | None = None
    stopped_since: datetime | None = None
    stopped_until: datetime | None = None
