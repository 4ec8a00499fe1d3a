"""Counting a running term again: prolonged, or with a pause left out; always by the pack that it began under."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import and_, or_, select

from services.routing.models import CaseRow, DeadlineRow
from shared.calendar.national import by_name
from shared.kit.session import Session
from shared.law.count import Pause
from shared.law.rule import Rule
from shared.law.term import Term, extended, resumed, stands

# A broken term is met late, one that was prolonged is counted again with what prolongs it: both while the case runs.
RUNS, RUNS_WITH_ITS_CASE = ("open", "paused"), ("breached", "extended")
RUNNING = or_(DeadlineRow.status.in_(RUNS), and_(DeadlineRow.status.in_(RUNS_WITH_ITS_CASE), CaseRow.phase != "closed"))
BEGAN_UNDER = (DeadlineRow.rule, DeadlineRow.term["pack"].as_string())


def terms_without_rule(session: Session) -> Iterator[str]:
    """Give a sentence for each version of a rule that running terms here began under and that no pack has any more."""
    asked = select(*BEGAN_UNDER).join(CaseRow, CaseRow.id == DeadlineRow.case).where(RUNNING)
    for name, pack in sorted({(name, pack) for name, pack in session.execute(asked.distinct())}):
        if not session.here.rules.holds(name, pack):
            yield f"packs: cases here have terms of {name} by {pack}, which is gone; name that pack again"


def longer(session: Session, term: Term, rule: Rule) -> Term:
    """Give the term that prolongs another by a rule."""
    return extended(term, rule, by_name(rule.calendar, session.calendar))


def without(session: Session, term: Term, pause: Pause, prolonged: Iterable[DeadlineRow]) -> Term:
    """Leave a pause out of a term; of one that prolongs another also where the pause lies in the days of that other.

    A date that stands against its count has its days left, wherever the pause lies.
    """
    if term.extends is None or stands(term):
        return _without(session, term, pause)
    pauses = (*term.pauses, pause)
    # A case that was sent back may have two that were prolonged; this one follows the later.
    was = max((one for one in prolonged if one.rule == term.extends), key=lambda one: one.started_at)
    first = _without(session, Term.from_dict(was.term), *pauses)
    rule = session.here.rules.under(term.rule, term.pack)
    as_it_began = replace(rule, roll=term.roll, roll_chosen=term.roll_chosen)
    return _without(session, longer(session, first, as_it_began), *pauses)


def _without(session: Session, term: Term, *pauses: Pause) -> Term:
    rule = session.here.rules.under(term.rule, term.pack)
    for pause in pauses:
        term = resumed(term, rule, pause.first, pause.last, by_name(rule.calendar, session.calendar))
    return term
