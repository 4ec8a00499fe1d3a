"""The facts that outsiders are told: derived by disclosure for the public record, with ids of their own.

Nothing in them leads back to what set them off. They go to the public exchange and into `GET /api/v1/events`; no
service follows them, and no order among them is promised.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from shared.facts.base import PREFIX, Envelope, Fact, Reach

OUTSIDE = f"{PREFIX}.public."
UNKNOWN = "-"


@dataclass(frozen=True, kw_only=True)
class Outward(Fact):
    """What outsiders choose by: `mechanism`, and where it is, as far as that is told."""

    owner: ClassVar[str] = "disclosure"
    reach: ClassVar[Reach] = Reach.OUTSIDE

    mechanism: str
    township: str | None = None
    village: str | None = None

    @classmethod
    def wire_type(cls) -> str:
        """Give the CloudEvents type, such as `org.lianxin.public.outcome.published.v1`."""
        return f"{OUTSIDE}{cls.name}.v{cls.version}"


@dataclass(frozen=True, kw_only=True)
class OutcomeInRecord(Outward):
    """A redacted outcome is in the public record; `subject` is its id there."""

    name: ClassVar[str] = "outcome.published"

    kind: str
    unit: str
    outcome: str
    category: str | None
    days: int
    text: str
    received_on: date
    closed_on: date


@dataclass(frozen=True, kw_only=True)
class EditionInRecord(Outward):
    """A version of a publication is out, for everybody; `subject` is the publication's id in the record."""

    name: ClassVar[str] = "publication.published"

    unit: str
    title: str
    edition: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class WithdrawnFromRecord(Outward):
    """What had this `subject` is no longer in the public record, and a copy of it should go too."""

    name: ClassVar[str] = "record.withdrawn"

    at: datetime


def outside_key(envelope: Envelope) -> str:
    """Give `<noun>.<verb>.v<n>.<mechanism>.<county>.<township>.<village>`, the key on the public exchange."""
    county, where = envelope.source.split("/")[2], (envelope.data.get(level) for level in ("township", "village"))
    words = (
        envelope.type.removeprefix(OUTSIDE),
        envelope.data["mechanism"],
        county,
        *(one or UNKNOWN for one in where),
    )
    return ".".join(words)
