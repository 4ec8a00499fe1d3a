"""Registers whose home is intake: an entry is taken in the same transaction as the case that takes it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from services.intake.models import EntryRow
from shared.errors import Refusal, StartError
from shared.facts.publication import RegisterChangeAsked, RegisterChanged
from shared.journal.tell import tell
from shared.kit.action import every, on, query
from shared.kit.session import Session
from shared.law.local import local_day
from shared.workflow.mechanism import Kind, Mechanism

SLOTS_AHEAD = 21  # days
DAYS_OF_WEEK = 7


class NothingLeft(Refusal):
    """Somebody else took the last place."""

    code = "register-full"
    status = 409
    message = "This appointment was taken in the meantime."
    next_action = "Choose another one."


def slot(session: Session, mechanism: Mechanism, details: Mapping[str, Any], kind: Kind) -> None:
    """Take the entries that the details name, one place each. Raises `NothingLeft`."""
    asked = kind.details.asked() if kind.details else {}
    for register in mechanism.registers:
        key = details.get(register.unique)
        if register.home == "intake" and register.capacity and key and register.unique in asked:
            take(session, f"{mechanism.name}.{register.name}", str(key))


def take(session: Session, register: str, key: str, *, field: str = "details.slot") -> None:
    """Count down where something is left: the condition and the change are one statement, so nobody is doubled."""
    taken = session.execute(
        update(EntryRow)
        .where(EntryRow.register == register, EntryRow.key == key, EntryRow.active, EntryRow.left > 0)
        .values(left=EntryRow.left - 1)
        .returning(EntryRow.entry, EntryRow.left)
    ).one_or_none()
    if taken is None:
        raise NothingLeft(field=field)
    tell(
        session,
        RegisterChanged(subject=f"{register}/{key}", register=register, key=key, entry=taken.entry, left=taken.left),
    )


@on(RegisterChangeAsked, name="intake-register-change")
def change(session: Session, fact: RegisterChangeAsked, *, now: datetime) -> None:
    """Enter, change or close an entry that another service asked for."""
    if fact.change not in {"enter", "close"} or not _is_home(session, fact.register):
        return
    capacity = fact.entry.get("capacity")
    row = EntryRow(register=fact.register, key=fact.key, entry=fact.entry, left=capacity, active=fact.change == "enter")
    session.merge(row)
    tell(
        session,
        RegisterChanged(
            subject=f"{fact.register}/{fact.key}",
            register=fact.register,
            key=fact.key,
            entry=fact.entry,
            left=capacity,
            active=row.active,
        ),
    )


def _is_home(session: Session, name: str) -> bool:
    mechanism, _, register = name.partition(".")
    declared = session.here.mechanisms.get(mechanism)
    return declared is not None and any(
        entry.name == register and entry.home == session.here.service for entry in declared.registers
    )


@every(timedelta(hours=6), name="intake-open-slots")
def open_slots(session: Session, subject: str, *, now: datetime) -> None:
    """Open the reception slots of the next weeks, as the county file plans them; what is open already stays."""
    open_slots_now(session, now=now)


def check_at_start(session: Session, *, now: datetime) -> None:
    """Raise `StartError` with a line for each planned slot that names a unit which is not there."""
    county = session.here.county
    wrong = [
        f"registers.{register} ({plan['slot']}): {unit} is no unit of the county; mend the county file"
        for register, plans in county.registers.items()
        for plan in plans
        if _is_home(session, register) and "slot" in plan
        for unit in (plan["unit"], *plan.get("beside", ()))
        if unit not in county.unit_by_code
    ]
    if wrong:
        raise StartError(*wrong)


def open_slots_now(session: Session, *, now: datetime) -> None:
    """Enter planned slots that are not entered yet; safe at every start."""
    for register, plans in session.here.county.registers.items():
        if _is_home(session, register):
            for plan in (one for one in plans if "slot" in one):
                _enter(session, register, plan, local_day(now))


def _enter(session: Session, register: str, plan: Mapping[str, Any], today: date) -> None:
    for ahead in range(1, SLOTS_AHEAD + 1):
        day = today + timedelta(days=ahead)
        key = f"{day.isoformat()}-{plan['slot']}"
        works = session.calendar.is_working(day) and plan.get("week") in (None, 1 + (day.day - 1) // DAYS_OF_WEEK)
        if day.isoweekday() == plan["weekday"] and works and session.get(EntryRow, (register, key)) is None:
            capacity = int(plan["capacity"])
            entry = {
                "slot": key,
                "unit": plan["unit"],
                "day": day.isoformat(),
                "hours": plan["hours"],
                "capacity": capacity,
                **{name: plan[name] for name in ("post", "where", "queue", "beside") if name in plan},
            }
            session.add(EntryRow(register=register, key=key, entry=entry, left=capacity))
            told = RegisterChanged(subject=f"{register}/{key}", register=register, key=key, entry=entry, left=capacity)
            tell(session, told)


def free_slots(mechanism: Mechanism, kind: Kind, today: date) -> list[dict[str, Any]]:
    """Give the free appointments that a kind's form lets one take with the case."""
    if "slot" not in (kind.details.asked() if kind.details else {}):
        return []
    mine = (one for one in mechanism.registers if one.home == "intake" and one.capacity and not one.books)
    return [slot for one in mine for slot in entries(f"{mechanism.name}.{one.name}", today) if slot["left"]]


@query
def entries(session: Session, register: str, since: date) -> list[dict[str, Any]]:
    """List a register's open entries from a day on, with what is left of each, by key."""
    statement = select(EntryRow).where(
        EntryRow.register == register, EntryRow.active, EntryRow.key >= since.isoformat()
    )
    rows = session.scalars(statement.order_by(EntryRow.key).limit(100))
    return [{"key": row.key, "left": row.left, **row.entry} for row in rows]
