"""As many seeds as fit the time box: four months each, with everything that the weather has."""

import json
import os

import pytest
from click.testing import CliRunner

from lianxin.cli import main

pytestmark = pytest.mark.check

BOX = ["--days", "120", "--cases", "40"]


def test_no_seed_that_fits_the_time_box_has_a_finding():
    """`SEED` and `MINUTES` say where to begin and for how long; a finding prints the command that shows it again."""
    first, minutes = os.environ.get("SEED", "1"), os.environ.get("MINUTES", "3")
    done = CliRunner().invoke(main, ["simulate", *BOX, "--seed", first, "--minutes", minutes, "--json"])
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.stdout)["seeds"]) > 1
