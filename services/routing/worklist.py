"""Work lists: today's work counted, cases in order of what is due first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select

from services.routing.case import plain_or_dash
from services.routing.models import CaseRow
from services.routing.roles import Roles, roles_on
from services.routing.search.find import find
from services.routing.search.words import asked_for, excerpt
from shared.access.actor import StaffMember
from shared.access.cases import may_see
from shared.crypto.receipt import normalise_reference
from shared.db.types import Moment
from shared.kit.action import query
from shared.kit.session import Session
from shared.law.local import end_of_day, local_day

FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # sorts what is urgent before everything
FAR = datetime(9999, 12, 31, tzinfo=UTC)  # sorts what has no date behind everything


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
    """Count today's work in one query: late, today, within three working days, new, waiting for the resident."""
    today = local_day(now)
    calendar = session.calendar
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
    """Give what is urgent, then what is due first; those without a date last. What is sought, the newest first."""
    if filters.says:
        return _found(session, staff, filters, after, limit, now)
    presses = and_(CaseRow.urgent, CaseRow.phase != "closed")
    rank = case((presses, literal(FIRST, Moment())), else_=func.coalesce(CaseRow.next_due, FAR))
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
    return Work(items, (last_row.rank.isoformat(), last_row.CaseRow.id) if last_row else None)


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
        yield and_(CaseRow.next_due > end_of_day(today), CaseRow.next_due <= end_of_day(session.calendar.add(today, 3)))


def _items(session: Session, rows: Sequence[CaseRow], staff: StaffMember, now: datetime) -> tuple[Item, ...]:
    session.load_keys(row.id for row in rows)
    roles = roles_on(session, staff, rows)
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
            due_at=row.next_due,
            days_left=_days_left(session, today, row.next_due),
            urgent=row.urgent and row.phase != "closed",
            mine=_mine(session, row, roles[row.id]),
        )
        for row in rows
    )


def _mine(session: Session, row: CaseRow, roles: Roles) -> tuple[str, ...]:
    """Give the steps from this state that one of the posts may take; guards are asked on the case's own page."""
    mechanism = session.here.mechanisms[row.mechanism]
    return tuple(
        step.label for step in mechanism.workflow.from_state(row.state) if not roles[step.at].isdisjoint(step.roles)
    )


def _days_left(session: Session, today: date, due_at: datetime | None) -> int | None:
    return None if due_at is None else session.calendar.between(today, local_day(due_at - timedelta(seconds=1)))
