"""As many seeds of four months as fit the time box, with everything that the weather has; and one past a year's end."""

import json
import os

import pytest
from click.testing import CliRunner

from lianxin.cli import main

pytestmark = pytest.mark.check

YEARS_END = "2"
BOX = ["--days", "120", "--cases", "40"]


def test_no_seed_that_fits_the_time_box_has_a_finding():
    """`SEED` and `MINUTES` say where to begin and for how long; a finding prints the command that shows it again."""
    first, minutes = os.environ.get("SEED", "1"), os.environ.get("MINUTES", "3")
    done = CliRunner().invoke(main, ["simulate", *BOX, "--seed", first, "--minutes", minutes, "--json"])
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.stdout)["seeds"]) > 1


def test_a_seed_that_lives_past_a_years_end_has_no_finding():
    """Days off of the next year are announced, and terms run into it. Few cases, so that it takes minutes."""
    done = CliRunner().invoke(main, ["simulate", "--days", "380", "--cases", "40", "--seed", YEARS_END, "--json"])
    assert done.exit_code == 0, done.output
    (lived,) = json.loads(done.stdout)["seeds"]
    assert min(lived["weather"]["notice"] + lived["weather"]["late notice"], lived["moved_dates"]) > 1
