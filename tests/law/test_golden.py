"""For each pack: a receipt, the rule, the day it is due, and how a person reads it from a wall calendar."""

from datetime import date

import pytest

from shared.calendar.national import national
from shared.law.packs import Rules, load_rules
from shared.law.term import due_on, extended, start_term
from tests.law.makers import morning

READ = [
    # received, rule, due, why
    (
        "2026-09-20",
        "petition.forward",
        "2026-10-05",
        "15 calendar days; the last is a holiday and the text rolls nothing",
    ),
    ("2026-02-10", "petition.notice", "2026-02-25", "15 calendar days across Spring Festival"),
    ("2026-09-30", "petition.object_referral", "2026-10-13", "8, 9, 10 (a made-up Saturday), 12, 13 October"),
    ("2026-11-13", "directive.object", "2026-11-20", "from a Friday: 16, 17, 18, 19, 20 November"),
    ("2026-11-13", "petition.part", "2026-12-04", "from a Friday: three weeks of five days, until 4 December"),
    ("2026-11-13", "charge.plan", "2026-11-27", "from a Friday: two weeks of five days, 16-20 and 23-27 November"),
    ("2026-09-18", "petition.verify_objection", "2026-09-24", "20 (a made-up Sunday), 21, 22, 23, 24 September"),
    ("2026-08-02", "petition.handle", "2026-10-01", "60 calendar days: 29 of August, 30 of September, 1 of October"),
    (
        "2026-01-30",
        "petition.review_request",
        "2026-03-01",
        "30 calendar days: 1 of January, 28 of February, 1 of March",
    ),
    (
        "2026-09-05",
        "petition.review",
        "2026-10-05",
        "25 of September, 5 of October: a holiday, and the text rolls nothing",
    ),
    ("2026-12-15", "petition.re_review_request", "2027-01-14", "16 of December, 14 of January"),
    ("2028-02-10", "petition.re_review", "2028-03-11", "19 of a leap year's February, 11 of March"),
    (
        "2026-09-18",
        "info.answer",
        "2026-10-22",
        "20 working days without 25 September and 1-7 October, with two make-up days",
    ),
    ("2026-02-11", "info.correct", "2026-02-27", "12, 13, 14 (made up), then 24, 25, 26, 27 February"),
    ("2026-09-17", "info.third_party", "2026-10-14", "15 working days across both autumn holidays"),
    ("2026-09-17", "info.co_producer", "2026-10-14", "15 working days across both autumn holidays"),
    ("2026-04-20", "info.proactive", "2026-05-20", "20 working days without 1-5 May, with 9 May made up"),
    ("2026-01-05", "info.annual", "2026-01-31", "by 31 January, whenever in January it is opened"),
    ("2026-01-05", "info.annual_government", "2026-03-31", "by 31 March"),
    ("2026-09-01", "decision.comment", "2026-10-01", "open for 30 calendar days at least"),
    ("2026-09-25", "decision.hearing_materials", "2026-10-02", "a week with the materials, holidays or not"),
    ("2026-04-27", "decision.legality", "2026-05-09", "28, 29, 30 April, 6, 7, 8, 9 (a made-up Saturday) May"),
    (
        "2026-08-02",
        "reconsideration.apply",
        "2026-10-01",
        "60 calendar days: article 88 turns only 3, 5, 7 and 10 into working days",
    ),
    ("2026-02-13", "reconsideration.accept", "2026-02-27", "14 (made up), 24, 25, 26, 27 February"),
    ("2026-03-02", "reconsideration.decide", "2026-05-01", "29 of March, 30 of April, 1 of May"),
    ("2026-01-30", "reconsideration.summary", "2026-03-01", "30 calendar days"),
    ("2026-06-17", "licence.missing_papers", "2026-06-25", "18, then after Dragon Boat 22, 23, 24, 25 June"),
    ("2026-02-09", "licence.decide", "2026-03-13", "20 working days, 14 and 28 February made up"),
    ("2026-08-03", "licence.joint", "2026-10-10", "45 working days, the last a made-up Saturday"),
    ("2026-04-30", "licence.certificate", "2026-05-18", "6, 7, 8, 9 (made up), 11 to 15, 18 May"),
    ("2026-01-31", "mediation.confirm", "2026-03-02", "30 calendar days, no month"),
    ("2026-01-31", "mediation.conclude", "2026-02-28", "one month: there is no 31 February"),
    ("2026-09-30", "aid.decide", "2026-10-07", "7 calendar days: the Law says 日"),
    ("2026-09-30", "aid.assign", "2026-10-03", "3 calendar days"),
    ("2026-02-28", "aid.objection", "2026-03-05", "5 calendar days; 2026 is no leap year"),
    ("2026-10-04", "village.quarterly", "2026-10-15", "15 days after the third quarter"),
    ("2026-03-01", "village.monthly_finance", "2026-03-15", "15 days after February"),
    ("2026-10-15", "village.objection", "2026-10-20", "5 calendar days"),
    ("2026-10-20", "village.answer", "2026-10-25", "5 calendar days, a Sunday"),
    ("2026-09-24", "appointment.notice", "2026-10-09", "28, 29, 30 September, 8, 9 October"),
    ("2026-09-17", "report.accept_real_name", "2026-10-14", "15 working days"),
    ("2026-12-01", "report.result_real_name", "2026-12-22", "15 working days without a holiday"),
    ("2026-04-30", "report.pass_up", "2026-05-11", "6, 7, 8, 9 (made up), 11 May"),
    ("2026-10-01", "hotline.general", "2026-10-08", "7 days are days"),
    ("2026-10-01", "hotline.complex", "2026-10-16", "15 days"),
    ("2026-09-30", "hotline.enquiry", "2026-10-10", "8, 9, 10 (made up) October"),
    ("2026-02-09", "hotline.complaint", "2026-03-04", "13 working days, two of them made up"),
    ("2026-12-31", "compensation.decide", "2027-02-28", "two months: there is no 31 February"),
    ("2026-02-13", "compensation.serve", "2026-02-23", "10 calendar days"),
    ("2026-11-30", "compensation.suit", "2027-02-28", "three months"),
    ("2024-02-29", "compensation.claim", "2026-02-28", "two years from a leap day"),
    ("2026-09-17", "privacy.answer", "2026-10-14", "15 working days"),
    ("2026-08-20", "suggestion.reply", "2026-09-19", "30 calendar days"),
    ("2026-12-31", "visit.need", "2027-01-08", "5, 6, 7, 8 January; 1 January is off"),
    ("2026-09-30", "visit.record", "2026-10-13", "8, 9, 10 (made up), 12, 13 October"),
    ("2026-09-30", "window.not_done", "2026-10-20", "8, 9, 10 (made up), 12 to 16, 19, 20 October"),
    ("2026-09-30", "window.call_back", "2026-10-09", "8, 9 October"),
    ("2026-09-17", "window.mend", "2026-10-14", "15 working days"),
    ("2026-09-30", "window.try_again", "2026-10-13", "8, 9, 10 (made up), 12, 13 October"),
    ("2026-09-30", "mediation.answer", "2026-10-13", "8, 9, 10 (made up), 12, 13 October"),
    ("2026-01-31", "mediation.come", "2026-03-02", "30 calendar days, like the code of the letter"),
    ("2026-09-30", "mediation.follow_up", "2026-10-10", "8, 9, 10 (made up) October"),
    ("2026-05-08", "petition.object_publication", "2026-05-14", "9 (made up), 11, 12, 13, 14 May"),
    ("2026-12-24", "eu.wb.acknowledge", "2026-12-31", "7 days, Christmas or not"),
    ("2026-11-30", "eu.wb.feedback", "2027-02-28", "three months"),
    ("2026-08-31", "eu.wb.feedback_justified", "2027-02-28", "six months: there is no 31 February"),
    (
        "2026-03-10",
        "uk.foi.answer",
        "2026-04-10",
        "17 March is a day off in Northern Ireland; 3 and 6 April are Easter",
    ),
    ("2026-07-01", "uk.foi.answer", "2026-07-30", "13 July is a day off in Northern Ireland"),
    (
        "2026-11-27",
        "uk.foi.answer",
        "2026-12-30",
        "30 November is a day off in Scotland; 25 and 28 December everywhere",
    ),
]
HOURS = [
    ("hotline.life", "2026-09-18T03:30:00+00:00", "two hours, at night or on a holiday"),
    ("hotline.online", "2026-09-18T03:30:00+00:00", "two hours"),
    ("hotline.utilities", "2026-09-19T01:30:00+00:00", "24 hours"),
]
PROLONGED = [
    # received, rule of the longer term, due first, due then, why
    ("2026-08-02", "petition.extend", "2026-10-01", "2026-10-31", "30 calendar days more: 2 to 31 October"),
    ("2026-03-02", "reconsideration.extend", "2026-05-01", "2026-05-31", "30 calendar days more: 2 to 31 May"),
    (
        "2026-09-18",
        "info.extend",
        "2026-10-22",
        "2026-11-19",
        "20 working days more: 23, 26-30 October, 2-6, 9-13, 16-19 November",
    ),
    (
        "2026-04-01",
        "licence.extend",
        "2026-04-30",
        "2026-05-18",
        "2, 3, 7-10, 13-17, 20-24, 27-30 April; then 6, 7, 8, 9 (made up), 11-15, 18 May",
    ),
    (
        "2026-08-03",
        "licence.joint_extend",
        "2026-10-10",
        "2026-10-30",
        "15 working days more, from a made-up Saturday: 12-16, 19-23, 26-30 October",
    ),
]


@pytest.mark.parametrize(("received", "rule", "due", "why"), READ, ids=[f"{row[1]}: {row[3]}" for row in READ])
def test_a_date_is_what_a_person_reads_from_the_wall_calendar(
    rules: Rules, received: str, rule: str, due: str, why: str
) -> None:
    calendar = national(rules[rule].calendar)
    term = start_term(rules[rule], morning(received), calendar)

    assert str(term.due) == due
    assert due_on(rules[rule], date.fromisoformat(received), calendar) == term.due


@pytest.mark.parametrize(("rule", "due_at", "why"), HOURS, ids=[row[0] for row in HOURS])
def test_hours_run_by_the_clock(rules: Rules, rule: str, due_at: str, why: str) -> None:
    assert start_term(rules[rule], morning("2026-09-18"), national("CN")).due_at.isoformat() == due_at


@pytest.mark.parametrize(
    ("received", "rule", "first", "due", "why"), PROLONGED, ids=[f"{row[1]}: {row[4]}" for row in PROLONGED]
)
def test_a_longer_term_follows_the_first_ones_last_day(
    rules: Rules, received: str, rule: str, first: str, due: str, why: str
) -> None:
    before = rules[str(rules[rule].extends)]
    term = start_term(before, morning(received), national(before.calendar))

    assert str(term.due) == first
    assert str(extended(term, rules[rule], national(before.calendar)).due) == due


def test_every_rule_has_a_row() -> None:
    assert {row[1] for row in (*READ, *PROLONGED)} | {row[0] for row in HOURS} == set(load_rules())
