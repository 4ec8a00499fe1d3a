"""A day that whoever gave a case to another unit set itself: the last day of the case, the report of a team.

The day counts as it is; the term runs some days longer, in which whoever gave the case away says what comes of it.
"""

from datetime import date

from shared.law.local import local_day
from shared.law.rule import ENDING, INSPECTING
from shared.workflow.case import Case

ENDS = ENDING.id  # the term by which whoever set the last day says what comes of the case
LAST_DAY = "ends"  # the input that says the last day

INSPECTED = INSPECTING.id  # the term by which an inspection team reports


def lies_ahead(case: Case, day: date) -> bool:
    """The day must lie ahead."""  # noqa: D401 - the form shows this line
    return case.now is not None and day > local_day(case.now)


def has_come_since(case: Case, step: str, day: date) -> bool:
    """Tell whether a day has come, and a step was taken on it or before."""
    taken = case.done.get(step)
    return taken is not None and local_day(taken.at) <= day and not lies_ahead(case, day)


def last_day(case: Case) -> date | None:
    """Give the day on which it ends, as it was said last; none was set before directives had one."""
    said = (done.inputs.get(LAST_DAY) for done in reversed(case.history))
    return next((date.fromisoformat(day) for day in said if day), None)


def the_end_is_over(case: Case) -> bool:
    """The day on which it ends is over."""  # noqa: D401 - the desk shows this line
    day = last_day(case)
    return day is not None and case.now is not None and local_day(case.now) > day


def the_end_is_ahead(case: Case) -> bool:
    """The day on which it ends is not over yet."""  # noqa: D401 - the desk shows this line
    return not the_end_is_over(case)
