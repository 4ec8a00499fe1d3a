"""`lianxin simulate` as somebody uses it: it replays exactly, sums up, and a finding names the way to see it again."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from lianxin.cli import main
from shared.calendar.workdays import WorkCalendar

SHORT = ["simulate", "--county", "full", "--days", "28", "--cases", "8"]


def lived(seed, *, hashing):
    """Live through a seed in a process of its own: sets of texts have another order in each."""
    command = [sys.executable, "-c", "from lianxin.cli import main; main()", *SHORT, "--seed", seed, "--json"]
    env = {**os.environ, "PYTHONHASHSEED": hashing}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    (one,) = json.loads(done.stdout)["seeds"]
    return {name: value for name, value in one.items() if name != "seconds"}


def test_a_seed_replays_exactly_in_another_process_and_another_seed_is_another_life():
    first, again, other = lived("5", hashing="1"), lived("5", hashing="2"), lived("6", hashing="1")
    assert first == again
    assert len(first["journal"]) == 64
    assert first["journal"] != other["journal"]


def test_it_sums_up_what_happened():
    done = CliRunner().invoke(main, [*SHORT, "--seed", "2"])
    assert done.exit_code == 0, done.output
    for word in ("1 seeds of 28 days", "open affairs", "deadlines", "weather", "every oracle is content"):
        assert word in done.output


def test_a_finding_prints_the_command_that_shows_it_again_and_the_life_of_its_case(monkeypatch):
    honest = WorkCalendar.add
    monkeypatch.setattr(WorkCalendar, "add", lambda self, day, number: honest(self, day, number + 1))
    done = CliRunner().invoke(main, [*SHORT, "--seed", "2"])
    assert done.exit_code == 1
    assert "I13 dates" in done.output
    assert "again: lianxin simulate --county full --days 28 --cases 8 --seed 2" in done.output
    assert "case.submitted" in done.output


@pytest.mark.quick
@pytest.mark.parametrize(
    "wrong",
    [["--county", "nowhere.toml"], ["--county", "x" * 5_000], ["--years", "0"], ["--seed", "-1"], ["--days", "2"]],
)
def test_what_can_t_be_simulated_is_said_in_a_sentence(wrong):
    done = CliRunner().invoke(main, ["simulate", *wrong])
    assert done.exit_code in (1, 2)
    assert "Traceback" not in done.output
    assert done.output
