"""One seed after the other: each in a home of its own, a bar on the terminal while it lives."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import structlog

from lianxin.progress import progress
from lianxin.simulate.report import Asked
from lianxin.simulate.run import Outcome, simulate
from lianxin.simulate.town import prepare
from shared.county.file import load_county, named


def lives(asked: Asked, seeds: Iterable[int]) -> Iterator[Outcome]:
    """Live through seeds and give what came of each. Raises `StartError` for a county file that is wrong."""
    county = load_county(named(asked.county))
    with TemporaryDirectory(prefix="lianxin-prepared-") as folder:
        prepare(Path(folder), county)
        for seed in seeds:
            with progress(f"Seed {seed}") as show, quiet():
                outcome = simulate(county, seed, Path(folder), days=asked.days, cases=asked.cases, progress=show)
            yield outcome


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the services' own words out of the way meanwhile: a simulation has too many."""
    before = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(wrapper_class=before)


def seeds_from(first: int, many: int, minutes: float | None) -> Iterator[int]:
    """Give so many seeds, or those that begin in so many minutes: at least one."""
    until, number = monotonic() + 60 * (minutes or 0), first
    while number == first or (monotonic() < until if minutes else number < first + many):
        yield number
        number += 1
