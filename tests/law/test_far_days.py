"""At the ends of the calendar a term is counted or refused by one error; a pause beside a term is not told."""

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lianxin.cli import main
from shared.calendar.national import NATION, by_name, national
from shared.law.explain import explained
from shared.law.packs import OWN_DAYS, load_rules
from shared.law.rule import Rule
from shared.law.term import resumed, start_term
from tests.law.makers import morning

RULES = load_rules()
COUNTED = sorted(set(RULES) - set(OWN_DAYS))
SPANS = ((date.min, date(3, 12, 31)), (date(2025, 1, 1), date(2027, 12, 31)), (date(9996, 1, 1), date.max))
days = st.one_of(*(st.dates(*span) for span in SPANS))
lengths = st.one_of(st.integers(0, 400), st.just(date.max.toordinal()))


@st.composite
def asked(draw: st.DrawFn) -> tuple[Rule, date, list[tuple[date, date]]]:
    """Give a shipped rule, the day that starts it, and pauses near to that day or up to the end of time."""
    rule, day = RULES[draw(st.sampled_from(COUNTED))], draw(days)
    pauses = []
    for offset, length in draw(st.lists(st.tuples(st.integers(-100, 300), lengths), max_size=3)):
        first = min(max(day.toordinal() + offset, 1), date.max.toordinal())
        far = length if day.year > 9000 or rule.unit in ("calendar_day", "month") else min(length, 400)
        pauses.append((date.fromordinal(first), date.fromordinal(min(first + far, date.max.toordinal()))))
    return rule, day, pauses


@settings(max_examples=300, deadline=None)
@given(asked(), st.sampled_from(["zh", "en"]))
@example((RULES["petition.handle"], date(9999, 12, 1), []), "zh")
@example((RULES["petition.handle"], date(9999, 10, 20), [(date(9999, 11, 1), date.max)]), "zh")
@example((RULES["petition.handle"], date(2026, 8, 2), [(date(2026, 9, 1), date(9999, 12, 30))]), "zh")
def test_a_count_ends_with_a_day_or_with_overflow(question, language):
    rule, day, pauses = question
    calendar = by_name(rule.calendar, national(NATION))
    try:
        term = start_term(rule, morning(day), calendar)
        for first, last in pauses:
            term = resumed(term, rule, first, last, calendar)
        words = explained(term, RULES, language)
    except OverflowError:
        assert day.year in (1, 9999, 9998) or any(last.year > 9990 for _, last in pauses)
        return
    assert term.due >= term.started_on
    assert words.steps[-1].step == "basis"
    told = [one for line in words.steps if line.step == "paused" for one in line.days]
    assert all(one <= term.due for one in told)


@settings(max_examples=30, deadline=None)
@given(asked())
def test_the_command_never_crashes(question):
    rule, day, pauses = question
    spans = [word for first, last in pauses for word in ("--pause", f"{first.isoformat()}:{last.isoformat()}")]
    answer = CliRunner().invoke(main, ["deadline", "explain", rule.id, "--from", day.isoformat(), *spans])
    assert answer.exit_code in (0, 1)
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    assert answer.exit_code == 0 or "give a day nearer to now" in answer.output


@pytest.mark.parametrize("pause", ["2026-12-01:2026-12-05", "2026-07-01:2026-08-02"], ids=["after", "before"])
def test_a_pause_beside_a_term_is_not_told_as_left_out(pause):
    words = ["deadline", "explain", "petition.handle", "--from", "2026-08-02", "--language", "en"]
    plain, beside = (CliRunner().invoke(main, [*words, *more]).output for more in ([], ["--pause", pause]))
    assert "stood still" not in beside
    assert plain.splitlines()[0] == beside.splitlines()[0]
    assert "moved nothing" in beside


def test_a_pause_on_the_last_day_is_told():
    words = ["deadline", "explain", "petition.handle", "--from", "2026-08-02", "--language", "en"]
    said = CliRunner().invoke(main, [*words, "--pause", "2026-10-01:2026-10-01"]).output
    assert "moved nothing" not in said
    assert date(2026, 8, 2) + timedelta(days=60) == date(2026, 10, 1)
    assert "2 Oct 2026" in said
