from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from shared.calendar.workdays import WorkCalendar, read_notices
from shared.errors import StartError

DAYS = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
NATIONAL_DAY = date(2026, 10, 1)


def test_every_day_of_2025_and_2026_is_as_an_independent_package_says(calendar: WorkCalendar) -> None:
    assert DAYS[-1] == date(2026, 12, 31)
    assert [day for day in DAYS if calendar.is_working(day) != chinese_calendar.is_workday(day)] == []


def test_the_comparison_notices_one_wrong_day(calendar: WorkCalendar) -> None:
    wrong = calendar.with_overlay(off=[date(2026, 10, 10)])

    assert [day for day in DAYS if wrong.is_working(day) != chinese_calendar.is_workday(day)] == [date(2026, 10, 10)]


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        pytest.param("2026-09-21", "2026-09-21", 0, id="today is no day left"),
        pytest.param("2026-09-21", "2026-09-22", 1, id="tomorrow"),
        pytest.param("2026-09-18", "2026-09-20", 1, id="a make-up Sunday counts"),
        pytest.param("2026-09-30", "2026-10-08", 1, id="National Day's week is skipped"),
        pytest.param("2026-10-08", "2026-09-30", -1, id="one working day late"),
        pytest.param("2026-10-05", "2026-10-01", 0, id="a holiday makes nobody later"),
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
    ],
)
def test_working_days_are_added(calendar: WorkCalendar, day: str, number: int, expected: str) -> None:
    assert calendar.add(date.fromisoformat(day), number) == date.fromisoformat(expected)


def test_days_that_no_notice_reaches_are_provisional_on_both_sides(calendar: WorkCalendar) -> None:
    assert calendar.announced_until == date(2026, 12, 31)
    assert [calendar.provisional(day) for day in (DAYS[0], DAYS[-1])] == [False, False]
    assert [calendar.provisional(day) for day in (date(2024, 12, 31), date(2027, 1, 1))] == [True, True]


def test_without_a_notice_the_holidays_that_the_statute_dates_are_off(calendar: WorkCalendar) -> None:
    assert not calendar.is_working(date(2027, 10, 1))
    assert calendar.is_working(date(2027, 10, 4))


def test_a_county_lays_its_own_days_over_the_notice(calendar: WorkCalendar) -> None:
    torch_festival, weekend = date(2026, 8, 6), date(2026, 8, 8)
    county = calendar.with_overlay(off=[torch_festival], work=[weekend, NATIONAL_DAY])

    assert not county.is_working(torch_festival)
    assert county.is_working(weekend)
    assert county.is_working(NATIONAL_DAY)
    assert not county.off & county.work
    assert calendar.is_working(torch_festival), "the shipped calendar stays as it was"


def test_a_later_overlay_takes_an_earlier_one_back(calendar: WorkCalendar) -> None:
    day = date(2026, 8, 6)

    assert calendar.with_overlay(off=[day]).with_overlay(work=[day]).is_working(day)
    assert not calendar.with_overlay(work=[day]).with_overlay(off=[day]).is_working(day)


def test_an_overlay_day_is_not_both_off_and_worked(calendar: WorkCalendar) -> None:
    with pytest.raises(ValueError, match="2026-10-01"):
        calendar.with_overlay(off=[NATIONAL_DAY], work=[NATIONAL_DAY])


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        pytest.param({2026: ('["2026-10-10"]', '["2026-10-10"]')}, "both off and worked", id="both"),
        pytest.param({2026: ("[]", '["2026-10-09"]')}, "ordinary weekday", id="make-up on a Friday"),
        pytest.param({2026: ('["2027-01-01"]', "[]")}, "not in 2026", id="another year's day"),
        pytest.param({2026: ('["2026-10-07..2026-10-01"]', "[]")}, "ends before it begins", id="backwards"),
        pytest.param({2024: ("[]", "[]"), 2026: ("[]", "[]")}, "without a gap", id="a year is missing"),
        pytest.param({}, "one file for each year", id="no year at all"),
    ],
)
def test_a_wrong_notice_stops_the_start_and_says_what_to_change(
    tmp_path: Path, files: dict[int, tuple[str, str]], complaint: str
) -> None:
    for year, (off, work) in files.items():
        (tmp_path / f"{year}.toml").write_text(f"year = {year}\noff = {off}\nwork = {work}\n", encoding="utf-8")

    with pytest.raises(StartError, match=complaint):
        read_notices(tmp_path)
