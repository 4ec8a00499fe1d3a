"""What is owed every month or quarter: each period opens one case, by its own date; what is not done is missing."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from world import START

from shared.kit import timers

LONG_AFTER = datetime(2027, 2, 5, 1, 0, tzinfo=UTC)
OWED = {
    *(
        (duty, month)
        for duty in ("dawa-finance", "county-reception")
        for month in ("2026-10", "2026-11", "2026-12", "2027-01")
    ),
    *((duty, quarter) for duty in ("dawa-affairs", "water-projects") for quarter in ("2026-Q3", "2026-Q4")),
}


def items(world):
    found = world.ask("GET", "/api/v1/public/affairs?limit=100").get_json()["items"]
    return {(one["duty"], one["period"]): one for one in found}, Counter((one["duty"], one["period"]) for one in found)


class Died(Exception):  # noqa: N818 - a state
    """The process ended here."""


@pytest.mark.parametrize("place", ["timers.after_run_before_commit", "timers.after_commit"])
def test_after_an_outage_of_three_periods_and_a_death_in_the_middle_each_is_opened_once(
    embedded_world, new_world, tmp_path, monkeypatch, place
):
    assert set(items(embedded_world)[0]) == {one for one in OWED if one[1] in ("2026-10", "2026-Q3")}
    embedded_world.loop.close()
    deaths = iter([place] * 20)  # every timer of every service dies, some twice

    def die(here: str) -> None:
        if here == place and next(deaths, None):
            raise Died

    monkeypatch.setattr(timers, "failpoint", die)
    for _ in range(3):
        world = new_world(home=tmp_path / "home", start=LONG_AFTER)
        world.pass_days(0.1)
        found, times = items(world)
        assert (set(found), set(times.values())) == (OWED, {1})
        world.loop.close()
    assert next(deaths, None) is None


def test_a_period_that_is_opened_late_is_owed_by_its_own_date_and_missing_at_once(embedded_world, new_world, tmp_path):
    embedded_world.loop.close()
    world = new_world(home=tmp_path / "home", start=LONG_AFTER)
    found, _ = items(world)
    finance = {period: (one["due"], one["status"]) for (duty, period), one in found.items() if duty == "dawa-finance"}
    assert finance == {
        "2026-10": ("2026-11-15", "missing"),  # 15 days from the end of the month
        "2026-11": ("2026-12-15", "missing"),
        "2026-12": ("2027-01-15", "missing"),
        "2027-01": ("2027-02-15", "due"),
    }


def test_a_clock_that_is_set_back_opens_nothing_again(embedded_world):
    before = items(embedded_world)[1]
    embedded_world.clock.set_to(START.replace(month=10))
    embedded_world.pass_days(40)
    assert {key: number for key, number in items(embedded_world)[1].items() if key in before} == before
    assert set(items(embedded_world)[1].values()) == {1}
