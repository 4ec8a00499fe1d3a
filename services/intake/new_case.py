"""A submission on its way in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Taken:
    """Who took a case in, as a post with its roles, and what was noted: read back, who helped, the postmark."""

    post: str
    roles: frozenset[str]
    noted: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NewCase:
    """What somebody submits, checked for shape at the door. `since`: when its terms begin, if not at its receipt.

    `received_on` is an earlier day on which the first office got it. `taken` says how a member of the staff took it in;
    `withheld`, that the unit that handles it is not to read the contact.
    """

    mechanism: str
    kind: str
    title: str
    text: str
    place: str | None = None
    category: str | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
    about_units: tuple[str, ...] = ()
    about_posts: tuple[str, ...] = ()
    about: str = ""
    addressed_to: str | None = None
    identity: str = "claimed"
    attachments: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    channel: str = "web"
    language: str = "zh"
    urgent: bool = False
    unit: str | None = None
    root: str | None = None
    relation: str | None = None
    parent: str | None = None
    since: datetime | None = None
    received_on: date | None = None
    withheld: bool = False
    taken: Taken | None = None
