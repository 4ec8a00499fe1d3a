"""Broken terms of units that the county's ladder made public: who owes what since when, and no word of the case."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from services.disclosure.known import known
from services.disclosure.models import LateRow
from shared.facts.case import CaseClosed, CaseErased
from shared.facts.deadline import DeadlineMetLate, RungReached
from shared.kit.action import on, query
from shared.kit.session import Session


class Late(NamedTuple):
    """A line of the list."""

    unit: str
    rule: str
    title: str
    due: date


@on(RungReached, name="disclosure-show-late")
def show(session: Session, fact: RungReached, *, now: datetime) -> None:
    """Show a unit's broken term, where the rung is a public one and its case is not kept from the public."""
    if fact.public and not known(session, fact.subject).never_public and session.get(LateRow, fact.instance) is None:
        row = LateRow(instance=fact.instance, case=fact.subject, unit=fact.owes, rule=fact.rule, due=fact.due)
        session.add(row)


@on(DeadlineMetLate, name="disclosure-late-done")
def done(session: Session, fact: DeadlineMetLate, *, now: datetime) -> None:
    """Take it away: it was done after all."""
    session.execute(delete(LateRow).where(LateRow.instance == fact.instance))


@on(CaseClosed, name="disclosure-late-closed")
def closed(session: Session, fact: CaseClosed, *, now: datetime) -> None:
    """Take it away with its case."""
    session.execute(delete(LateRow).where(LateRow.case == fact.subject))


@on(CaseErased, name="disclosure-late-erased")
def erased(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Take it away with its case."""
    session.execute(delete(LateRow).where(LateRow.case == fact.subject))


@query
def late(session: Session, language: str, limit: int = 200) -> list[Late]:
    """Give what is late and public, the longest first."""
    rules = session.here.rules
    rows = session.scalars(select(LateRow).order_by(LateRow.due, LateRow.instance).limit(limit))
    return [Late(row.unit, row.rule, rules.title(row.rule, language), row.due) for row in rows]
