"""`kill -9` at each named place and at random: nothing is lost, doubled or out of order, and the leaves stay dense."""

import random

import pytest
from stage import NAMES, Stage, until, until_seeds
from told import TOLD

# Where each place is passed, and at which pass the process dies: early, and in the middle of its work.
KILLED = [
    ("transaction.before_commit", "intake", 9),
    ("transaction.before_commit", "ledger", 3),
    ("transaction.after_commit", "intake", 9),
    ("transaction.after_commit", "archive", 3),
    ("relay.before_send", "intake", 2),
    ("relay.before_send", "ledger", 1),
    ("relay.after_send_before_confirm", "intake", 2),
    ("relay.after_send_before_confirm", "ledger", 2),
    ("relay.after_confirm_before_mark", "intake", 1),
    ("relay.after_confirm_before_mark", "ledger", 2),
    ("relay.after_mark", "intake", 2),
    ("seals.after_telling_before_commit", "intake", 1),
    ("keys.before_send", "intake", 2),
    ("keys.after_store_before_commit", "ledger", 1),
    ("inbox.after_receive_before_transaction", "ledger", 2),
    ("inbox.after_effects_before_commit", "ledger", 2),
    ("inbox.after_effects_before_commit", "archive", 1),
    ("inbox.after_commit_before_ack", "ledger", 2),
    ("inbox.after_commit_before_ack", "archive", 2),
    ("inbox.after_ack", "ledger", 2),
    ("inbox.after_failure_before_commit", "ledger", 1),
    ("inbox.after_waiting_before_commit", "archive", 1),
    ("timers.after_run_before_commit", "archive", 2),
    ("timers.after_commit", "archive", 3),
]
SAMPLE = {("relay.after_confirm_before_mark", "intake"), ("inbox.after_commit_before_ack", "ledger")}  # for `make test`
MATRIX = [
    pytest.param(*row, marks=() if row[:2] in SAMPLE else pytest.mark.check, id=f"{row[1]} {row[0]}") for row in KILLED
]


@pytest.mark.parametrize(("place", "name", "passes"), MATRIX)
def test_a_death_at_a_named_place_breaks_no_promise(stage, place, name, passes):
    subjects = [f"{kind}-{len(stage.asked)}" for kind in ("a", "b", "hard")]
    stage.kill(name)
    stage.start(name, armed=f"{place}:{passes}")
    stage.tell(subjects, 16)
    stage.died(name, place)
    stage.start(name)
    stage.settle()
    assert stage.broken(*subjects) == []


@pytest.mark.check
def test_deaths_at_random_break_no_promise(stage):
    for seed in until_seeds():
        subjects = [f"{kind}-at-random-{seed}" for kind in ("a", "b", "hard")]
        stage.tell(subjects, 60)
        kill_at_random(stage, random.Random(seed))  # noqa: S311 - mischief, not secrets
        stage.settle()
        assert stage.broken(*subjects) == [], f"replay with LIANXIN_FAULT_SEED={seed}"


def kill_at_random(stage: Stage, chance: random.Random) -> None:
    """Kill somebody whenever the teller has come a little further."""
    notes = stage.folder / TOLD
    for _ in range(4):
        further = (notes.stat().st_size if notes.exists() else 0) + chance.randint(1, 600)
        until(
            lambda further=further: stage.is_told() or (notes.exists() and notes.stat().st_size >= further),
            "more is told",
        )
        name = chance.choice(NAMES)
        stage.kill(name)
        stage.start(name)
