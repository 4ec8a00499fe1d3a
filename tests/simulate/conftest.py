"""A simulated season that is lived through once; tests look at it, or plant something in what it left behind."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from world import full_county

from lianxin.simulate.run import Outcome, simulate
from lianxin.simulate.town import prepare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give migrated databases, made once."""
    home = tmp_path_factory.mktemp("prepared")
    prepare(home, full_county())
    return home


@pytest.fixture(scope="session")
def quietly() -> Iterator[None]:
    """Keep the services' own words out of the way: a simulation has too many."""
    before = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(wrapper_class=before)


@pytest.fixture(scope="session")
def live(prepared: Path, quietly: None) -> Callable[..., Outcome]:
    """Live through a seed."""

    def do(seed: int, *, days: int, cases: int) -> Outcome:
        return simulate(full_county(), seed, prepared, days=days, cases=cases)

    return do


@pytest.fixture(scope="session")
def season(live: Callable[..., Outcome]) -> Outcome:
    """Give a season with every kind of thing in it."""
    return live(3, days=120, cases=40)
