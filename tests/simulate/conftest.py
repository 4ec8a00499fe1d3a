"""A simulated season that is lived through once; tests look at it, or plant something in what it left behind."""

from collections.abc import Callable
from pathlib import Path

import pytest
from world import full_county

from lianxin.simulate.lives import quiet
from lianxin.simulate.run import Outcome, simulate
from lianxin.simulate.town import prepare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give migrated databases, made once."""
    home = tmp_path_factory.mktemp("prepared")
    prepare(home, full_county())
    return home


@pytest.fixture(scope="session")
def live(prepared: Path) -> Callable[..., Outcome]:
    """Live through a seed."""

    def do(seed: int, *, days: int, cases: int) -> Outcome:
        with quiet():
            return simulate(full_county(), seed, prepared, days=days, cases=cases)

    return do


@pytest.fixture(scope="session")
def season(live: Callable[..., Outcome]) -> Outcome:
    """Give a season with every kind of thing in it."""
    return live(3, days=120, cases=40)
