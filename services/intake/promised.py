"""A promise as pages and API show it: where it stands, and how its date was counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.kit.session import Session
from shared.law.explain import Line, explained
from shared.law.local import local_day
from shared.law.term import Term


@dataclass(frozen=True)
class Promised:
    """A promise as it stands: `status` is open, paused, met, met_late, breached, extended, void or lapsed."""

    instance: str
    rule: str
    title: str
    due: date
    due_at: datetime
    status: str
    article: str
    explanation: str
    steps: tuple[Line, ...]
    working_days_left: int
    yours: bool = False


def promised(
    session: Session, language: str, instance: str, raw: Mapping[str, Any], status: str, now: datetime
) -> Promised:
    """Give a promise from its term as facts carry it."""
    here, term = session.here, Term.from_dict(raw)
    rule, words = here.rules.known(term.rule, term.pack), explained(term, here.rules, language)
    return Promised(
        instance=instance,
        rule=term.rule,
        title=here.rules.title(term.rule, language, term.pack),
        due=term.due,
        due_at=term.due_at,
        status=status,
        article=term.article,
        explanation=words.text,
        steps=words.steps,
        working_days_left=session.calendar.between(local_day(now), term.due),
        yours=rule is not None and rule.owner == "citizens_right",
    )


def promise_json(one: Promised) -> dict[str, Any]:
    """Give a promise as the API says it."""
    return {
        "rule": one.rule,
        "title": one.title,
        "due": one.due.isoformat(),
        "due_at": one.due_at.isoformat(),
        "status": one.status,
        "article": one.article,
        "explanation": one.explanation,
        "steps": [step.to_dict() for step in one.steps],
        "working_days_left": one.working_days_left,
    }
