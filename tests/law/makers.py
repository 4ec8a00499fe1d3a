"""Makers of the law tests: a morning in Beijing, a rule, a term."""

from datetime import UTC, date, datetime, time
from typing import Any

from shared.calendar.national import NATION, national
from shared.calendar.workdays import WorkCalendar
from shared.law.local import BEIJING
from shared.law.rule import Rule
from shared.law.term import Term, start_term


def a_rule(quantity: int, unit: str = "working_day", **more: Any) -> Rule:
    """Make a rule that only counts."""
    fixed = {"id": "made.up", "pack": "test@1", "law": "某条例", "article": "1", "version": "1", "title": "Term"}
    rest: dict[str, Any] = {"title_zh": "期限", "confidence": "V", "effective_from": date(2020, 1, 1)}
    return Rule(**{**fixed, **rest, "quantity": quantity, "unit": unit, **more})


def morning(day: str | date) -> datetime:
    """Give half past nine in Beijing on a day, as the UTC moment that code is given."""
    local = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(local, time(9, 30), BEIJING).astimezone(UTC)


def started(
    day: str | date, quantity: int, unit: str = "working_day", calendar: WorkCalendar | None = None, **more: Any
) -> Term:
    """Start a term on a morning, by the shipped calendar unless another is given."""
    return start_term(a_rule(quantity, unit, **more), morning(day), calendar or national(NATION))
