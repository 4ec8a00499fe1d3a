"""What holds of every term, told to hypothesis; the oracle counts days in its own way, or asks another package."""

from datetime import date, timedelta

import chinese_calendar
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar.national import NATION, national
from shared.calendar.workdays import WorkCalendar
from shared.law.rule import Rule
from shared.law.term import Term, recomputed, resumed, start_term
from tests.law.makers import a_rule, morning

SHIPPED = national(NATION)
LAST = date(2026, 12, 31)
UNITS = ("calendar_day", "working_day", "month", "hour")
days = st.dates(date(2025, 1, 1), date(2026, 6, 30))
extra_days = st.sets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=12)
pauses = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 30)), max_size=3)


@st.composite
def any_rules(draw: st.DrawFn) -> Rule:
    unit = draw(st.sampled_from(UNITS))
    rolls = ("none", "next_working_day") if unit in ("calendar_day", "month") else ("none",)
    quantity = draw(st.integers(1, 6 if unit == "month" else 90))
    return a_rule(quantity, unit, roll=draw(st.sampled_from(rolls)))


def with_pauses(term: Term, rule: Rule, offsets: list[tuple[int, int]], calendar: WorkCalendar) -> Term:
    for after, length in offsets:
        first = term.started_on + timedelta(days=after)
        term = resumed(term, rule, first, first + timedelta(days=length), calendar)
    return term


def days_after(start: date, end: date) -> list[date]:
    return [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]


@given(any_rules(), days, extra_days, extra_days)
def test_nothing_is_due_before_it_starts(rule: Rule, day: date, off: set[date], work: set[date]) -> None:
    term = start_term(rule, morning(day), SHIPPED.with_days(off=off, work=work - off))

    assert term.due_at > morning(day)
    assert term.due >= term.started_on if rule.unit == "hour" else term.due > term.started_on


@given(st.integers(1, 120), days)
def test_working_terms_hold_as_many_working_days_as_another_package_counts(quantity: int, day: date) -> None:
    term = start_term(a_rule(quantity), morning(day), SHIPPED)

    assert term.due <= LAST
    assert len(chinese_calendar.get_workdays(day + timedelta(days=1), term.due)) == quantity
    assert chinese_calendar.is_workday(term.due)


@given(any_rules(), days, extra_days, extra_days, pauses)
def test_a_working_or_rolled_term_ends_on_a_working_day(
    rule: Rule, day: date, off: set[date], work: set[date], offsets: list[tuple[int, int]]
) -> None:
    calendar = SHIPPED.with_days(off=off, work=work - off)
    term = with_pauses(start_term(rule, morning(day), calendar), rule, offsets, calendar)

    if rule.unit == "working_day" or rule.roll == "next_working_day":
        assert calendar.is_working(term.due)


@given(any_rules(), days, extra_days)
def test_another_day_off_never_shortens(rule: Rule, day: date, off: set[date]) -> None:
    term = start_term(rule, morning(day), SHIPPED)

    assert recomputed(term, rule, SHIPPED.with_days(off=off)).due_at >= term.due_at


@given(any_rules(), days, extra_days)
def test_another_working_day_never_lengthens(rule: Rule, day: date, work: set[date]) -> None:
    term = start_term(rule, morning(day), SHIPPED)

    assert recomputed(term, rule, SHIPPED.with_days(work=work)).due_at <= term.due_at


@given(any_rules(), days, pauses)
def test_a_pause_leaves_out_both_its_days_and_all_between(
    rule: Rule, day: date, offsets: list[tuple[int, int]]
) -> None:
    plain = start_term(rule, morning(day), SHIPPED)
    term = with_pauses(plain, rule, offsets, SHIPPED)
    out = {one for pause in term.pauses for one in [pause.first, *days_after(pause.first, pause.last)]}

    assert term.due not in out
    if rule.unit == "working_day":
        assert sum(SHIPPED.is_working(one) for one in days_after(day, term.due) if one not in out) == rule.quantity
    elif rule.unit != "hour":
        left = len([one for one in days_after(day, term.rolled_from or term.due) if one not in out])
        assert left == len(days_after(day, plain.rolled_from or plain.due))


@given(any_rules(), days, pauses)
def test_a_pause_never_shortens_and_keeps_the_start(rule: Rule, day: date, offsets: list[tuple[int, int]]) -> None:
    plain = start_term(rule, morning(day), SHIPPED)
    term = with_pauses(plain, rule, offsets, SHIPPED)

    assert term.due_at >= plain.due_at
    assert (term.started_on, term.started_at) == (plain.started_on, plain.started_at)


@given(any_rules(), days, pauses, extra_days)
def test_counting_again_changes_nothing(rule: Rule, day: date, offsets: list[tuple[int, int]], off: set[date]) -> None:
    calendar = SHIPPED.with_days(off=off)
    term = with_pauses(start_term(rule, morning(day), calendar), rule, offsets, calendar)

    assert recomputed(term, rule, calendar) == term
    assert Term.from_dict(term.to_dict()) == term


@given(st.dates(date(2024, 6, 1), date(2027, 6, 30)), st.integers(0, 60))
def test_working_days_left_agree_with_working_days_added(day: date, number: int) -> None:
    assert SHIPPED.between(day, SHIPPED.add(day, number)) == number
    assert SHIPPED.between(SHIPPED.add(day, number), day) == -number
