from datetime import date, timedelta

import chinese_calendar
import pytest

from shared.calendar.national import national
from shared.calendar.workdays import WorkCalendar

DAYS = [date(2007, 1, 1) + timedelta(days=n) for n in range((date(2027, 1, 1) - date(2007, 1, 1)).days)]
NATIONAL_DAY = date(2026, 10, 1)
# The State Council's notice for 2026 as printed: first and last day off, and the Saturdays and Sundays worked.
NOTICE_OFF = ("01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27", "10-01 10-07")
NOTICE_WORK = ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")


def test_every_day_of_twenty_years_is_as_an_independent_package_says(calendar: WorkCalendar) -> None:
    assert DAYS[-1] == date(2026, 12, 31)
    assert [day for day in DAYS if calendar.is_working(day) != chinese_calendar.is_workday(day)] == []


def test_the_comparison_notices_one_wrong_day(calendar: WorkCalendar) -> None:
    wrong = calendar.with_days(off=[date(2026, 10, 10)])

    assert [day for day in DAYS if wrong.is_working(day) != chinese_calendar.is_workday(day)] == [date(2026, 10, 10)]


def test_the_year_is_the_one_that_was_printed(calendar: WorkCalendar) -> None:
    spans = [[date.fromisoformat(f"2026-{day}") for day in span.split()] for span in NOTICE_OFF]
    off = {first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)}

    assert {day for day in calendar.off if day.year == 2026} == off
    assert {day for day in calendar.work if day.year == 2026} == {date.fromisoformat(f"2026-{d}") for d in NOTICE_WORK}


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        pytest.param("2026-09-21", "2026-09-21", 0, id="today is no day left"),
        pytest.param("2026-09-21", "2026-09-22", 1, id="tomorrow"),
        pytest.param("2026-09-18", "2026-09-20", 1, id="a make-up Sunday counts"),
        pytest.param("2026-09-30", "2026-10-08", 1, id="National Day's week is skipped"),
        pytest.param("2026-10-08", "2026-09-30", -1, id="one working day late"),
        pytest.param("2026-10-05", "2026-10-01", 0, id="a holiday makes nobody later"),
        pytest.param("2024-12-31", "2026-01-05", 250, id="a whole year between"),
    ],
)
def test_working_days_left_have_a_sign(calendar: WorkCalendar, start: str, end: str, days: int) -> None:
    assert calendar.between(date.fromisoformat(start), date.fromisoformat(end)) == days


@pytest.mark.parametrize(
    ("day", "number", "expected"),
    [
        pytest.param("2026-09-30", 1, "2026-10-08", id="over National Day"),
        pytest.param("2026-10-09", 1, "2026-10-10", id="to a make-up Saturday"),
        pytest.param("2026-10-08", -1, "2026-09-30", id="back over National Day"),
        pytest.param("2026-10-03", 0, "2026-10-03", id="none is the day itself"),
        pytest.param("2025-12-31", 1, "2026-01-04", id="into the next year"),
        pytest.param("2026-01-04", -1, "2025-12-31", id="into the year before"),
        pytest.param("2024-12-31", 250, "2026-01-05", id="over a whole year"),
        pytest.param("2026-01-05", -250, "2024-12-31", id="back over a whole year"),
    ],
)
def test_working_days_are_added(calendar: WorkCalendar, day: str, number: int, expected: str) -> None:
    assert calendar.add(date.fromisoformat(day), number) == date.fromisoformat(expected)


def test_a_count_that_leaves_the_calendar_says_so(calendar: WorkCalendar) -> None:
    with pytest.raises(OverflowError):
        calendar.add(date(9999, 12, 1), 60)
    with pytest.raises(OverflowError):
        calendar.add(date(1, 1, 10), -60)


def test_years_that_nobody_announced_are_provisional_on_both_sides(calendar: WorkCalendar) -> None:
    assert calendar.announced == frozenset(range(2007, 2027))
    assert calendar.announced_until == date(2026, 12, 31)
    assert [calendar.provisional(day) for day in (DAYS[0], DAYS[-1])] == [False, False]
    assert [calendar.provisional(day) for day in (date(2006, 12, 31), date(2027, 1, 1))] == [True, True]


def test_without_a_notice_the_holidays_of_the_statute_are_off_and_nothing_is_made_up(calendar: WorkCalendar) -> None:
    assert not calendar.is_working(date(2027, 10, 1))
    assert not calendar.is_working(date(2027, 2, 8)), "Spring Festival, by the moon"
    assert not {day for day in calendar.work if day.year == 2027}


def test_far_beyond_the_data_only_weekends_are_off_and_nothing_fails(calendar: WorkCalendar) -> None:
    assert calendar.add(date(2200, 1, 1), 10) == date(2200, 1, 15)
    assert calendar.provisional(date(2200, 1, 1))


def test_in_the_united_kingdom_a_day_off_in_any_part_is_off() -> None:
    kingdom = national("GB")
    northern_ireland, scotland, everywhere = date(2026, 3, 17), date(2026, 11, 30), date(2026, 12, 28)

    assert [kingdom.is_working(day) for day in (northern_ireland, scotland, everywhere)] == [False] * 3
    assert kingdom.is_working(NATIONAL_DAY)


def test_days_are_those_of_the_countrys_zone() -> None:
    assert {name: str(national(name).zone) for name in ("CN", "GB", "EU")} == {
        "CN": "Asia/Shanghai",
        "GB": "Europe/London",
        "EU": "Europe/Brussels",
    }


def test_other_days_lie_over_a_calendar(calendar: WorkCalendar) -> None:
    torch_festival, weekend = date(2026, 8, 6), date(2026, 8, 8)
    county = calendar.with_days(off=[torch_festival], work=[weekend, NATIONAL_DAY])

    assert not county.is_working(torch_festival)
    assert county.is_working(weekend)
    assert county.is_working(NATIONAL_DAY)
    assert not county.off & county.work
    assert calendar.is_working(torch_festival), "the nation's calendar stays as it was"


def test_later_days_take_earlier_ones_back(calendar: WorkCalendar) -> None:
    day = date(2026, 8, 6)

    assert calendar.with_days(off=[day]).with_days(work=[day]).is_working(day)
    assert not calendar.with_days(work=[day]).with_days(off=[day]).is_working(day)


def test_a_day_is_not_both_off_and_worked(calendar: WorkCalendar) -> None:
    with pytest.raises(ValueError, match="2026-10-01"):
        calendar.with_days(off=[NATIONAL_DAY], work=[NATIONAL_DAY])
