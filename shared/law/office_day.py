"""Terms whose last day an office says: for one below, in a plan or answer, or when it gives a case away."""

from dataclasses import replace
from datetime import date, datetime

from shared.calendar.workdays import WorkCalendar
from shared.law.local import end_of_day, local_day
from shared.law.rule import ASSIGNED, PARTED, PLANNED, Rule
from shared.law.term import Term, blank_term, count_term


def assigned_term(at: datetime, due: date, sender: tuple[str, ...]) -> Term:
    """Give the term that an office above sets for one below by its own date; no notice of days off moves it."""
    return replace(_own_day(ASSIGNED, at, due), sender=sender)


def part_term(at: datetime, due: date, sender: tuple[str, ...]) -> Term:
    """Give the term in which an office gives the part that another one asked it for, by the day that one set."""
    return replace(_own_day(PARTED, at, due), sender=sender)


def planned_term(at: datetime, due: date, number: int) -> Term:
    """Give the term that an office sets itself by a plan: its step of this number, by its own date."""
    return replace(_own_day(PLANNED, at, due), step_of_plan=number)


def promised_term(rule: Rule, at: datetime, due: date) -> Term:
    """Give the term by which what an answer promised is carried out: by the day that the answer itself names."""
    return _own_day(rule, at, due)


def given_term(rule: Rule, day: date, sender: tuple[str, ...], calendar: WorkCalendar) -> Term:
    """Give the term by which an office says what comes of what it gave to another one until a day that it set."""
    return count_term(replace(blank_term(rule, day, None), sender=sender), calendar)


def _own_day(rule: Rule, at: datetime, due: date) -> Term:
    blank = blank_term(rule, local_day(at), None)
    return replace(blank, quantity=(due - blank.started_on).days, due=due, due_at=end_of_day(due))
