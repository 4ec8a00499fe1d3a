"""Counting a running term again: prolonged, or with a pause left out; always by the pack that it began under."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import select

from services.routing.models import DeadlineRow
from shared.calendar.national import by_name
from shared.kit.session import Session
from shared.law.count import Pause
from shared.law.rule import Rule
from shared.law.term import Term, extended, resumed, stands


def terms_without_rule(session: Session) -> Iterator[str]:
    """Give a sentence for each rule that terms here began under and that no pack has any more."""
    for name in session.scalars(select(DeadlineRow.rule).distinct().order_by(DeadlineRow.rule)):
        if name not in session.here.rules:
            yield f"packs: cases here have terms of {name}, which no pack has any more; name its pack again"


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
    was = next(one.term for one in prolonged if one.rule == term.extends)
    first = _without(session, Term.from_dict(was), *pauses)
    rule = session.here.rules.under(term.rule, term.pack)
    as_it_began = replace(rule, roll=term.roll, roll_chosen=term.roll_chosen)
    return _without(session, longer(session, first, as_it_began), *pauses)


def _without(session: Session, term: Term, *pauses: Pause) -> Term:
    rule = session.here.rules.under(term.rule, term.pack)
    for pause in pauses:
        term = resumed(term, rule, pause.first, pause.last, by_name(rule.calendar, session.calendar))
    return term
