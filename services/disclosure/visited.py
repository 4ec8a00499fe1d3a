"""Visits in public, by who owes or made them: planned, made, matters raised, matters resolved. Only counts.

Counts of what people said are suppressed under ten, also by their difference; those of the office's own acts never.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select

from services.disclosure.known import known
from services.disclosure.models import VisitedRow
from shared.facts.case import CaseErased, CaseStepped, CaseSubmitted
from shared.kit.action import on, query
from shared.kit.session import Session
from shared.law.local import local_day

FEWEST = 10
YEAR = timedelta(days=365)
MADE, NOT_MADE = "made", "not_made"


@dataclass(frozen=True)
class Visited:
    """A line: who, how many visits were planned and made, what was raised and resolved; None is fewer than ten."""

    who: str
    planned: int
    made: int
    raised: int | None
    resolved: int | None


@on(CaseSubmitted, name="disclosure-note-visit")
def note(session: Session, fact: CaseSubmitted, *, now: datetime) -> None:
    """Remember a visit that a plan owes, or that was recorded without one; never one to a petitioner."""
    mechanism = session.here.mechanisms.get(fact.mechanism)
    kind = mechanism.kind(fact.kind) if mechanism else None
    if kind is None or not kind.hears or kind.relation:
        return
    details = json.loads(session.reveal_or_wait(fact.details)) if fact.details else {}
    plan = next((one for one in session.here.county.duties if one.code == details.get("duty")), None)
    session.add(
        VisitedRow(
            case=fact.subject,
            who=(plan.post or plan.holder) if plan else None,
            planned=plan is not None,
            status="due",
            raised=0,
            resolved=0,
            since=local_day(fact.received_at),
        )
    )


@on(CaseStepped, name="disclosure-count-visit")
def count(session: Session, fact: CaseStepped, *, now: datetime) -> None:
    """Count it as made with its record, and what its result says was raised and resolved."""
    known(session, fact.subject)
    row = session.get(VisitedRow, fact.subject)
    if row is None or fact.publishes != "item":
        return
    row.who = row.who or fact.unit
    row.status = NOT_MADE if fact.outcome == NOT_MADE else MADE
    public = json.loads(session.reveal_or_wait(fact.public)) if fact.public else {}
    row.raised, row.resolved = (int(public.get(name) or 0) for name in ("raised", "resolved"))


@on(CaseErased, name="disclosure-visited-erased")
def erased(session: Session, fact: CaseErased, *, now: datetime) -> None:
    """Take it away with its case."""
    session.execute(delete(VisitedRow).where(VisitedRow.case == fact.subject))


@query
def visited(session: Session, today: date) -> list[Visited]:
    """Give the lines of the last year, in the order of the county file: it ranks nobody."""
    rows = session.execute(
        select(
            VisitedRow.who,
            func.count().filter(VisitedRow.planned),
            func.count().filter(VisitedRow.status == MADE),
            func.sum(VisitedRow.raised),
            func.sum(VisitedRow.resolved),
        )
        .where(VisitedRow.since > today - YEAR, VisitedRow.who.is_not(None))
        .group_by(VisitedRow.who)
    ).all()
    county = session.here.county
    order = {code: place for place, code in enumerate([*(one.code for one in county.units), *county.post_by_code])}
    lines = (
        Visited(str(who), planned, made, *suppressed(raised, resolved)) for who, planned, made, raised, resolved in rows
    )
    return sorted(lines, key=lambda one: order.get(one.who, len(order)))


def suppressed(raised: int, resolved: int) -> tuple[int | None, int | None]:
    """Give both counts, or None for one that is small, or whose difference to the other one is."""
    shown = None if _small(raised) else raised
    tells = shown is None or _small(resolved) or _small(raised - resolved)
    return shown, None if tells and raised else resolved


def _small(number: int) -> bool:
    return 0 < number < FEWEST
