"""Acts of offices of which only the number is public: by month, for the whole county, without a case, place or day.

A month is shown when it is over: a number that went up today would tell whoever watches it what happened today.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from services.disclosure.known import known
from services.disclosure.models import CountedRow
from shared.facts.case import CaseStepped
from shared.kit.action import on, query
from shared.kit.session import Session
from shared.law.local import local_day


@dataclass(frozen=True)
class Counted:
    """A line: what was done, an English msgid, and how often in the last twelve months that are over."""

    what: str
    number: int


@on(CaseStepped, name="disclosure-count-act")
def count(session: Session, fact: CaseStepped, *, now: datetime) -> None:
    """Count a step whose number is public, once all whom it needs have taken it."""
    counting = {name: step for name, one in session.here.mechanisms.items() if (step := one.workflow.step(fact.step))}
    if fact.waits_for or not any(step.counts for step in counting.values()):
        return
    step = counting.get(known(session, fact.subject).mechanism)
    what = step.counts if step else None
    if what is None:
        return
    month = local_day(fact.at).replace(day=1)
    row = session.get(CountedRow, (what, month), with_for_update=True)
    if row is None:
        row = CountedRow(what=what, month=month, number=0)
        session.add(row)
    row.number += 1


@query
def counted(session: Session, today: date) -> list[Counted]:
    """Give a line for everything that is counted here, in the order of the mechanisms; nought is a number too."""
    this = today.replace(day=1)
    year = select(CountedRow.what, func.sum(CountedRow.number)).where(
        CountedRow.month < this, CountedRow.month >= this.replace(year=this.year - 1)
    )
    found = dict(session.execute(year.group_by(CountedRow.what)).all())
    steps = (step for one in session.here.mechanisms.values() for step in one.workflow.steps)
    return [Counted(what, found.get(what, 0)) for what in dict.fromkeys(step.counts for step in steps if step.counts)]
