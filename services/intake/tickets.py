"""Numbers at the window: one drawn after another, called in the same order, and shown to everybody; nobody's name."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from services.intake.models import EntryRow
from services.intake.reception import place_of_today
from shared.errors import NotFound
from shared.facts.publication import RegisterChanged
from shared.journal.tell import tell
from shared.kit.action import action, query
from shared.kit.session import Here, Session
from shared.law.local import local_day

SHOWN = 6  # numbers that were called last


@dataclass(frozen=True)
class Queue:
    """A queue of the county file: its register, its code in the address, whose it is, the letter of its numbers."""

    register: str
    code: str
    unit: str
    sign: str

    def key(self, day: date) -> str:
        """Give the key of a day's line."""
        return f"{self.code}/{day.isoformat()}"

    def number(self, place: int) -> str:
        """Give a number as it is called: a letter and three digits."""
        return f"{self.sign}{place:03}"


@dataclass(frozen=True)
class Line:
    """A day's line: how many numbers were drawn, how many were called, the last ones of those with their window.

    `booked` has the number of each place that was booked and whose holder came; `first` those that wait, in order.
    """

    drawn: int = 0
    called: int = 0
    calls: tuple[tuple[str, str], ...] = ()
    booked: Mapping[str, str] = field(default_factory=dict)
    first: tuple[str, ...] = ()

    @property
    def waiting(self) -> int:
        """Give how many were drawn and not called."""
        return self.drawn - self.called + len(self.first)


def queues_here(here: Here) -> tuple[Queue, ...]:
    """Give the queues of the registers that this county's mechanisms show as one."""
    return tuple(_queues(here))


def _queues(here: Here) -> Iterator[Queue]:
    for mechanism in here.mechanisms.values():
        for register in mechanism.registers:
            name = f"{mechanism.name}.{register.name}"
            shown = register.home == here.service and register.display == "queue" and not mechanism.retired
            for one in here.county.registers.get(name, ()) if shown else ():
                yield Queue(name, one["queue"], one["unit"], one["sign"])


def queues_of(here: Here, units: Collection[str]) -> tuple[Queue, ...]:
    """Give the queues at the windows of some units."""
    return tuple(one for one in _queues(here) if one.unit in units)


def queue_named(here: Here, code: str) -> Queue:
    """Give a queue. Raises `NotFound`."""
    found = next((one for one in _queues(here) if one.code == code), None)
    if found is None:
        raise NotFound
    return found


@action
def draw(session: Session, queue: Queue, *, now: datetime) -> int:
    """Draw the next number of today; two people at once wait for each other, so none is given twice or left out."""
    row = _locked(session, queue, local_day(now))
    line = _line(row)
    place = line.drawn + 1
    _keep(row, replace(line, drawn=place))
    _give(session, queue, row, queue.number(place), f"{place:04}")
    return place


@action
def draw_booked(session: Session, queue: Queue, code: str, *, now: datetime) -> str:
    """Give who booked for today a number that is called before the others; the same code gives the same number.

    Raises `NoPlace`.
    """
    row = _locked(session, queue, local_day(now))
    place, line = place_of_today(session, code, queue.code), _line(row)
    if place in line.booked:
        return line.booked[place]
    number = f"{queue.sign}Y{len(line.booked) + 1:02}"
    _keep(row, replace(line, booked={**line.booked, place: number}, first=(*line.first, number)))
    _give(session, queue, row, number, number)
    return number


def _give(session: Session, queue: Queue, row: EntryRow, number: str, name: str) -> None:
    entry = {"queue": queue.code, "ticket": number, "day": local_day(session.now).isoformat(), "window": ""}
    ticket = EntryRow(register=queue.register, key=f"{row.key}/{name}", entry=entry, left=1)
    session.add(ticket)
    _tell(session, ticket)


@action
def call(session: Session, queue: Queue, window: str, *, now: datetime) -> str | None:
    """Call the next number of today to a window, each once, booked ones first; None where nobody waits."""
    row = _locked(session, queue, local_day(now))
    line = _line(row)
    if not line.waiting:
        return None
    called = line.called if line.first else line.called + 1
    number, name = (line.first[0],) * 2 if line.first else (queue.number(called), f"{called:04}")
    calls = ((number, window), *line.calls)[:SHOWN]
    _keep(row, replace(line, called=called, calls=calls, first=line.first[1:]))
    ticket = session.get_one(EntryRow, (queue.register, f"{row.key}/{name}"))
    ticket.entry, ticket.left, ticket.active = {**ticket.entry, "window": window}, 0, False
    _tell(session, ticket)
    return number


@query
def line_of(session: Session, queue: Queue, *, now: datetime) -> Line:
    """Give how a queue stands today."""
    row = session.get(EntryRow, (queue.register, queue.key(local_day(now))))
    return _line(row) if row else Line()


def _locked(session: Session, queue: Queue, day: date) -> EntryRow:
    """Give the row of a day's line, for a change; made by whoever comes first."""
    make = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
    first = {"register": queue.register, "key": queue.key(day), "entry": {}, "active": True}
    session.execute(make(EntryRow).values(**first).on_conflict_do_nothing())
    mine = EntryRow.register == queue.register, EntryRow.key == queue.key(day)
    return session.scalars(select(EntryRow).where(*mine).with_for_update()).one()


def _line(row: EntryRow) -> Line:
    said = row.entry
    calls = tuple((number, window) for number, window in said.get("calls", ()))
    booked, first = said.get("booked", {}), tuple(said.get("first", ()))
    return Line(said.get("drawn", 0), said.get("called", 0), calls, booked, first)


def _keep(row: EntryRow, line: Line) -> None:
    row.entry = {
        "drawn": line.drawn,
        "called": line.called,
        "calls": [list(one) for one in line.calls],
        "booked": dict(line.booked),
        "first": list(line.first),
    }


def _tell(session: Session, row: EntryRow) -> None:
    fact = RegisterChanged(
        subject=f"{row.register}/{row.key}",
        register=row.register,
        key=row.key,
        entry=row.entry,
        left=row.left,
        active=row.active,
    )
    tell(session, fact)
