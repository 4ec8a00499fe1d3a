"""What changes a term that runs: an extension, and a calendar that was announced or changed meanwhile."""

from dataclasses import replace
from datetime import date

import pytest

from shared.calendar.workdays import WorkCalendar
from shared.law.explain import explain
from shared.law.local import end_of_day
from shared.law.packs import Rules
from shared.law.term import NoExtension, Term, extended, held, recomputed, resumed, start_term
from tests.law.makers import morning, started


def test_an_extension_counts_from_the_day_after_the_original_due_day(rules: Rules, calendar: WorkCalendar) -> None:
    term = start_term(rules["petition.handle"], morning("2026-03-01"), calendar)

    longer = extended(term, rules["petition.extend"], calendar)

    assert (str(longer.started_on), str(longer.due), longer.extends) == ("2026-04-30", "2026-05-30", "petition.handle")


def test_an_extension_in_working_days_skips_holidays_too(rules: Rules, calendar: WorkCalendar) -> None:
    term = start_term(rules["info.answer"], morning("2026-08-21"), calendar)
    assert str(term.due) == "2026-09-18"

    assert str(extended(term, rules["info.extend"], calendar).due) == "2026-10-22"


def test_there_is_no_second_extension_and_none_by_another_rule(rules: Rules, calendar: WorkCalendar) -> None:
    term = start_term(rules["petition.handle"], morning("2026-03-01"), calendar)
    for wrong, by in ((extended(term, rules["petition.extend"], calendar), "petition.extend"), (term, "info.extend")):
        with pytest.raises(NoExtension):
            extended(wrong, rules[by], calendar)


def test_a_term_into_an_unannounced_year_is_provisional() -> None:
    assert not started("2026-12-01", 20).provisional
    assert started("2026-12-18", 20).provisional
    assert started("2006-12-30", 5).provisional, "no notice is known before 2007"
    assert started("2026-12-18", 20, "calendar_day", roll="next_working_day").provisional


def test_calendar_days_need_no_notice() -> None:
    assert not started("2026-12-18", 60, "calendar_day").provisional


def test_a_new_notice_moves_an_offices_term_and_changes_nothing_the_second_time(
    rules: Rules, calendar: WorkCalendar
) -> None:
    rule = rules["info.answer"]
    term = start_term(rule, morning("2026-12-18"), calendar)
    noticed = replace(calendar.with_days(work=[date(2027, 1, 3)]), announced=calendar.announced | {2027})

    moved = recomputed(term, rule, noticed)

    assert (str(term.due), str(moved.due)) == ("2027-01-18", "2027-01-15")  # 3 Jan is worked
    assert (term.provisional, moved.provisional) == (True, False)
    assert recomputed(moved, rule, noticed) == moved


def test_a_new_notice_never_shortens_a_citizens_own_term(rules: Rules, calendar: WorkCalendar) -> None:
    rule = rules["petition.object_publication"]
    term = start_term(rule, morning("2026-12-30"), calendar)
    shorter = calendar.with_days(work=[date(2027, 1, 2), date(2027, 1, 3)])

    kept = recomputed(term, rule, shorter)

    assert (kept.due, kept.due_at, kept.kept) == (term.due, term.due_at, True)
    assert recomputed(kept, rule, shorter) == kept
    paused = resumed(kept, rule, date(2026, 12, 30), date(2026, 12, 30), shorter)  # a day that didn't count anyway
    assert (paused.due, paused.kept) == (term.due, True)
    longer = recomputed(kept, rule, calendar.with_days(off=[date(2027, 1, 4)]))
    assert longer.due > term.due
    assert not longer.kept


def late(rules: Rules, calendar: WorkCalendar, announced: str) -> tuple[Term, WorkCalendar]:
    """Give a term that is due on 18 January 2027 after a notice, announced on a day, that would end it on the 13th."""
    rule = rules["info.answer"]
    term = start_term(rule, morning("2026-12-18"), calendar)
    noticed = calendar.with_days(work=[date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 9)])
    return held(recomputed(term, rule, noticed), term, date.fromisoformat(announced), noticed), noticed


@pytest.mark.parametrize(
    ("announced", "due", "held_from", "why"),
    [
        ("2027-01-05", "2027-01-13", None, "there is time enough"),
        ("2027-01-12", "2027-01-13", None, "the working day after is the day that the notice gives"),
        ("2027-01-13", "2027-01-14", "2027-01-13", "that very day: until the end of the next one"),
        ("2027-01-14", "2027-01-15", "2027-01-13", "over already: until the end of the next working day"),
        ("2027-01-15", "2027-01-18", "2027-01-13", "a Friday: the next working day is the old date"),
        ("2027-01-18", "2027-01-18", "2027-01-13", "the last day: never later than it was"),
        ("2027-01-25", "2027-01-18", "2027-01-13", "broken by the old date: it stays so"),
    ],
)
def test_a_late_notice_ends_no_offices_term_before_the_next_working_day_is_over(
    rules: Rules, calendar: WorkCalendar, announced: str, due: str, held_from: str | None, why: str
) -> None:
    moved, noticed = late(rules, calendar, announced)

    assert (str(moved.due), moved.held_from and str(moved.held_from)) == (due, held_from), why
    assert moved.due_at == end_of_day(moved.due)
    for day in ("2027-01-04", "2027-01-14", "2027-02-20"):  # counted again on any day it moves nothing
        again = recomputed(moved, rules["info.answer"], noticed)
        assert held(again, moved, date.fromisoformat(day), noticed) == moved


def test_a_date_that_was_held_moves_on_with_a_pause(rules: Rules, calendar: WorkCalendar) -> None:
    """Two working days are left, Thursday and Friday; so are two after a pause, whatever the count says."""
    moved, noticed = late(rules, calendar, "2027-01-14")
    later = resumed(moved, rules["info.answer"], date(2027, 1, 14), date(2027, 1, 25), noticed)
    again = resumed(later, rules["info.answer"], date(2027, 1, 26), date(2027, 1, 28), noticed)
    after = resumed(moved, rules["info.answer"], date(2027, 1, 18), date(2027, 1, 25), noticed)

    assert (str(later.due), str(later.held_from)) == ("2027-01-27", "2027-01-13")
    assert str(again.due) == "2027-02-01"
    assert after.due == moved.due, "a pause after its end is none of its own"


def test_a_term_whose_days_were_over_in_its_pause_ends_a_working_day_after_it(
    rules: Rules, calendar: WorkCalendar
) -> None:
    moved, noticed = late(rules, calendar, "2027-01-20")  # it stands still since the 18th, its last day
    later = resumed(moved, rules["info.answer"], date(2027, 1, 18), date(2027, 1, 25), noticed)

    assert str(later.due) == "2027-01-26"


def test_a_date_that_was_held_says_so(rules: Rules, calendar: WorkCalendar) -> None:
    moved, _ = late(rules, calendar, "2027-01-13")

    assert "would end it on 13 Jan 2027, so it runs until the working day after the notice" in explain(
        moved, rules, "en"
    )
    assert "按其计算应于2027年1月13日届满，故留至公布后的次一工作日" in explain(moved, rules, "zh")
    assert Term.from_dict(moved.to_dict()) == moved
