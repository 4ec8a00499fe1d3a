"""What the document says of simulations: each weather that may come, and each oracle by its name."""

import re
from pathlib import Path

import pytest

from lianxin.simulate.oracles import ORACLES
from lianxin.simulate.plan import WEATHER

pytestmark = pytest.mark.quick

DOCUMENT = Path(__file__).parents[2] / "docs" / "simulating.md"


def first_cells():
    """Give the first cell of each row of each table, by words between commas."""
    rows = re.findall(r"^\| ([^|]+) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    return [cell.strip() for row in rows for cell in row.split(", ")]


@pytest.mark.parametrize("name", [*ORACLES, *WEATHER])
def test_every_oracle_and_every_weather_has_its_line(name):
    assert first_cells().count(name) == 1
