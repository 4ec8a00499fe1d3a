"""What changes a term that runs: an extension, and a calendar that was announced or changed meanwhile."""

from dataclasses import replace
from datetime import date

import pytest

from shared.calendar.workdays import WorkCalendar
from shared.law.packs import Rules
from shared.law.term import NoExtension, extended, recomputed, resumed, start_term
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
