"""Counting a running term again: prolonged, or with a pause left out; always by the pack that it began under."""

from collections.abc import Iterable

from services.routing.models import DeadlineRow
from shared.calendar.national import by_name
from shared.kit.session import Session
from shared.law.count import Pause
from shared.law.term import Term, extended, resumed


def longer(session: Session, term: Term, name: str) -> Term:
    """Give the term that prolongs another by the rule `name`."""
    rule = session.here.rules.under(name, term.pack)
    return extended(term, rule, by_name(rule.calendar, session.calendar))


def without(session: Session, term: Term, pause: Pause, prolonged: Iterable[DeadlineRow]) -> Term:
    """Leave a pause out of a term; of one that prolongs another also where the pause lies in the days of that other."""
    if term.extends is None:
        return _without(session, term, pause)
    pauses = (*term.pauses, pause)
    was = next(one.term for one in prolonged if one.rule == term.extends)
    first = _without(session, Term.from_dict(was), *pauses)
    return _without(session, longer(session, first, term.rule), *pauses)


def _without(session: Session, term: Term, *pauses: Pause) -> Term:
    rule = session.here.rules.under(term.rule, term.pack)
    for pause in pauses:
        term = resumed(term, rule, pause.first, pause.last, by_name(rule.calendar, session.calendar))
    return term
