"""The deadlines of a case: adopted from the receipt, started by steps, paused; each ends exactly once."""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from services.routing import ladder
from services.routing.case import readable, to_case
from services.routing.counted import without
from services.routing.joined import tell_joined
from services.routing.models import CaseRow, DeadlineRow
from services.routing.offers import offers_of
from services.routing.outages import outage_over
from services.routing.reminding import plan_reminder
from shared.calendar.national import by_name
from shared.facts.base import Fact
from shared.facts.deadline import (
    DeadlineBreached,
    DeadlineLapsed,
    DeadlineMet,
    DeadlineMetLate,
    DeadlinePaused,
    DeadlineResumed,
    DeadlineStarted,
    DeadlineVoided,
)
from shared.facts.values import Promise
from shared.journal.tables import TimerRow
from shared.journal.tell import tell
from shared.kit.action import when_due
from shared.kit.session import Session
from shared.kit.timers import plan, unplan
from shared.law.count import Pause
from shared.law.local import local_day
from shared.law.rule import BESIDE, HELPED
from shared.law.term import Term, start_term
from shared.workflow.common import OBJECTION
from shared.workflow.declare import Deadline

# What is done in the transaction that notes a breach. `by_the_clock` stands above the steps, so it enters itself here.
AFTER_BREACH: list[Callable[[Session, DeadlineRow], None]] = []


def adopt(session: Session, row: CaseRow, promises: Sequence[Promise]) -> list[str]:
    """Take over the terms that receipt started, with their instance and dates unchanged; gives their rules.

    The case is new: its terms are all there are, so nothing is asked, and a batch of cases is written together.
    """
    for promise in promises:
        begin(session, row, promise.instance, Term.from_dict(promise.term), lapses=False)
    row.next_due = min((promise.due_at for promise in promises), default=None)
    return [promise.rule for promise in promises]


def start(session: Session, row: CaseRow, deadlines: Iterable[Deadline], at: datetime) -> None:
    """Start terms whose first day follows the day of `at`, by the law in force on the day the case began."""
    for deadline in deadlines:
        rule = session.here.rules.on(deadline.rule, local_day(row.received_at))
        since = row.received_at if deadline.from_receipt else at
        term = start_term(rule, since, by_name(rule.calendar, session.calendar))
        begin(session, row, secrets.token_hex(8), term, lapses=deadline.lapses)
        refresh(session, row)


def begin(session: Session, row: CaseRow, instance: str, term: Term, *, lapses: bool) -> None:
    """Let a counted term run, and plan its end and the rungs of its ladder."""
    deadline = DeadlineRow(
        instance=instance,
        case=row.id,
        rule=term.rule,
        due=term.due,
        due_at=term.due_at,
        term=term.to_dict(),
        lapses=lapses,
        status="open",
        started_at=session.now,
        owes=term.sender[0] if term.rule == HELPED else None,
    )
    session.add(deadline)
    tell(session, _fact(session, DeadlineStarted, deadline, due=term.due, due_at=term.due_at, term=deadline.term))
    _plan(session, deadline, first=True)
    plan_reminder(session, row, deadline)


def _fact(session: Session, kind: type[Fact], deadline: DeadlineRow, **more: Any) -> Fact:
    return kind(subject=deadline.case, instance=deadline.instance, rule=deadline.rule, at=session.now, **more)  # type: ignore[call-arg]  # every deadline fact has these


def _plan(session: Session, deadline: DeadlineRow, *, first: bool = False) -> None:
    """Plan or move what a running term will bring: its end, and the next rung of the ladder."""
    plan(session, due, deadline.instance, deadline.due_at, first=first)
    ladder.plan_next(session, deadline, first=first)


def replan(session: Session, deadline: DeadlineRow) -> None:
    """Move the timers of a running term that was counted anew; a rung that was told is not told a second time."""
    _plan(session, deadline)


def stop(session: Session, deadline: DeadlineRow) -> None:
    """Let a term bring nothing any more: neither its end nor a rung."""
    unplan(session, due, deadline.instance)
    ladder.forget(session, deadline)


def refresh(session: Session, row: CaseRow) -> None:
    """Write the case's next due moment: the earliest that its unit still owes, not whoever gave it that one."""
    session.flush()
    row.next_due = session.scalar(
        select(DeadlineRow.due_at)
        .where(DeadlineRow.case == row.id, DeadlineRow.status.in_(("open", "breached")), ~DeadlineRow.lapses)
        .where(DeadlineRow.rule.not_in(BESIDE))
        .order_by(DeadlineRow.due_at)
        .limit(1)
    )


def terms_of(session: Session, row: CaseRow, *statuses: str) -> Sequence[DeadlineRow]:
    """Give the terms of a case that stand so, the earliest due first."""
    return session.scalars(
        select(DeadlineRow)
        .where(DeadlineRow.case == row.id, DeadlineRow.status.in_(statuses))
        .order_by(DeadlineRow.due_at)
    ).all()


def catch_up(session: Session, row: CaseRow, at: datetime) -> None:
    """Take the case's terms over from the timers, and end first what the clock ended before `at`.

    After an outage a step may come before the timer does, and the term was broken all the same.
    """
    mine = select(DeadlineRow.instance).where(DeadlineRow.case == row.id)
    # First the timers, then the terms, in the order of a timer that runs (the end, which forgets the rung's, comes
    # first by its name as well): so nobody waits for each other.
    timers = select(TimerRow.subject).where(TimerRow.name.in_(due.forgotten), TimerRow.subject.in_(mine))
    session.execute(timers.order_by(TimerRow.subject, TimerRow.name.desc()).with_for_update()).all()
    broken = []
    for deadline in session.scalars(select(DeadlineRow).where(DeadlineRow.case == row.id).with_for_update()).all():
        broken += [deadline] if _end_if_past(session, deadline, at) else []
        if deadline.status in ("breached", "paused"):
            ladder.climb_to(session, deadline, at)
    _follow(session, broken)


def meet(session: Session, row: CaseRow, rules: Sequence[str], owes: Collection[str | None] = (None,)) -> None:
    """End the terms of these rules, or what prolonged them, as met, or as met late after a breach.

    Of the steps of a plan only the one that comes first; of those of units that work with it, only theirs (`owes`).
    """
    wanted = set(rules)
    for deadline in terms_of(session, row, "open", "paused", "breached"):
        if deadline.owes not in owes or not {deadline.rule, deadline.term.get("extends")} & wanted:
            continue
        if deadline.term.get("step_of_plan"):
            wanted.discard(deadline.rule)
        late = deadline.status == "breached"
        stop(session, deadline)
        end(session, deadline, "met_late" if late else "met", DeadlineMetLate if late else DeadlineMet)
    refresh(session, row)


def end(session: Session, deadline: DeadlineRow, status: str, kind: type[Fact], **more: Any) -> None:
    """End a term, and tell how."""
    deadline.status, deadline.ended_at = status, session.now
    tell(session, _fact(session, kind, deadline, **more))


def pause(session: Session, row: CaseRow, reason: str) -> None:
    """Stop the terms whose rule leaves this kind of pause out."""
    for deadline in terms_of(session, row, "open"):
        if reason in session.here.rules.under(deadline.rule, deadline.term["pack"]).excludes:
            deadline.status, deadline.paused_on = "paused", local_day(session.now)
            stop(session, deadline)
            ladder.plan_next(session, deadline)
            tell(session, _fact(session, DeadlinePaused, deadline, reason=reason))
    refresh(session, row)


def resume(session: Session, row: CaseRow) -> None:
    """Let paused terms run on: both days of the pause are left out."""
    today, prolonged = local_day(session.now), terms_of(session, row, "extended")
    for deadline in terms_of(session, row, "paused"):
        term = without(session, Term.from_dict(deadline.term), Pause(deadline.paused_on or today, today), prolonged)
        deadline.status, deadline.paused_on = "open", None
        deadline.term, deadline.due, deadline.due_at = term.to_dict(), term.due, term.due_at
        tell(session, _fact(session, DeadlineResumed, deadline, due=term.due, due_at=term.due_at, term=deadline.term))
        ladder.run_on(session, deadline)
        _plan(session, deadline)
    refresh(session, row)


def void(session: Session, row: CaseRow, basis: str, only: str | None = None) -> None:
    """End what the office still owes, or only what it owes by one rule. A resident's own terms run on."""
    for deadline in terms_of(session, row, "open", "paused", "breached"):
        if not deadline.lapses and only in (None, deadline.rule):
            let_go(session, deadline, basis)
    refresh(session, row)


def let_go(session: Session, deadline: DeadlineRow, basis: str) -> None:
    """End a term that is owed no more; one that was broken stays so, and climbs no further."""
    stop(session, deadline)
    if deadline.status != "breached":
        end(session, deadline, "voided", DeadlineVoided, basis=basis)


def _lapse(session: Session, deadline: DeadlineRow, told: Mapping[str, Any]) -> None:
    """End a resident's own term that passed unused: what rested on it is not offered any more."""
    deadline.status = "lapsed"
    session.flush()
    row = session.get_one(CaseRow, deadline.case)
    offers = offers_of(session, row, to_case(session, row)) if readable(session, row) else ()
    end(session, deadline, "lapsed", DeadlineLapsed, offers=offers, **told)
    if deadline.rule == OBJECTION:
        tell_joined(session, row, "published")


@when_due(name="deadline-due", reads=DeadlineRow, supersedes=ladder.climb)
def due(session: Session, subject: str, *, now: datetime) -> None:
    """Note that the day passed: a breach, or a resident's own term that lapsed."""
    deadline = session.get(DeadlineRow, subject)
    if deadline is not None:
        broken = [deadline] if _end_if_past(session, deadline, now) else []
        ladder.climb_to(session, deadline, now, first=True)
        _follow(session, broken)


def _follow(session: Session, broken: Iterable[DeadlineRow]) -> None:
    for deadline in broken:
        for act in AFTER_BREACH:
            act(session, deadline)


def _end_if_past(session: Session, deadline: DeadlineRow, at: datetime) -> bool:
    """End a term whose day is over; tell whether that broke it."""
    if deadline.status != "open" or deadline.due_at > at:
        return False
    since, until = outage_over(session, deadline.due_at) or (None, None)
    deadline.stopped_since, deadline.stopped_until = since, until
    told = {"stopped_since": since, "stopped_until": until}
    if deadline.lapses:
        _lapse(session, deadline, told)
        return False
    end(session, deadline, "breached", DeadlineBreached, due=deadline.due, **told)
    return True
