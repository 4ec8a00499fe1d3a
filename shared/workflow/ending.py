"""A day that whoever gave a case to another unit set itself: the last day of the case, the report of a team."""

from datetime import date

from shared.law.local import local_day
from shared.law.rule import ENDING, INSPECTING
from shared.workflow.case import Case

ENDS = ENDING.id  # the term of the last day; once it is over, whoever set it says what comes of the case

INSPECTED = INSPECTING.id  # the term by which an inspection team reports


def lies_ahead(case: Case, day: date) -> bool:
    """The day must lie ahead."""  # noqa: D401 - the form shows this line
    return case.now is not None and day > local_day(case.now)


def the_end_is_over(case: Case) -> bool:
    """The day on which it ends is over."""  # noqa: D401 - the desk shows this line
    return ENDS in case.owed and ENDS not in case.running


def the_end_is_ahead(case: Case) -> bool:
    """The day on which it ends is not over yet."""  # noqa: D401 - the desk shows this line
    return not the_end_is_over(case)
