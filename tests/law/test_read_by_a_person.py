"""Days that go wrong easily, each with what a person reads: in the calendar, on the clock, in the sentence."""

from datetime import UTC, date, datetime

import pytest

from shared.calendar.national import national
from shared.law.explain import explain
from shared.law.packs import Rules
from shared.law.term import Term, extended, resumed, start_term
from tests.law.makers import a_rule


def at(moment: str) -> datetime:
    """Read a moment in UTC."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def term(rules: Rules, rule: str, moment: str) -> Term:
    """Start a term of a rule at a moment."""
    return start_term(rules[rule], at(moment), national(rules[rule].calendar))


READ = [
    # rule, begins at (UTC), not counted, last day, late from (UTC), what a person reads
    (
        "petition.handle",
        "2027-12-31T02:00",
        "2027-12-31",
        "2028-02-29",
        "2028-02-29T16:00",
        "60 days end on 29 February",
    ),
    ("petition.forward", "2028-02-29T02:00", "2028-02-29", "2028-03-15", "2028-03-15T16:00", "begun on 29 February"),
    ("compensation.decide", "2027-12-31T02:00", "2027-12-31", "2028-02-29", "2028-02-29T16:00", "2 months, leap year"),
    (
        "compensation.decide",
        "2026-12-31T02:00",
        "2026-12-31",
        "2027-02-28",
        "2027-02-28T16:00",
        "2 months, no leap year",
    ),
    (
        "compensation.suit",
        "2026-11-30T02:00",
        "2026-11-30",
        "2027-02-28",
        "2027-02-28T16:00",
        "3 months from a month end",
    ),
    ("compensation.suit", "2027-02-28T02:00", "2027-02-28", "2027-05-28", "2027-05-28T16:00", "28 is 28, not the last"),
    (
        "info.answer",
        "2026-10-01T02:00",
        "2026-10-01",
        "2026-11-03",
        "2026-11-03T16:00",
        "a start in the holidays: 8 Oct is 1",
    ),
    ("info.answer", "2026-10-07T02:00", "2026-10-07", "2026-11-03", "2026-11-03T16:00", "their last day: the same end"),
    (
        "petition.object_referral",
        "2026-02-14T02:00",
        "2026-02-14",
        "2026-02-28",
        "2026-02-28T16:00",
        "a made-up Saturday",
    ),
    (
        "petition.forward",
        "2026-11-01T15:59",
        "2026-11-01",
        "2026-11-16",
        "2026-11-16T16:00",
        "a minute before midnight",
    ),
    (
        "petition.forward",
        "2026-11-01T16:00",
        "2026-11-02",
        "2026-11-17",
        "2026-11-17T16:00",
        "midnight is the next day",
    ),
    (
        "uk.foi.answer",
        "2026-03-10T12:00",
        "2026-03-10",
        "2026-04-10",
        "2026-04-10T23:00",
        "winter to summer: late at 23:00",
    ),
    ("uk.foi.answer", "2026-10-05T12:00", "2026-10-05", "2026-11-02", "2026-11-03T00:00", "summer to winter: at 0:00"),
    (
        "uk.foi.answer",
        "2026-06-30T23:30",
        "2026-07-01",
        "2026-07-30",
        "2026-07-30T23:00",
        "half past midnight in London",
    ),
    (
        "eu.wb.acknowledge",
        "2026-10-24T12:00",
        "2026-10-24",
        "2026-10-31",
        "2026-10-31T23:00",
        "a day of 25 hours is a day",
    ),
    (
        "eu.wb.acknowledge",
        "2026-03-28T23:30",
        "2026-03-29",
        "2026-04-05",
        "2026-04-05T22:00",
        "a day of 23 hours is a day",
    ),
    ("eu.wb.feedback", "2026-11-30T12:00", "2026-11-30", "2027-02-28", "2027-02-28T23:00", "midnight in Brussels"),
    ("petition.handle", "1992-01-31T02:00", "1992-01-31", "1992-03-31", "1992-03-31T16:00", "long past, leap year"),
    ("petition.handle", "2150-01-01T02:00", "2150-01-01", "2150-03-02", "2150-03-02T16:00", "far ahead"),
]


@pytest.mark.parametrize(
    ("rule", "begins", "first", "due", "late", "why"), READ, ids=[f"{row[0]}: {row[5]}" for row in READ]
)
def test_a_day_is_what_a_person_reads(
    rules: Rules, rule: str, begins: str, first: str, due: str, late: str, why: str
) -> None:
    found = term(rules, rule, begins)

    assert (str(found.started_on), str(found.due)) == (first, due)
    assert found.due_at == at(late)


HOURS = [
    ("GB", "2026-03-28T12:00", "2026-03-29T12:00", "24 hours are 24, though the clock was put forward"),
    ("GB", "2026-10-24T12:00", "2026-10-25T12:00", "and though it was put back"),
    ("CN", "2026-09-30T22:00", "2026-10-01T22:00", "on a holiday too"),
    ("CN", "2028-02-28T20:00", "2028-02-29T20:00", "into 29 February"),
]


@pytest.mark.parametrize(("calendar", "begins", "late", "why"), HOURS, ids=[row[3] for row in HOURS])
def test_hours_are_hours(calendar: str, begins: str, late: str, why: str) -> None:
    rule = a_rule(24, "hour", calendar=calendar)

    assert start_term(rule, at(begins), national(calendar)).due_at == at(late)


UNSURE = [
    ("info.answer", "2026-12-18T02:00", True, "ends in a year that nobody announced"),
    ("info.answer", "2026-11-20T02:00", False, "ends in the last one announced"),
    ("petition.handle", "2026-12-18T02:00", False, "calendar days know no holiday"),
    ("uk.foi.answer", "2027-12-20T12:00", True, "so in the United Kingdom"),
    ("eu.wb.feedback", "2030-01-31T12:00", False, "months are sure for ever"),
]


@pytest.mark.parametrize(("rule", "begins", "unsure", "why"), UNSURE, ids=[row[3] for row in UNSURE])
def test_an_end_that_nobody_can_know_yet_says_so(rules: Rules, rule: str, begins: str, unsure: bool, why: str) -> None:
    found = term(rules, rule, begins)

    assert found.provisional == unsure
    assert ("暂定" in explain(found, rules, "zh")) == unsure
    assert ("provisional" in explain(found, rules, "en")) == unsure


def test_an_extension_begins_after_the_first_last_day_and_pauses_move_both(rules: Rules) -> None:
    first = term(rules, "petition.handle", "2027-12-31T02:00")
    longer = extended(first, rules["petition.extend"], national("CN"))
    assert (str(longer.started_on), str(longer.due)) == ("2028-02-29", "2028-03-30")

    rule = rules["petition.handle"]
    paused = resumed(first, rule, date(2028, 2, 28), date(2028, 3, 1), national("CN"))
    assert str(paused.due) == "2028-03-03", "28 and 29 February and 1 March are left out: two counted days follow"
