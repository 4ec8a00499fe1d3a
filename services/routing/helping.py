"""The part of a unit that works with the one that leads: a term of its own, kept by that unit, ended once."""

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from services.routing import clocks
from services.routing.models import CaseRow, DeadlineRow, StepRow
from shared.access.tables import PersonRow, PostRow
from shared.calendar.national import by_name
from shared.kit.session import Session
from shared.law.local import local_day
from shared.law.rule import ASSIGNED
from shared.law.term import start_term
from shared.workflow.declare import Deadline, Step


def start(session: Session, row: CaseRow, deadline: Deadline, at: datetime) -> None:
    """Start the term of every unit that was asked to take part and has not given its part before."""
    county, rules = session.here.county, session.here.rules
    rule = rules.on(deadline.rule, local_day(row.received_at))
    term = start_term(rule, at, by_name(rule.calendar, session.calendar))
    for unit in (county.unit_by_code[one] for one in _asked(session, row)):
        by = (unit.code, unit.name_zh, unit.name_en)
        clocks.begin(session, row, secrets.token_hex(8), replace(term, sender=by), lapses=deadline.lapses)
    clocks.refresh(session, row)


def give(session: Session, row: CaseRow, step: Step, units: Collection[str]) -> None:
    """End the terms of these units: they gave their part."""
    clocks.meet(session, row, step.met, owes=units)


def let_off(session: Session, row: CaseRow, basis: str, units: Collection[str]) -> None:
    """Ask units for their part no more: the answer is signed, or one of them may not or need not take part."""
    for deadline in clocks.terms_of(session, row, "open", "paused", "breached"):
        if deadline.owes in units:
            clocks.let_go(session, deadline, basis)
    clocks.refresh(session, row)


def _asked(session: Session, row: CaseRow) -> list[str]:
    """Give the units that were asked: not who assigned the case and reads along, nor who gave its part already."""
    assigned = select(DeadlineRow.term).where(DeadlineRow.case == row.id, DeadlineRow.rule == ASSIGNED.id)
    senders = {str(term["sender"][0]) for term in session.scalars(assigned)}
    known = session.here.county.unit_by_code
    asked = [one for one in row.co_handlers if one in known and one not in senders]
    return [one for one in asked if one not in _gave(session, row)] if asked else []


def _gave(session: Session, row: CaseRow) -> set[str]:
    """Give the units of whoever gave a part of this case."""
    steps = session.here.mechanisms[row.mechanism].workflow.steps
    parts = [step.name for step in steps if step.at == "helper"]
    who = select(StepRow.person).where(StepRow.case == row.id, StepRow.step.in_(parts))
    held = session.scalars(select(PersonRow.posts).where(PersonRow.id.in_(who))).all()
    posts = [code for codes in held for code in codes]
    return set(session.scalars(select(PostRow.unit).where(PostRow.code.in_(posts))).all())
