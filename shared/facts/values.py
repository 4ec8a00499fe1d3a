"""What facts say in parts: private text, offers, promises, files."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.crypto.private import Private, Sealed

PrivateText = Private[str] | Sealed


@dataclass(frozen=True, kw_only=True)
class OfferedEntry:
    """An entry of a register that a field of the step's form may name: its key, and how people know it."""

    field: str
    key: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A step that is open now, to whom (`by`: a role of a resident or of a post).

    `to` is the number of the step whose proposal it replies to. Of `units` one may be chosen; of `entries` those that
    the form asks for.
    """

    step: str
    by: str
    units: tuple[str, ...] = ()
    entries: tuple[OfferedEntry, ...] = ()
    to: int = 0


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A deadline as promised: rule, pack version, its date, and the trace that explains it (law.term's dict)."""

    instance: str
    rule: str
    due: date
    due_at: datetime
    term: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class File:
    """A stored file: the blob's id and digest, its media type, bytes, and who may see it."""

    blob: str
    sha256: str
    type: str
    size: int
    seen: str
