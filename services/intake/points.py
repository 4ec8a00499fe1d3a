"""Helper points: where somebody near home explains, helps to fill in, and takes an application in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.intake.filled import Entry, filled, refuse_wrong
from services.intake.rules import openers
from shared.kit.session import Here, Session
from shared.workflow.mechanism import Mechanism, Register


@dataclass(frozen=True)
class Point:
    """A helper point in the reader's language; `place` is a code of the county, `phone` that of its unit."""

    code: str
    unit: str
    place: str
    where: str
    hours: str
    phone: str


def points(here: Here, language: str) -> tuple[Point, ...]:
    """Give every helper point, in the order of the county file; none where no mechanism here has such."""
    return tuple(
        _point(here, register, entry, language) for _, register, entries in filled(here, "points") for entry in entries
    )


def _point(here: Here, register: Register, entry: Entry, language: str) -> Point:
    unit = here.county.unit_by_code[entry["unit"]]
    where, hours = entry[f"where_{language}"], entry[f"hours_{language}"]
    return Point(str(entry[register.unique]), unit.code, unit.place or "", where, hours, unit.phone or "")


def check_at_start(session: Session, *, now: datetime) -> None:
    """Raise `StartError` with a line for each point at which nobody could help."""
    refuse_wrong(session.here, "points", _problems)


def _problems(here: Here, mechanism: Mechanism, entry: Entry) -> Iterator[str]:
    unit = entry["unit"]
    if unit not in here.county.unit_by_code:
        yield f"{unit} is no unit of the county"
    elif not any(openers(mechanism).intersection(one.roles) for one in here.county.posts_of_unit.get(unit, ())):
        yield f"nobody of {unit} takes cases in: give one of its posts the role clerk"
