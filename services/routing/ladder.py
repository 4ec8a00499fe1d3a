"""The ladder of an office's term: a reminder while time is left, then word ever higher once it is broken.

And word that it has stood still for long, in each pause anew.

Its rungs are data of the county. What was told is marked on the term's own row, so no restart, pause, outage or new
count tells a rung twice; what fell due while nobody was awake is told late, in order.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from services.routing.at_hand import AtHand, at_hand, moment_of
from services.routing.models import DeadlineRow
from services.routing.opened import ask_for, conflict_of, who_owes, whom
from services.routing.readers import let_supervise
from shared.county.structure import Rung
from shared.facts.deadline import DeadlineApproaching, RungReached
from shared.journal.tell import tell
from shared.kit.action import when_due
from shared.kit.session import Session
from shared.kit.timers import plan, unplan
from shared.law.rule import BESIDE

SOON = timedelta(seconds=1)


@when_due(name="deadline-approaching", reads=DeadlineRow)
def climb(session: Session, subject: str, *, now: datetime) -> None:
    """Tell the rungs of a term that are due. The timer keeps its first name: older releases planned rows by it."""
    deadline = session.get(DeadlineRow, subject)
    if deadline is not None:
        climb_to(session, deadline, now, first=True)


def climb_to(session: Session, deadline: DeadlineRow, at: datetime, *, first: bool = False) -> None:
    """Tell what is due by `at`, in order, and plan what comes next; nothing of a case that ended.

    `first`: its timer was taken and is no more.
    """
    over = deadline.status == "open" and deadline.due_at <= at  # its own timer will say so; a reminder comes too late
    case = at_hand(session, deadline)
    if over or case.row.phase == "closed":
        return
    if deadline.status == "breached" and deadline.rule not in BESIDE:
        let_supervise(session, case.row, case.access)
    for rung in _ahead(session, deadline):
        if moment_of(rung, deadline) > at:
            break
        _tell(session, deadline, rung, case)
    plan_next(session, deadline, first=first)


def plan_next(session: Session, deadline: DeadlineRow, *, first: bool = False) -> None:
    """Plan the next rung of a term that runs, stands still or is broken; nothing where there is none."""
    rung = next(_ahead(session, deadline), None)
    if rung is not None:
        at = max(moment_of(rung, deadline), session.now + SOON)
        plan(session, climb, deadline.instance, at, first=first)


def forget(session: Session, deadline: DeadlineRow) -> None:
    """Climb no further for now: the term stands still, or has ended."""
    unplan(session, climb, deadline.instance)


def run_on(session: Session, deadline: DeadlineRow) -> None:
    """Leave the rungs of a pause behind: the next pause has its own."""
    forget(session, deadline)
    deadline.rungs = [code for code in deadline.rungs or () if not _of_a_pause(session, code)]


def _of_a_pause(session: Session, code: str) -> bool:
    rung = session.here.county.rung_by_code.get(code)
    return rung is not None and rung.paused is not None


def plan_at_start(session: Session, *, now: datetime) -> None:
    """Plan the rungs of what stands still since before this county, or this release, had any."""
    if any(rung.paused is not None for rung in session.here.county.ladder):
        for deadline in session.scalars(select(DeadlineRow).where(DeadlineRow.status == "paused")).all():
            plan_next(session, deadline)


def _ahead(session: Session, deadline: DeadlineRow) -> Iterator[Rung]:
    """Give the rungs still to come, of those for a term that stands as this one does; never one below."""
    ladder, told = session.here.county.ladder, set(deadline.rungs or ())
    if deadline.lapses:
        return
    reached = max((number for number, rung in enumerate(ladder, 1) if rung.code in told), default=0)
    for rung in ladder[reached:]:
        if rung.told_when == deadline.status:
            yield rung


def _tell(session: Session, deadline: DeadlineRow, rung: Rung, case: AtHand) -> None:
    row, first = case.row, all(rung.code not in (one.rungs or ()) for one in case.terms)
    deadline.rungs = [*(deadline.rungs or ()), rung.code]
    unit, posts = whom(session, deadline, rung, case)
    said: dict[str, Any] = {"subject": row.id, "instance": deadline.instance, "rule": deadline.rule, "at": session.now}
    if rung.left is not None:
        tell(session, DeadlineApproaching(**said, due=deadline.due, left=rung.left))
    said |= {"rung": rung.code, "basis": rung.basis, "owes": who_owes(deadline, row), "unit": unit, "posts": posts}
    published = session.here.rules.under(deadline.rule, deadline.term["pack"]).publish
    public = rung.public and conflict_of(session, row) != "report" and published
    tell(session, RungReached(**said, due=deadline.due, public=public))
    if first:
        ask_for(session, deadline, rung, case, unit)
