"""Whatever happens, nothing is lost, doubled or out of order; and the checker would see it."""

from typing import Any

import pytest
from checker import count
from trouble import Trouble

from shared.bus.apply import Gate
from shared.journal.relay import Relay

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


def acknowledging_before_the_commit(_monkeypatch):
    return {"hasty": True}


def a_cursor(monkeypatch):
    """Send what has a higher id than what was sent last: an id is made before its commit."""
    plain, reached = Relay._unsent, {}

    def unsent(relay, session, asked, room) -> list[Any]:
        found = [one for one in plain(relay, session, asked, room) if one.id > reached.get(relay._running.name, "")]
        reached[relay._running.name] = max([one.id for one in found], default=reached.get(relay._running.name, ""))
        return found

    monkeypatch.setattr(Relay, "_unsent", unsent)
    return {}


def no_rule_of_order(monkeypatch):
    """Apply everything as it comes."""

    def pass_all(gate, facts) -> None:
        for fact in facts:
            gate.run(fact)
        gate.write()

    monkeypatch.setattr(Gate, "pass_all", pass_all)
    return {}


def no_unique_mark(monkeypatch):
    """Where nothing stands between a second copy and its effect."""
    plain = Gate.run

    def run(gate, fact) -> None:
        gate._marks.clear()
        plain(gate, fact)
        gate._new_marks.clear()

    no_rule_of_order(monkeypatch)
    monkeypatch.setattr(Gate, "run", run)
    return {}


@pytest.mark.parametrize(
    ("plant", "sign"),
    [
        (acknowledging_before_the_commit, "lost"),
        (a_cursor, "lost"),
        (no_rule_of_order, "out_of_order"),
        (no_unique_mark, "duplicated"),
    ],
)
def test_the_checker_sees_a_planted_bug(tmp_path, monkeypatch, plant, sign):
    planted = plant(monkeypatch)
    for seed in SEEDS_FOR_BUGS:
        folder = tmp_path / str(seed)
        folder.mkdir()
        if any(getattr(one, sign) for one in Trouble(folder, seed, **planted).run()):
            return
    raise AssertionError(f"no run of {len(SEEDS_FOR_BUGS)} shows what {plant.__name__} does")
