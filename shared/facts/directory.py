"""The facts of directory: units, posts, people, who may sign in. `subject` is the code of the thing that changed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from shared.facts.base import Fact, Reach


@dataclass(frozen=True, kw_only=True)
class UnitChanged(Fact):
    """A unit as it is from now on; `active` false where it was abolished (`successor` takes its cases)."""

    name: ClassVar[str] = "unit.changed"
    owner: ClassVar[str] = "directory"

    name_zh: str
    name_en: str
    level: str
    place: str | None = None
    phone: str = ""
    active: bool = True
    successor: str | None = None


@dataclass(frozen=True, kw_only=True)
class RelationChanged(Fact):
    """A dated edge between two units: `lower` stands under `upper` by `kind`."""

    name: ClassVar[str] = "relation.changed"
    owner: ClassVar[str] = "directory"

    kind: str
    lower: str
    upper: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class PostChanged(Fact):
    """A post of a unit, its roles and its superior post."""

    name: ClassVar[str] = "post.changed"
    owner: ClassVar[str] = "directory"

    unit: str
    name_zh: str
    name_en: str
    roles: tuple[str, ...]
    superior: str | None = None
    active: bool = True


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Fact):
    """A staff member (official name, no private data) and the posts held; `subject` is the person's opaque id."""

    name: ClassVar[str] = "person.changed"
    owner: ClassVar[str] = "directory"

    display: str
    posts: tuple[str, ...]
    email: str = ""
    active: bool = True
    demo: bool = False


@dataclass(frozen=True, kw_only=True)
class AbsenceChanged(Fact):
    """A person is away from the day `since` on, until the day before `until`; `stand_in` bears the posts meanwhile."""

    name: ClassVar[str] = "absence.changed"
    owner: ClassVar[str] = "directory"

    person: str
    since: date
    until: date | None = None
    stand_in: str | None = None


@dataclass(frozen=True, kw_only=True)
class TieChanged(Fact):
    """Two people declared that they are close (kin, household, business): neither judges what the other is named in."""

    name: ClassVar[str] = "tie.changed"
    owner: ClassVar[str] = "directory"

    person: str
    other: str
    kind: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class SessionsRevoked(Fact):
    """These sessions and tokens are over: every door denies them from now on."""

    name: ClassVar[str] = "directory.sessions_revoked"
    owner: ClassVar[str] = "directory"

    sessions: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DirectoryConfirmed(Fact):
    """Every minute: what you were told so far is still all there is."""

    name: ClassVar[str] = "directory.confirmed"
    owner: ClassVar[str] = "directory"

    at: datetime


@dataclass(frozen=True, kw_only=True)
class StaffSignedIn(Fact):
    """Somebody signed in. Numbered, never sent; `subject` is the person."""

    name: ClassVar[str] = "staff.signed_in"
    owner: ClassVar[str] = "directory"
    reach: ClassVar[Reach] = Reach.JOURNAL

    posts: tuple[str, ...]
    at: datetime
