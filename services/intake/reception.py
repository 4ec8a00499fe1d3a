"""Reception days: a place in a slot is booked by itself, for a number and a code. Nobody says a name, or about what."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import func, select, update

from services.intake import book
from services.intake.models import EntryRow, PlaceRow
from shared.crypto.receipt import invitation_hash, new_invitation, normalise_invitation
from shared.errors import NotFound, Refusal
from shared.facts.publication import RegisterChanged
from shared.journal.tell import tell
from shared.kit.action import action, query
from shared.kit.session import Here, Session
from shared.law.local import local_day
from shared.web.limits import count_failure, refuse_above
from shared.workflow.mechanism import Register

PURPOSE, MOST_FAILURES = "place", 30
T = TypeVar("T")


class NoPlace(Refusal):
    """Wrong, unknown, given up: one answer for all of them."""

    code = "no-place"
    status = 404
    message = "No place is kept under this code."
    next_action = "Look at the code again; it has 15 characters in three groups. A place that was given up is gone."


@dataclass(frozen=True)
class Slot:
    """A reception as it is published: who receives when and where, and how many places are left."""

    register: str
    key: str
    day: date
    hours: str
    who: str
    where: str
    left: int
    by_itself: bool  # a place in it is booked here; elsewhere it goes with the case
    booked: int = 0
    queue: str = ""  # at whose window, where it is an appointment there
    beside: tuple[str, ...] = ()  # units that sit in the same room


def registers_of(here: Here) -> Iterator[tuple[str, Register]]:
    """Give the registers of receptions whose home is intake, by their full names."""
    for mechanism in here.mechanisms.values():
        for one in mechanism.registers:
            if one.home == "intake" and one.capacity:
                yield f"{mechanism.name}.{one.name}", one


@query
def schedule(session: Session, since: date, queue: str | None = None) -> list[Slot]:
    """Give every reception published from a day on, by day and hour: at a queue's window, or (empty) at none."""
    registers = dict(registers_of(session.here))
    rows = select(EntryRow).where(EntryRow.register.in_(registers), EntryRow.active, EntryRow.key >= since.isoformat())
    found = session.scalars(rows.order_by(EntryRow.key).limit(200)).all()
    slots = (_slot(row, registers[row.register]) for row in found)
    return sorted((one for one in slots if queue in (None, one.queue)), key=lambda one: (one.day, one.key))


def _slot(row: EntryRow, register: Register) -> Slot:
    entry: dict[str, Any] = row.entry
    left = row.left or 0
    return Slot(
        *(row.register, row.key, date.fromisoformat(entry["day"]), entry["hours"]),
        *(entry.get("post") or entry["unit"], entry.get("where", ""), left, register.books),
        *(int(entry["capacity"]) - left, entry.get("queue", "")),
        beside=tuple(entry.get("beside", ())),
    )


@action
def take_place(session: Session, register: str, key: str, *, walked_in: bool, now: datetime) -> dict[str, Any]:
    """Take one place: gives its number and the code that gives it up. Raises `NothingLeft`, or `NotFound`.

    Only of today who walked in; what is over is booked by nobody.
    """
    declared = dict(registers_of(session.here)).get(register)
    row = session.get(EntryRow, (register, key))
    if declared is None or not declared.books or row is None or not row.active:
        raise NotFound
    day, today = date.fromisoformat(row.entry["day"]), local_day(now)
    if day < today or (walked_in and day != today):
        raise NotFound
    book.take(session, register, key, field="slot")  # whoever comes second waits here for the first
    mine = (PlaceRow.register == register, PlaceRow.key == key)
    number = 1 + (session.scalar(select(func.max(PlaceRow.number)).where(*mine)) or 0)
    code = new_invitation()
    digest = _digest(session, code)
    session.add(PlaceRow(register=register, key=key, number=number, hash=digest, walked_in=walked_in, booked_at=now))
    return {"register": register, "key": key, "number": number, "code": code}


@action
def give_up(session: Session, code: str, *, now: datetime) -> None:
    """Give a place up that a code keeps: somebody else can have it. Raises `NoPlace`."""
    mine = update(PlaceRow).where(PlaceRow.hash == _digest(session, code), PlaceRow.given_up_at.is_(None))
    place = session.execute(mine.values(given_up_at=now).returning(PlaceRow.register, PlaceRow.key)).one_or_none()
    if place is None:
        raise NoPlace
    back = update(EntryRow).where(EntryRow.register == place.register, EntryRow.key == place.key)
    free = session.execute(back.values(left=EntryRow.left + 1).returning(EntryRow.entry, EntryRow.left)).one()
    tell(
        session,
        RegisterChanged(
            subject=f"{place.register}/{place.key}",
            register=place.register,
            key=place.key,
            entry=free.entry,
            left=free.left,
        ),
    )


def give_up_by_code(code: str, *, now: datetime) -> None:
    """Give a place up, within the limit that holds for codes. Raises `NoPlace`."""
    by_code(lambda: give_up(code, now=now), now=now)


def by_code(work: Callable[[], T], *, now: datetime) -> T:
    """Do what a code opens, within the limit of wrong ones. Raises `NoPlace`."""
    refuse_above(PURPOSE, MOST_FAILURES, now=now)
    try:
        return work()
    except NoPlace:
        count_failure(PURPOSE, now=now)
        raise


def place_of_today(session: Session, code: str, queue: str) -> str:
    """Give the name of the place that a code keeps at a window today, and that was not given up. Raises `NoPlace`."""
    mine = select(PlaceRow).where(PlaceRow.hash == _digest(session, code), PlaceRow.given_up_at.is_(None))
    place = session.scalars(mine).one_or_none()
    entry = session.get_one(EntryRow, (place.register, place.key)).entry if place else {}
    if place is None or (entry.get("queue"), entry["day"]) != (queue, local_day(session.now).isoformat()):
        raise NoPlace
    return f"{place.key}/{place.number}"


def _digest(session: Session, code: str) -> bytes:
    return invitation_hash(session.here.keyring, "place", normalise_invitation(code) or "-")
