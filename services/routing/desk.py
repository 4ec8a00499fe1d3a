"""What the desk asks: today's work, lists, one case with all that the staff member may read."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from services.routing.case import to_case
from services.routing.models import CaseRow, DeadlineRow, LetterRow, StepRow
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.access.tables import PersonRow
from shared.crypto.case_key import KeyGone
from shared.crypto.private import Sealed
from shared.errors import NotFound
from shared.kit.action import query
from shared.kit.session import Session
from shared.law.explain import explain
from shared.law.local import end_of_day, local_day
from shared.workflow.declare import Step
from shared.workflow.engine import blocked, offered, reason

FAR = datetime(9999, 12, 31, tzinfo=UTC)  # sorts what has no date behind everything


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means all."""

    phase: str = ""
    mechanism: str = ""
    unit: str = ""
    due: str = ""
    mine: bool = False
    reference: str = ""


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
    mine: tuple[str, ...] = ()


@dataclass(frozen=True)
class Work:
    """A page of a list; `after` is the sort key (due moment or empty, id) of its last line where more follows."""

    items: tuple[Item, ...]
    after: tuple[str, str] | None


@query
def counts(session: Session, staff: StaffMember, *, now: datetime) -> dict[str, int]:
    """Count today's work in one query: late, today, within three working days, new, waiting for the resident."""
    today = local_day(now)
    calendar = session.here.calendar
    midnight, soon = end_of_day(today), end_of_day(calendar.add(today, 3))
    due, running = CaseRow.next_due, CaseRow.phase != "closed"
    tests: dict[str, ColumnElement[bool]] = {
        "late": and_(running, due <= now),
        "today": and_(running, due > now, due <= midnight),
        "soon": and_(running, due > midnight, due <= soon),
        "new": CaseRow.phase == "triage",
        "waiting": CaseRow.phase == "waiting",
        "all": running,
    }
    columns = [func.count().filter(test).label(name) for name, test in tests.items()]
    row = session.execute(select(*columns).where(may_see(staff, CaseRow.id))).one()
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name


@query
def work(
    session: Session, staff: StaffMember, filters: Filters, after: tuple[str, str] | None, limit: int, *, now: datetime
) -> Work:
    """Give cases in order of what is due first; those without a date last. Keyset pages."""
    rank = func.coalesce(CaseRow.next_due, FAR)
    statement = select(CaseRow, rank.label("rank")).where(may_see(staff, CaseRow.id), *_where(session, filters, now))
    if after is not None:
        moment, last = datetime.fromisoformat(after[0]), after[1]
        statement = statement.where(or_(rank > moment, and_(rank == moment, CaseRow.id > last)))
    rows = session.execute(statement.order_by(rank, CaseRow.id).limit(limit + 1)).all()
    page = [row.CaseRow for row in rows[:limit]]
    items = _items(session, page, staff, now)
    if filters.mine:
        items = tuple(item for item in items if item.mine)
    last_row = rows[limit - 1] if len(rows) > limit else None
    return Work(items, ((last_row.CaseRow.next_due or FAR).isoformat(), last_row.CaseRow.id) if last_row else None)


def _where(session: Session, filters: Filters, now: datetime) -> Iterable[ColumnElement[bool]]:
    today = local_day(now)
    if filters.reference:
        yield CaseRow.reference == filters.reference
        return
    if filters.phase not in {"closed", "any"}:
        yield CaseRow.phase != "closed"
    if filters.phase not in ("", "any"):
        yield CaseRow.phase == filters.phase
    if filters.mechanism:
        yield CaseRow.mechanism == filters.mechanism
    if filters.unit:
        yield CaseRow.unit == filters.unit
    if filters.due == "late":
        yield CaseRow.next_due <= now
    elif filters.due == "today":
        yield and_(CaseRow.next_due > now, CaseRow.next_due <= end_of_day(today))
    elif filters.due == "soon":
        yield and_(
            CaseRow.next_due > end_of_day(today), CaseRow.next_due <= end_of_day(session.here.calendar.add(today, 3))
        )


def _items(session: Session, rows: Sequence[CaseRow], staff: StaffMember, now: datetime) -> tuple[Item, ...]:
    session.load_keys(row.id for row in rows)
    today = local_day(now)
    return tuple(
        Item(
            reference=row.reference,
            title=_reveal(session, row.title),
            mechanism=row.mechanism,
            kind=row.kind,
            unit=row.unit,
            place=row.place,
            phase=row.phase,
            state=row.state,
            received_at=row.received_at,
            due_at=row.next_due,
            days_left=_days_left(session, today, row.next_due),
            mine=_mine(session, row, staff),
        )
        for row in rows
    )


def _mine(session: Session, row: CaseRow, staff: StaffMember) -> tuple[str, ...]:
    """Give the steps from this state that one of the posts may take; guards are asked on the case's own page."""
    mechanism = session.here.mechanisms[row.mechanism]
    return tuple(
        step.label for step in mechanism.workflow.from_state(row.state) if not staff.roles.isdisjoint(step.roles)
    )


def _days_left(session: Session, today: date, due_at: datetime | None) -> int | None:
    return None if due_at is None else session.here.calendar.between(today, local_day(due_at - timedelta(seconds=1)))


def _reveal(session: Session, sealed: Sealed | None) -> str:
    """Give sealed text; a dash where the case was erased or its key is still on its way."""
    if sealed is None:
        return ""
    try:
        return session.reveal(sealed)
    except KeyGone:
        return "—"


@dataclass(frozen=True)
class Clock:
    """A deadline on the case page."""

    rule: str
    title: str
    due: date
    status: str
    days_left: int
    explanation: str


@dataclass(frozen=True)
class Taken:
    """A step as it was taken, with what was said."""

    step: Step | None
    name: str
    role: str
    person: str
    at: datetime
    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class Desk:
    """All that a staff member may know of a case."""

    row: CaseRow
    title: str
    text: str
    about: str
    contact: Mapping[str, str]
    details: Mapping[str, Any]
    offers: tuple[Step, ...]
    others: tuple[tuple[Step, str], ...]
    closed: tuple[tuple[Step, str], ...]
    clocks: tuple[Clock, ...]
    steps: tuple[Taken, ...]
    letters: tuple[dict[str, Any], ...]
    files: tuple[dict[str, Any], ...] = field(default=())


@query
def open_case(session: Session, reference: str, staff: StaffMember, language: str, *, now: datetime) -> Desk:
    """Give a case to a staff member who may see it. Raises `NotFound` for all others, as if it did not exist."""
    row = session.scalars(
        select(CaseRow).where(CaseRow.reference == reference, may_see(staff, CaseRow.id))
    ).one_or_none()
    if row is None:
        raise NotFound
    workflow, case = session.here.mechanisms[row.mechanism].workflow, to_case(session, row)
    by_step: dict[str, set[str]] = {}
    for step, role in offered(workflow, case):
        by_step.setdefault(step.name, set()).add(role)
    open_steps = [step for step in workflow.steps if step.name in by_step]
    mine = [step for step in open_steps if by_step[step.name] & staff.roles and not _did_before(case.done, step, staff)]
    return Desk(
        row=row,
        title=_reveal(session, row.title),
        text=_reveal(session, row.text),
        about=_reveal(session, row.about),
        contact=json.loads(_reveal(session, row.contact)) if row.contact else {},
        details=case.details,
        offers=tuple(mine),
        others=tuple((step, role) for step in open_steps if step not in mine for role in sorted(by_step[step.name])),
        closed=tuple((step, reason(step)) for step in blocked(workflow, case)),
        clocks=_clocks(session, row, language, now),
        steps=_steps(session, row),
        letters=_letters(session, row),
        files=_files(session, row),
    )


def _did_before(done: Mapping[str, Any], step: Step, staff: StaffMember) -> bool:
    return any(name in done and done[name].person == staff.person for name in step.not_by)


def _clocks(session: Session, row: CaseRow, language: str, now: datetime) -> tuple[Clock, ...]:
    rows = session.scalars(select(DeadlineRow).where(DeadlineRow.case == row.id).order_by(DeadlineRow.due_at))
    here, today = session.here, local_day(now)
    return tuple(
        Clock(
            rule=one.rule,
            title=here.rules[one.rule].title_zh if language == "zh" else here.rules[one.rule].title,
            due=one.due,
            status=one.status,
            days_left=here.calendar.between(today, one.due),
            explanation=explain(one.term, here.rules, language),
        )
        for one in rows
    )


def _steps(session: Session, row: CaseRow) -> tuple[Taken, ...]:
    workflow = session.here.mechanisms[row.mechanism].workflow
    rows = session.scalars(select(StepRow).where(StepRow.case == row.id).order_by(StepRow.number)).all()
    people = dict(
        session.execute(
            select(PersonRow.id, PersonRow.display).where(PersonRow.id.in_({one.person for one in rows}))
        ).all()
    )
    return tuple(
        Taken(
            step=workflow.step(one.step),
            name=one.step,
            role=one.role,
            person=people.get(one.person, ""),
            at=one.at,
            inputs=json.loads(_reveal(session, one.inputs) or "{}"),
        )
        for one in rows
    )


def _letters(session: Session, row: CaseRow) -> tuple[dict[str, Any], ...]:
    rows = session.scalars(select(LetterRow).where(LetterRow.case == row.id).order_by(LetterRow.signed_at))
    return tuple(
        {
            "number": one.number,
            "text": _reveal(session, one.text),
            "signed_at": one.signed_at,
            "served_on": one.served_on,
        }
        for one in rows
    )


def _opens(session: Session, sealed: Sealed | None) -> dict[str, dict[str, str]]:
    return dict(json.loads(_reveal(session, sealed) or "{}")) if sealed else {}


def _files(session: Session, row: CaseRow) -> tuple[dict[str, Any], ...]:
    steps = session.scalars(select(StepRow).where(StepRow.case == row.id)).all()
    groups = [(row.files, row.file_keys), *((step.files, step.file_keys) for step in steps)]
    return tuple(
        {
            **one,
            "name": opens.get(one["blob"], {}).get("name", one["blob"]),
            "key": opens.get(one["blob"], {}).get("key"),
        }
        for files, keys in groups
        if (opens := _opens(session, keys)) is not None
        for one in files
    )


@query
def open_file(session: Session, reference: str, blob: str, staff: StaffMember) -> tuple[str, str, Iterator[bytes]]:
    """Give (type, name, chunks) of a case's file to who may see the case. Raises `NotFound`."""
    row = session.scalars(
        select(CaseRow).where(CaseRow.reference == reference, may_see(staff, CaseRow.id))
    ).one_or_none()
    found = next((one for one in _files(session, row) if one["blob"] == blob), None) if row else None
    if found is None or not found["key"]:
        raise NotFound
    return found["type"], found["name"], session.here.blobs.open(blob, base64.b64decode(found["key"]))
