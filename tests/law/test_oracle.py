"""A sample of the campaign; and the oracle is shown to see the three common errors."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.calendar.workdays import WorkCalendar
from tests.law import campaign
from tests.law.campaign import BEYOND, asked, difference, differences

SAMPLE = range(2_000)


def test_a_sample_of_random_dates_is_as_the_oracle_counts(calendar: WorkCalendar) -> None:
    assert list(differences(SAMPLE, calendar)) == []


def test_the_sample_holds_every_sort_of_question() -> None:
    drawn = [asked(number) for number in SAMPLE]

    assert {one.rule.unit for one in drawn} == {"calendar_day", "working_day", "month"}
    assert any(one.rule.roll == "next_working_day" for one in drawn)
    assert {len(one.pauses) for one in drawn} == {0, 1, 2, 3}
    assert any(one.off for one in drawn)


def test_few_of_the_sample_lie_beyond_the_data(calendar: WorkCalendar) -> None:
    beyond = sum(difference(number, calendar) == BEYOND for number in SAMPLE)

    assert 0 < beyond < len(SAMPLE) / 20


@pytest.mark.parametrize("bug", ["no make-up days", "no holidays", "the start day counts"])
def test_the_oracle_sees_a_planted_bug(calendar: WorkCalendar, bug: str) -> None:
    wrong = {
        "no make-up days": replace(calendar, work=frozenset()),
        "no holidays": replace(calendar, off=frozenset()),
    }.get(bug, calendar)
    planted = timedelta(days=-1) if bug == "the start day counts" else timedelta(0)

    assert len(list(differences(range(500), wrong, first_day=planted))) > 50


def test_a_campaign_goes_on_where_it_ended(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(campaign, "KEPT", tmp_path / "campaigns" / "deadlines.md")
    monkeypatch.setattr(campaign, "AT_ONCE", 10)
    monkeypatch.setenv("COUNT", "20")

    assert (campaign.main(), campaign.main()) == (0, 0)
    rows = campaign.KEPT.read_text(encoding="utf-8").splitlines()[-2:]
    assert [row.split("|")[2].strip() for row in rows] == ["0 to 19", "20 to 39"]
    assert "20 compared, 0 different" in capsys.readouterr().out


def test_a_number_is_shown_again(monkeypatch, capsys) -> None:
    monkeypatch.setenv("ONLY", "7")

    assert campaign.main() == 0
    assert str(asked(7)) in capsys.readouterr().out
