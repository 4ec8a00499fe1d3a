"""A whole year of a county as small as it can be: what comes once a year comes once, and New Year is a day off."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lianxin.simulate.lives import quiet
from lianxin.simulate.run import Outcome, simulate
from lianxin.simulate.town import prepare
from services.routing import duties
from shared.calendar.workdays import WorkCalendar
from shared.county.file import load_county

pytestmark = [pytest.mark.check, pytest.mark.timeout(900)]  # half a minute where nothing else runs

COUNTY = load_county(Path(__file__).parent / "year.toml")
# Days from a January on: until the terms that began at the next New Year are over; until these were counted.
YEAR, NEXT_YEAR, CASES = 394, 370, 8
NEW_YEAR = date(2027, 1, 1)
Patch = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Outcome]:
    """Live through so many days."""
    home = tmp_path_factory.mktemp("year")
    prepare(home, COUNTY)

    def do(days: int) -> Outcome:
        with quiet():
            return simulate(COUNTY, 1, home, days=days, cases=CASES)

    return do


def a_year_never_ends(patch: pytest.MonkeyPatch) -> None:
    """Forget what is owed for a year."""
    honest = duties.owed_periods
    patch.setattr(duties, "owed_periods", lambda duty, *days: () if duty.period == "year" else honest(duty, *days))


def offices_work_at_new_year(patch: pytest.MonkeyPatch) -> None:
    """Take the first days of next year for days like all others."""
    honest = WorkCalendar.add

    def add(self: Any, day: date, number: int) -> date:
        end: date = honest(self, day, number)
        return honest(self, day, number - 1) if day <= NEW_YEAR <= end else end

    patch.setattr(WorkCalendar, "add", add)


PLANTS: dict[tuple[str, str], Patch] = {
    ("recurring duties", "duty/annual/2026: it had ended"): a_year_never_ends,
    ("I13 dates", "counted day by day"): offices_work_at_new_year,
}


def test_a_year_without_a_bug_gives_no_finding_and_has_what_a_year_has(live):
    lived = live(YEAR)
    assert lived.findings == ()
    annual = [one for one in lived.evidence.of("deadline.started") if one.data["rule"] == "info.annual"]
    assert sorted(one.data["due"] for one in annual) == ["2026-01-31", "2027-01-31"]
    begun = lived.evidence.of("deadline.started")
    assert any(one.data["term"]["started_on"] < "2027" <= one.data["due"] for one in begun)


def test_bugs_that_only_a_year_shows_are_found_in_the_next_one(live, monkeypatch):
    for plant in PLANTS.values():
        plant(monkeypatch)
    found = live(NEXT_YEAR).findings
    missed = [
        (oracle, words)
        for oracle, words in PLANTS
        if not any(one.oracle == oracle and words in one.what for one in found)
    ]
    assert missed == []
    assert [one for one in found if one.oracle == "I13 dates" and "due on 2027" not in one.what] == []
