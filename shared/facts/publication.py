"""The facts of what an office tells the public, and of outcomes in the public record."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from shared.facts.base import Fact, Reach


@dataclass(frozen=True, kw_only=True)
class PublicationPublished(Fact):
    """A version of a publication is out; `subject` is the publication, `case` the duty's case."""

    name: ClassVar[str] = "publication.published"
    owner: ClassVar[str] = "disclosure"
    reach: ClassVar[Reach] = Reach.PUBLIC

    case: str
    unit: str
    title: str
    audience: str
    edition: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OutcomePublished(Fact):
    """A redacted outcome entered the public record, after the petitioner had time to object."""

    name: ClassVar[str] = "outcome.published"
    owner: ClassVar[str] = "disclosure"
    reach: ClassVar[Reach] = Reach.PUBLIC

    mechanism: str
    kind: str
    unit: str
    outcome: str
    category: str | None
    place: str | None
    days: int
    text: str
    received_on: date
    closed_on: date
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RegisterChangeAsked(Fact):
    """A service that is not the register's home asks for a change; `subject` is `register/key`."""

    name: ClassVar[str] = "register.change_asked"

    register: str
    key: str
    change: str
    entry: dict[str, Any] = field(default_factory=dict)
    case: str | None = None


@dataclass(frozen=True, kw_only=True)
class RegisterChanged(Fact):
    """An entry of a register as it is now; `left` is the free capacity where the register has one."""

    name: ClassVar[str] = "register.changed"

    register: str
    key: str
    entry: dict[str, Any]
    left: int | None = None
    active: bool = True
