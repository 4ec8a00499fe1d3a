"""The golden vectors: each row with the two common errors beside the right day, so that both are seen to differ."""

from datetime import date

import pytest

from shared.calendar.workdays import WorkCalendar
from tests.law.makers import started

MON_TO_FRI = WorkCalendar(frozenset(), frozenset(), frozenset({2026}))
WORKING = [
    # received, working days, (Mon-Fri only, holidays without make-up days, right)
    ("2026-02-09", 20, ("2026-03-09", "2026-03-17", "2026-03-13")),
    ("2026-02-13", 5, ("2026-02-20", "2026-03-02", "2026-02-27")),
    ("2026-09-18", 20, ("2026-10-16", "2026-10-26", "2026-10-22")),
    ("2026-09-30", 5, ("2026-10-07", "2026-10-14", "2026-10-13")),
    ("2026-09-17", 15, ("2026-10-08", "2026-10-16", "2026-10-14")),
]
CALENDAR = [
    # received, calendar days, roll none, roll to the next working day
    ("2026-08-02", 60, "2026-10-01", "2026-10-08"),
    ("2026-01-31", 15, "2026-02-15", "2026-02-24"),
]


@pytest.mark.parametrize(("received", "quantity", "days"), WORKING)
def test_working_days_are_those_of_the_notice_and_the_common_errors_give_others(
    calendar: WorkCalendar, received: str, quantity: int, days: tuple[str, str, str]
) -> None:
    without_make_up = WorkCalendar(calendar.off, frozenset(), calendar.announced)
    counted = [started(received, quantity, calendar=one).due for one in (MON_TO_FRI, without_make_up, calendar)]

    assert counted == [date.fromisoformat(day) for day in days]
    assert len(set(days)) == 3


@pytest.mark.parametrize(("received", "quantity", "plain", "rolled"), CALENDAR)
def test_calendar_days_end_where_they_end_or_after_the_holiday_as_the_rule_says(
    received: str, quantity: int, plain: str, rolled: str
) -> None:
    stays, rolls = (started(received, quantity, "calendar_day", roll=roll) for roll in ("none", "next_working_day"))

    assert (str(stays.due), stays.rolled_from) == (plain, None)
    assert (str(rolls.due), str(rolls.rolled_from)) == (rolled, plain)


def test_an_end_on_a_make_up_day_does_not_roll() -> None:
    term = started("2026-01-30", 15, "calendar_day", roll="next_working_day")

    assert (str(term.due), term.rolled_from) == ("2026-02-14", None)
