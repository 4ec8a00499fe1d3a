"""Terms by the days of a plan: its steps, the instalments of an agreement; a new plan takes the place of the old."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from services.routing import clocks
from services.routing.models import CaseRow
from shared.calendar.national import by_name
from shared.facts.deadline import DeadlineVoided
from shared.kit.session import Session
from shared.law.local import BEIJING, local_day
from shared.law.office_day import planned_term
from shared.law.rule import PLANNED
from shared.law.term import Term, start_term
from shared.workflow.declare import Deadline

PLANNED_ANEW = "planned anew"


def start_plan(session: Session, row: CaseRow, deadline: Deadline, entries: Sequence[Mapping[str, Any]]) -> None:
    """Start a term for each entry of a plan; steps of an older plan that are not broken end, for they are replaced."""
    for one in clocks.terms_of(session, row, "open", "paused"):
        if one.rule == deadline.rule:
            clocks.stop(session, one)
            clocks.end(session, one, "voided", DeadlineVoided, basis=PLANNED_ANEW)
    for number, entry in enumerate(entries, 1):
        term = _term(session, row, deadline.rule, date.fromisoformat(str(entry["on"])), number)
        clocks.begin(session, row, secrets.token_hex(8), term, lapses=deadline.lapses)
    clocks.refresh(session, row)


def _term(session: Session, row: CaseRow, name: str, day: date, number: int) -> Term:
    """Give the term of a step of a plan: until its day, or counted from it by any rule but that of plans."""
    if name == PLANNED.id:
        return planned_term(session.now, day, number)
    rule = session.here.rules.on(name, local_day(row.received_at))
    at = datetime.combine(day, time(12), BEIJING)
    return replace(start_term(rule, at, by_name(rule.calendar, session.calendar)), step_of_plan=number)
