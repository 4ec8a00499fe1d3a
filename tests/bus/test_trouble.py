"""Whatever happens, nothing is lost, doubled or out of order; and the checker would see it."""

import plants
import pytest
from checker import count
from trouble import Trouble

SEEDS = [pytest.param(1, marks=pytest.mark.quick), *range(2, 9)]
SEEDS_FOR_BUGS = range(1, 9)


@pytest.mark.parametrize("seed", SEEDS)
def test_trouble_loses_doubles_and_reorders_nothing(tmp_path, seed):
    counts = Trouble(tmp_path, seed).run()
    assert all(one.clean for one in counts), counts
    assert all(0 < one.acknowledged < one.attempted for one in counts), counts


@pytest.mark.quick
def test_the_checker_counts():
    told = [("a", 1), ("a", 2), ("b", 1)]
    assert count(told, told, [("b", 1), ("a", 1), ("a", 2)]).clean
    found = count([*told, ("b", 2)], told, [("a", 2), ("a", 1), ("a", 1), ("b", 2)])
    assert (found.lost, found.duplicated, found.unexpected, found.out_of_order) == (1, 1, 1, 2)


def hasty(_monkeypatch):
    """Acknowledge before the commit: in a run of trouble the crash comes between, so the run itself plants it."""


@pytest.mark.parametrize(
    ("plant", "sign"),
    [
        (hasty, "lost"),
        (plants.cursor_relay, "lost"),
        (plants.no_rule_of_order, "out_of_order"),
        (plants.no_unique_mark, "duplicated"),
    ],
)
def test_the_checker_sees_a_planted_bug(tmp_path, monkeypatch, plant, sign):
    plant(monkeypatch)
    for seed in SEEDS_FOR_BUGS:
        folder = tmp_path / str(seed)
        folder.mkdir()
        if any(getattr(one, sign) for one in Trouble(folder, seed, hasty=plant is hasty).run()):
            return
    raise AssertionError(f"no run of {len(SEEDS_FOR_BUGS)} shows what {plant.__name__} does")
