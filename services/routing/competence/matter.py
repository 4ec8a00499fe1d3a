"""What is asked and answered when somebody must become responsible: the matter, the people, the choice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.county.structure import Conflict
from shared.errors import Refusal


class NoEligibleUnit(Refusal):
    """Nobody in the county may take this case, and its file names no body outside."""

    code = "no-eligible-unit"
    message = "Every unit that could take this case is named in it."
    next_action = "Name the body outside the county in the county file, under [external], then retry the parked fact."


@dataclass(frozen=True)
class Matter:
    """What routing looks at: what the case is about, where, and whom it names.

    `roles` are those of posts that some step of its procedure needs, `first` those that can take its first step.
    `judged_by` are the units whose answer is disputed, the last one first: a review goes to the body above that one,
    by the edges of government or sector alone, and never back to any of them. `in_person`: a post has to bear the
    first role, also where the county file lists nobody of a unit.
    """

    mechanism: str
    category: str | None = None
    place: str | None = None
    addressed_to: str | None = None
    unit: str | None = None
    about_units: tuple[str, ...] = ()
    about_posts: tuple[str, ...] = ()
    conflict: Conflict = "none"
    urgent: bool = False
    doubts: tuple[str, ...] = ()
    judged_by: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset({"officer"})
    first: frozenset[str] = frozenset({"officer"})
    in_person: bool = False


@dataclass(frozen=True)
class People:
    """What directory knows on a day, by opaque ids: who holds a post, who is declared kin of whom, who stands in.

    `acting` are the holders who are there, or their stand-ins; `away` are posts that nobody can fill today; `decided`
    are people who decided or signed what is disputed.
    """

    today: date
    holders: Mapping[str, frozenset[str]] = field(default_factory=dict)
    acting: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kin: Mapping[str, frozenset[str]] = field(default_factory=dict)
    stand_ins: Mapping[str, frozenset[str]] = field(default_factory=dict)
    away: frozenset[str] = frozenset()
    decided: frozenset[str] = frozenset()

    def of(self, posts: frozenset[str]) -> frozenset[str]:
        """Give everybody who holds one of these posts."""
        return frozenset(person for post in posts for person in self.holders.get(post, ()))


@dataclass(frozen=True)
class Bars:
    """Whom a case bars: posts, people, whole units. Bars are only ever added."""

    posts: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()

    def and_people(self, more: frozenset[str]) -> "Bars":
        """Bar these people too."""
        return Bars(self.posts, self.people | more, self.units)


@dataclass(frozen=True)
class Line:
    """A sentence of an explanation: an English msgid with %(unit)s and %(route)s."""

    text: str
    unit: str = ""
    route: str = ""


@dataclass(frozen=True)
class Choice:
    """The responsible unit, and who works with it; `posts` outside the unit stand in where its own may not or can't.

    `because` says in sentences why; `explanation` line by line which routes fitted and who was passed over.
    """

    unit: str
    rule: str
    because: tuple[str, ...]
    bars: Bars = field(default_factory=Bars)
    explanation: tuple[Line, ...] = ()
    co_handlers: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
