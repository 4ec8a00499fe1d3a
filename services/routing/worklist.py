"""Work lists: today's work counted, cases in order of what is due first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import product
from typing import Any, get_args

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, select, true

from services.routing.case import plain_or_dash
from services.routing.listed import OPEN, WINDOWS, ListedRow, Lists, behind, due, first_of, given, number_of
from services.routing.models import CaseRow, DeadlineRow
from services.routing.roles import Roles, roles_on
from services.routing.search.find import find
from services.routing.search.words import asked_for, excerpt
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.crypto.receipt import normalise_reference
from shared.kit.action import query
from shared.kit.session import Session
from shared.law.local import end_of_day, local_day
from shared.workflow.declare import Phase

MOST = 1_000  # a count of today's work goes no further: who has more needs no exact number, and waits for none


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means all. `says` is what a case must say somewhere, in parts."""

    phase: str = ""
    mechanism: str = ""
    unit: str = ""
    due: str = ""
    mine: bool = False
    reference: str = ""
    says: tuple[str, ...] = ()


def seeking(question: str) -> Filters:
    """Give what a list is narrowed to by what somebody typed: one case by its reference, or what cases say.

    A question that is too short finds nothing.
    """
    reference = normalise_reference(question) or ""
    says = () if reference else asked_for(question)
    return Filters(reference=reference or ("-" if question and not says else ""), says=says)


@dataclass(frozen=True)
class Item:
    """A line of a work list."""

    reference: str
    title: str
    mechanism: str
    kind: str
    unit: str
    place: str | None
    phase: str
    state: str
    received_at: datetime
    due_at: datetime | None
    days_left: int | None
    urgent: bool = False
    mine: tuple[str, ...] = ()
    excerpt: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class Work:
    """A page of a list; `after` is the sort key (due moment or empty, id) of its last line where more follows."""

    items: tuple[Item, ...]
    after: tuple[str, str] | None


@query
def counts(session: Session, staff: StaffMember, *, now: datetime) -> dict[str, int]:
    """Count today's work in one query: late, today, within three working days, new, waiting for the resident.

    None is counted beyond `MOST`.
    """
    row = session.execute(_counted(Lists.of(staff)), given(staff, most=MOST, **_moments(session, now))).one()
    return {name: min(number, MOST) for name, number in row._mapping.items()}  # noqa: SLF001 - a documented name


@cache
def _counted(lists: Lists) -> Select[*tuple[Any, ...]]:
    stretches = {
        **{name: [and_(OPEN, one) for one in due(name)] for name in WINDOWS},
        "new": [ListedRow.phase == "triage"],
        "waiting": [ListedRow.phase == "waiting"],
        "all": [OPEN],
    }
    numbers: list[ColumnElement[int]] = [number_of(lists, which).label(name) for name, which in stretches.items()]
    return select(*numbers)


def _moments(session: Session, now: datetime) -> dict[str, datetime]:
    """Give the ends of what is late, due today, and due within three working days."""
    today = local_day(now)
    return {"now": now, "midnight": end_of_day(today), "soon": end_of_day(session.calendar.add(today, 3))}


@query
def work(
    session: Session, staff: StaffMember, filters: Filters, after: tuple[str, str] | None, limit: int, *, now: datetime
) -> Work:
    """Give what is urgent, then what is due first; those without a date last. What is sought, the newest first."""
    if filters.says:
        return _found(session, staff, filters, after, limit, now)
    if filters.reference:
        return Work(_items(session, _seen(session, staff, CaseRow.reference == filters.reference), staff, now), None)
    places = _places(session, staff, filters, after, limit + 1, now)
    ids = {place.case: number for number, place in enumerate(places[:limit])}
    page = sorted(_seen(session, staff, CaseRow.id.in_(ids)), key=lambda row: ids[row.id]) if ids else ()
    items = _items(session, page, staff, now)
    if filters.mine:
        items = tuple(item for item in items if item.mine)
    last = places[limit - 1] if len(places) > limit else None
    return Work(items, (last.rank.isoformat(), last.case) if last else None)


def _seen(session: Session, staff: StaffMember, which: ColumnElement[bool]) -> Sequence[CaseRow]:
    return session.scalars(select(CaseRow).where(which, may_see(staff, CaseRow.id))).all()


def _places(
    session: Session, staff: StaffMember, filters: Filters, after: tuple[str, str] | None, limit: int, now: datetime
) -> Sequence[Row[datetime, str]]:
    """Give the next places of a list: rank and case."""
    phase = filters.phase if filters.phase in ("", "any") else "one"
    narrowed = tuple(name for name in ("mechanism", "unit") if getattr(filters, name))
    window = filters.due if filters.due in WINDOWS else ""
    question = _listed(Lists.of(staff), phase, window, narrowed, begun=after is not None)
    place = {"rank": datetime.fromisoformat(after[0]), "after": after[1]} if after else {}
    words = {name: getattr(filters, name) for name in ("phase", "mechanism", "unit")}
    return session.execute(question, given(staff, most=limit, **words, **place, **_moments(session, now))).all()


@cache
def _listed(lists: Lists, phase: str, window: str, narrowed: tuple[str, ...], *, begun: bool) -> Select[datetime, str]:
    phases = {"": [OPEN], "any": [ListedRow.phase == one for one in get_args(Phase)]}
    in_phase = phases.get(phase, [ListedRow.phase == bindparam("phase")])
    stretches = [and_(*one, behind() if begun else true()) for one in product(in_phase, due(window))]
    return first_of(lists, stretches, *(getattr(CaseRow, name) == bindparam(name) for name in narrowed))


def _found(
    session: Session, staff: StaffMember, filters: Filters, after: tuple[str, str] | None, limit: int, now: datetime
) -> Work:
    """Give what says something: among all that one may see, closed cases too, where no phase was chosen."""
    narrowed = tuple(_where(session, replace(filters, phase=filters.phase or "any"), now))
    hits = find(session, staff, filters.says, narrowed, after, limit)
    pieces = (excerpt((*texts[1:], texts[0]), filters.says) for texts in hits.texts)  # the title is shown anyway
    items = zip(_items(session, hits.rows, staff, now), pieces, strict=True)
    return Work(tuple(replace(item, excerpt=one) for item, one in items), hits.after)


def _where(session: Session, filters: Filters, now: datetime) -> Iterable[ColumnElement[bool]]:
    """Give what narrows a search, beside what is sought."""
    if filters.phase != "any":
        yield CaseRow.phase == filters.phase
    if filters.mechanism:
        yield CaseRow.mechanism == filters.mechanism
    if filters.unit:
        yield CaseRow.unit == filters.unit
    if filters.due in WINDOWS:
        since, until = WINDOWS[filters.due]
        yield CaseRow.next_due <= _moments(session, now)[until]
        if since:
            yield CaseRow.next_due > _moments(session, now)[since]


def _items(session: Session, rows: Sequence[CaseRow], staff: StaffMember, now: datetime) -> tuple[Item, ...]:
    session.load_keys(row.id for row in rows)
    roles, own = roles_on(session, staff, rows), _own_days(session, rows, staff)
    today = local_day(now)
    return tuple(
        Item(
            reference=row.reference,
            title=plain_or_dash(session, row.title),
            mechanism=row.mechanism,
            kind=row.kind,
            unit=row.unit,
            place=row.place,
            phase=row.phase,
            state=row.state,
            received_at=row.received_at,
            due_at=own.get(row.id, row.next_due),
            days_left=_days_left(session, today, own.get(row.id, row.next_due)),
            urgent=row.urgent and row.phase != "closed",
            mine=_mine(session, row, roles[row.id]),
        )
        for row in rows
    )


def _own_days(session: Session, rows: Sequence[CaseRow], staff: StaffMember) -> dict[str, datetime]:
    """Give by when somebody's own unit owes its part of a case; where it leads as well, the day that comes first."""
    helped = {row.id: row for row in rows if not set(staff.units).isdisjoint(row.co_handlers)}
    if not helped:
        return {}
    owed = (DeadlineRow.owes.in_(staff.units), DeadlineRow.status.in_(("open", "breached")))
    days = select(DeadlineRow.case, func.min(DeadlineRow.due_at)).where(DeadlineRow.case.in_(helped), *owed)
    own: dict[str, datetime] = dict(session.execute(days.group_by(DeadlineRow.case)).all())
    led = {case: row.next_due for case, row in helped.items() if case in own and row.unit in staff.units}
    return own | {case: min(own[case], due) for case, due in led.items() if due}


def _mine(session: Session, row: CaseRow, roles: Roles) -> tuple[str, ...]:
    """Give the steps from this state that one of the posts may take; guards are asked on the case's own page."""
    mechanism = session.here.mechanisms[row.mechanism]
    return tuple(
        step.label for step in mechanism.workflow.from_state(row.state) if not roles[step.at].isdisjoint(step.roles)
    )


def _days_left(session: Session, today: date, due_at: datetime | None) -> int | None:
    return None if due_at is None else session.calendar.between(today, local_day(due_at - timedelta(seconds=1)))
