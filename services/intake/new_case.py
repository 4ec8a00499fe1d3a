"""A submission on its way in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class NewCase:
    """What somebody submits, checked for shape at the door. `since`: when its terms begin, if not at its receipt."""

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
