import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from shared.calendar.workdays import WorkCalendar
from shared.law.count import Pause
from shared.law.packs import Rules
from shared.law.term import Term, extended, resumed, start_term
from tests.law.makers import a_rule, morning, started


def test_the_trace_names_what_was_skipped_and_what_was_made_up(rules: Rules, calendar: WorkCalendar) -> None:
    term = start_term(rules["info.answer"], morning("2026-09-18"), calendar)

    assert (term.rule, term.pack, str(term.started_on)) == ("info.answer", "information@2019-05-15", "2026-09-18")
    assert [str(day)[5:] for day in term.skipped] == ["09-25", "09-26", "09-27", *(f"10-0{n}" for n in range(1, 8))]
    assert [str(day) for day in term.made_up] == ["2026-09-20", "2026-10-10"]
    assert not term.provisional


def test_a_term_is_late_from_the_next_midnight_in_beijing() -> None:
    assert started("2026-09-18", 20).due_at == datetime(2026, 10, 22, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "started_on"),
    [
        pytest.param("2026-09-18T15:59:59+00:00", "2026-09-18", id="one second before midnight in Beijing"),
        pytest.param("2026-09-18T16:00:00+00:00", "2026-09-19", id="midnight in Beijing is the next day"),
    ],
)
def test_the_day_of_receipt_is_the_day_in_beijing(
    rules: Rules, calendar: WorkCalendar, moment: str, started_on: str
) -> None:
    term = start_term(rules["petition.forward"], datetime.fromisoformat(moment), calendar)

    assert str(term.started_on) == started_on
    assert (term.due - term.started_on).days == 15


@pytest.mark.parametrize(
    ("day", "number", "due"),
    [
        pytest.param("2026-01-31", 1, "2026-02-28", id="no such day: the month's last"),
        pytest.param("2024-01-31", 1, "2024-02-29", id="in a leap year"),
        pytest.param("2026-02-28", 1, "2026-03-28", id="the same number, not the last"),
        pytest.param("2026-11-30", 3, "2027-02-28", id="into another year"),
        pytest.param("2026-03-15", 1, "2026-04-15", id="31 days"),
        pytest.param("2026-12-31", 12, "2027-12-31", id="a year"),
    ],
)
def test_a_month_is_a_month(day: str, number: int, due: str) -> None:
    assert str(started(day, number, "month").due) == due


def test_hours_end_at_their_moment() -> None:
    term = started("2026-09-18", 24, "hour")

    assert term.due_at == datetime(2026, 9, 19, 1, 30, tzinfo=UTC)
    assert term.due == date(2026, 9, 19)


def test_a_day_left_out_gives_its_24_hours_back(calendar: WorkCalendar) -> None:
    day = date(2026, 9, 19)

    later = resumed(started("2026-09-18", 24, "hour"), a_rule(24, "hour"), day, day, calendar)

    assert later.due_at == datetime(2026, 9, 20, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "received", "due"),
    [
        pytest.param("village.monthly_finance", "2026-10-01", "2026-10-15", id="opened on the first"),
        pytest.param("village.monthly_finance", "2026-10-04", "2026-10-15", id="opened late, due no later"),
        pytest.param("village.monthly_finance", "2026-09-30", "2026-10-15", id="counted from the last day itself"),
        pytest.param("village.quarterly", "2026-10-04", "2026-10-15", id="after the third quarter"),
        pytest.param("village.quarterly", "2026-09-30", "2026-10-15", id="on the quarter's last day"),
        pytest.param("village.quarterly", "2026-09-29", "2026-07-15", id="the last one that ended"),
    ],
)
def test_village_affairs_are_due_fifteen_days_after_the_period(
    rules: Rules, calendar: WorkCalendar, rule: str, received: str, due: str
) -> None:
    assert str(start_term(rules[rule], morning(received), calendar).due) == due


@pytest.mark.parametrize(
    ("paused_on", "resumed_on", "due"),
    [
        pytest.param("2026-03-10", "2026-03-14", "2026-05-05", id="five days"),
        pytest.param("2026-03-10", "2026-03-10", "2026-05-01", id="asked and answered on one day"),
        pytest.param("2026-03-01", "2026-03-03", "2026-05-02", id="the start day was not counted anyway"),
        pytest.param("2026-04-30", "2026-05-02", "2026-05-03", id="stopped on the last day"),
    ],
)
def test_a_pause_leaves_out_both_its_days(
    rules: Rules, calendar: WorkCalendar, paused_on: str, resumed_on: str, due: str
) -> None:
    rule = rules["petition.handle"]
    term = start_term(rule, morning("2026-03-01"), calendar)
    assert str(term.due) == "2026-04-30"

    later = resumed(term, rule, date.fromisoformat(paused_on), date.fromisoformat(resumed_on), calendar)

    assert str(later.due) == due
    assert later.started_on == term.started_on
    assert later.pauses == (Pause(date.fromisoformat(paused_on), date.fromisoformat(resumed_on)),)


def test_days_that_two_pauses_share_are_left_out_once(rules: Rules, calendar: WorkCalendar) -> None:
    rule = rules["petition.handle"]
    once = resumed(
        start_term(rule, morning("2026-03-01"), calendar), rule, date(2026, 3, 10), date(2026, 3, 14), calendar
    )

    twice = resumed(once, rule, date(2026, 3, 14), date(2026, 3, 16), calendar)

    assert str(twice.due) == "2026-05-07"


def test_a_rolled_end_never_falls_into_a_pause(calendar: WorkCalendar) -> None:
    term = started("2026-08-02", 60, "calendar_day", roll="next_working_day")
    rule = a_rule(60, "calendar_day", roll="next_working_day")

    assert str(resumed(term, rule, date(2026, 10, 8), date(2026, 10, 9), calendar).due) == "2026-10-10"


def test_a_pause_does_not_end_before_it_begins(rules: Rules, calendar: WorkCalendar) -> None:
    rule = rules["petition.handle"]
    with pytest.raises(ValueError, match="ends before it begins"):
        resumed(start_term(rule, morning("2026-03-01"), calendar), rule, date(2026, 3, 5), date(2026, 3, 4), calendar)


def test_a_newer_pack_never_moves_a_term_that_runs(rules: Rules, calendar: WorkCalendar) -> None:
    term = start_term(rules["petition.handle"], morning("2026-03-01"), calendar)
    newer = replace(rules["petition.handle"], quantity=30, pack="petition@2030-01-01")

    later = resumed(term, newer, date(2026, 3, 10), date(2026, 3, 14), calendar)

    assert (str(later.due), later.pack) == ("2026-05-05", "petition@2022-05-01")


def test_a_term_is_only_counted_by_its_own_rule(rules: Rules, calendar: WorkCalendar) -> None:
    term = start_term(rules["petition.handle"], morning("2026-03-01"), calendar)
    with pytest.raises(ValueError, match=r"petition\.review"):
        resumed(term, rules["petition.review"], date(2026, 3, 10), date(2026, 3, 14), calendar)


def test_a_term_goes_through_json_and_back(rules: Rules, calendar: WorkCalendar) -> None:
    rule = rules["petition.handle"]
    paused = resumed(
        start_term(rule, morning("2026-08-02"), calendar), rule, date(2026, 9, 1), date(2026, 9, 9), calendar
    )
    hours = started("2026-09-18", 24, "hour")
    rolled = started("2026-01-31", 15, "calendar_day", roll="next_working_day")

    for term in (
        paused,
        hours,
        rolled,
        extended(paused, rules["petition.extend"], calendar),
        started("2026-09-18", 20),
    ):
        assert Term.from_dict(json.loads(json.dumps(term.to_dict()))) == term


def test_a_term_written_by_another_version_is_read(rules: Rules, calendar: WorkCalendar) -> None:
    term = start_term(rules["petition.forward"], morning("2026-03-01"), calendar)
    raw = {**term.to_dict(), "of_tomorrow": 1}
    del raw["kept"]

    assert Term.from_dict(raw, rules) == term


def test_a_term_of_an_unknown_rule_is_refused_where_rules_are_given(rules: Rules) -> None:
    raw = started("2026-09-18", 20).to_dict()

    assert Term.from_dict(raw).rule == "made.up"
    with pytest.raises(KeyError, match=r"made\.up"):
        Term.from_dict(raw, rules)


def test_a_moment_without_a_zone_is_no_moment(rules: Rules, calendar: WorkCalendar) -> None:
    with pytest.raises(ValueError, match="zone"):
        start_term(rules["petition.handle"], datetime(2026, 3, 1), calendar)  # noqa: DTZ001 - the mistake itself
