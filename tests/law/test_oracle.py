"""A sample of the campaign; and the oracle is shown to see the errors that such counts have."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count as numbered
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from shared.calendar.workdays import WorkCalendar
from shared.law import count, term
from shared.law.rule import Start, Unit
from tests.law import campaign
from tests.law.campaign import CALENDARS, difference, differences
from tests.law.drawn import asked

SAMPLE = range(2_000)
PLANTED = range(1_000)


def test_a_sample_of_random_dates_is_as_the_oracle_counts() -> None:
    assert list(differences(SAMPLE)) == []


def test_the_sample_holds_every_sort_of_question() -> None:
    drawn = [asked(number) for number in SAMPLE]

    assert Counter(one.rule.unit for one in drawn).keys() == set(get_args(Unit))
    assert {one.rule.start for one in drawn} == set(get_args(Start))
    assert {one.rule.calendar for one in drawn} == {"CN", "GB", "EU"}
    assert any(one.rule.roll == "next_working_day" for one in drawn)
    assert {len(one.pauses) for one in drawn} == {0, 1, 2, 3}
    assert {one.rule.unit for one in drawn if one.off} == set(get_args(Unit))
    assert {one.rule.start for one in drawn if one.pauses} == set(get_args(Start))
    assert any(one.rule.unit == "hour" and one.pauses for one in drawn)


@pytest.mark.parametrize("bug", ["no make-up days", "no holidays", "the start day counts"])
def test_the_oracle_sees_a_planted_bug(calendar: WorkCalendar, bug: str) -> None:
    wrong = {
        "no make-up days": replace(calendar, work=frozenset()),
        "no holidays": replace(calendar, off=frozenset()),
    }.get(bug, calendar)
    planted = timedelta(days=-1) if bug == "the start day counts" else timedelta(0)

    assert len(list(differences(PLANTED, {**CALENDARS, "CN": wrong}, begins=planted))) > 50


def found(holds, calendars=CALENDARS) -> tuple[int, int]:
    """Give how many questions of a sort differ now, and how many others do."""
    wrong = [number for number in PLANTED if difference(number, calendars)]
    of_it = [number for number in wrong if holds(asked(number))]
    return len(of_it), len(wrong) - len(of_it)


@pytest.mark.parametrize(
    ("calendar", "changed"),
    [
        pytest.param("GB", {"off": frozenset()}, id="Britain without bank holidays"),
        pytest.param("GB", {"zone": ZoneInfo("Asia/Shanghai")}, id="Britain by Beijing's clock"),
        pytest.param("EU", {"off": CALENDARS["GB"].off}, id="the Union with a member's holidays"),
        pytest.param("EU", {"zone": ZoneInfo("UTC")}, id="the Union by UTC"),
        pytest.param("CN", {"zone": ZoneInfo("UTC")}, id="China by UTC"),
    ],
)
def test_the_oracle_sees_a_wrong_calendar_where_it_counts_and_nowhere_else(calendar: str, changed) -> None:
    wrong = {**CALENDARS, calendar: replace(CALENDARS[calendar], **changed)}
    here, elsewhere = found(lambda one: one.rule.calendar == calendar, wrong)

    assert here > 5
    assert elsewhere == 0


@pytest.mark.parametrize("end", count.PERIODS)
def test_the_oracle_sees_an_end_of_a_period_that_is_taken_for_the_day_itself(monkeypatch, end: str) -> None:
    monkeypatch.delitem(count.PERIODS, end)
    here, elsewhere = found(lambda one: one.rule.start == end)

    assert here > 10
    assert elsewhere == 0


@pytest.mark.parametrize("start", ["confirmed_receipt", "proof_of_service"])
def test_the_oracle_sees_a_proven_day_that_is_counted_itself(monkeypatch, start: str) -> None:
    right, wrong = term.first_day, timedelta(days=-1)
    monkeypatch.setattr(term, "first_day", lambda one, day: right(one, day) + (wrong if one == start else 0 * wrong))
    here, elsewhere = found(lambda one: one.rule.start == start)

    assert here > 10
    assert elsewhere == 0


@pytest.mark.parametrize("bug", ["an hour too many", "hours of a pause are counted"])
def test_the_oracle_sees_hours_that_are_counted_wrongly(monkeypatch, bug: str) -> None:
    right = term._count_hours
    if bug == "an hour too many":
        monkeypatch.setattr(
            term, "_count_hours", lambda one, at, *more: right(replace(one, quantity=one.quantity + 1), at, *more)
        )
    else:
        monkeypatch.setattr(term, "_count_hours", lambda one, *more: right(replace(one, pauses=()), *more))
    here, elsewhere = found(lambda one: one.rule.unit == "hour")

    assert here > 10
    assert elsewhere == 0


@pytest.mark.parametrize("lost", ["off", "work"])
def test_the_oracle_sees_days_of_a_county_that_are_lost(monkeypatch, lost: str) -> None:
    right = WorkCalendar.with_days
    monkeypatch.setattr(WorkCalendar, "with_days", lambda one, **days: right(one, **{**days, lost: ()}))
    here, elsewhere = found(lambda one: bool(one.off))

    assert here > 3
    assert elsewhere == 0


def test_a_campaign_goes_on_where_it_ended(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(campaign, "KEPT", tmp_path / "campaigns" / "deadlines.md")
    monkeypatch.setattr(campaign, "AT_ONCE", 10)
    monkeypatch.setenv("COUNT", "25")

    assert (campaign.main(), campaign.main()) == (0, 0)
    rows = campaign.KEPT.read_text(encoding="utf-8").splitlines()[-2:]
    assert [row.split("|")[2:4] for row in rows] == [[" 0 to 24 ", " 25 "], [" 25 to 49 ", " 25 "]]
    assert "25 compared, 0 different" in capsys.readouterr().out


def test_a_campaign_that_is_killed_goes_on_after_the_last_thousand(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(campaign, "KEPT", tmp_path / "deadlines.md")
    monkeypatch.setattr(campaign, "AT_ONCE", 10)
    monkeypatch.setenv("COUNT", "25")
    monkeypatch.setattr(campaign, "differences", cut_off(campaign.differences, after=2))
    with pytest.raises(KeyboardInterrupt):
        campaign.main()
    assert campaign.main() == 0

    rows = campaign.KEPT.read_text(encoding="utf-8").splitlines()[-2:]
    assert [row.split("|")[2:4] for row in rows] == [[" 0 to 19 ", " 20 "], [" 20 to 44 ", " 25 "]]


def cut_off(honest, *, after):
    """Let the third thousand, and no other, be cut off from outside."""
    asked_for = numbered()

    def differences(numbers) -> Iterator[str]:
        if next(asked_for) == after:
            raise KeyboardInterrupt
        return honest(numbers)

    return differences


def test_a_number_is_shown_again(monkeypatch, capsys) -> None:
    monkeypatch.setenv("ONLY", "7")

    assert campaign.main() == 0
    assert str(asked(7)) in capsys.readouterr().out
