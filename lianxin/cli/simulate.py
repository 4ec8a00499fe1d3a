"""`lianxin simulate`: a whole county under a virtual clock, judged by oracles."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import click
import structlog

from lianxin.cli.options import json_option
from lianxin.progress import progress
from lianxin.simulate.report import Asked, figures, in_lines, trouble
from lianxin.simulate.run import Outcome, simulate
from lianxin.simulate.town import prepare
from shared.county.file import load_county, shipped
from shared.county.model import County

YEAR = 365
CASES_A_DAY = 0.4


@click.command(
    name="simulate",
    epilog="Examples:\n\n\b\n  lianxin simulate --county full --years 3 --seed 7\n"
    "  lianxin simulate --days 90 --seeds 20\n  lianxin simulate --days 90 --minutes 10 --json\n\n"
    "Exit code 0: the oracles found nothing; 1: they did, and the command that shows it again is printed.",
)
@click.option("--county", default="full", show_default=True, help="A county file, or a shipped one by name.")
@click.option("--years", type=click.FloatRange(min=0, min_open=True), help="How long each seed lives; default: 1.")
@click.option("--days", type=click.IntRange(min=7), help="The same in days.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The first seed.")
@click.option(
    "--seeds", type=click.IntRange(min=1), default=1, show_default=True, help="How many, one after the other."
)
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), help="As many seeds as begin in so many minutes."
)
@click.option("--cases", type=click.IntRange(min=1), help="Submissions by residents for each seed; default: 0.4 a day.")
@json_option
def simulate_command(
    county: str,
    years: float | None,
    days: int | None,
    seed: int,
    seeds: int,
    minutes: float | None,
    cases: int | None,
    as_json: bool,
) -> None:
    """Live through months or years of a county: residents, offices, outages, holidays, vacancies; then judge it.

    Everything happens in a home of its own that is thrown away; nothing of yours is read but the county file.
    """
    long = days or max(round((years or 1) * YEAR), 7)
    asked = Asked(county, long, cases or max(round(long * CASES_A_DAY), 1))
    found, failed = [], False
    for outcome in _lived(asked, _numbers(seed, seeds, minutes)):
        found.append(figures(outcome))
        failed = failed or bool(outcome.findings)
        if outcome.findings:
            click.echo("\n".join(trouble(asked, outcome)), err=as_json)
    click.echo(json.dumps({"seeds": found}, ensure_ascii=False) if as_json else "\n".join(in_lines(asked, found)))
    if not failed and not as_json:
        click.echo("✓ every oracle is content")
    sys.exit(failed)


def _numbers(first: int, many: int, minutes: float | None) -> Callable[[], Iterator[int]]:
    def give() -> Iterator[int]:
        until, number = monotonic() + 60 * (minutes or 0), first
        while monotonic() < until if minutes else number < first + many:
            yield number
            number += 1

    return give


def _lived(asked: Asked, numbers: Callable[[], Iterator[int]]) -> Iterator[Outcome]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    county = _county(asked.county)
    with TemporaryDirectory(prefix="lianxin-prepared-") as folder:
        prepare(Path(folder), county)
        for number in numbers():
            with progress(f"Seed {number}") as show:
                outcome = simulate(county, number, Path(folder), days=asked.days, cases=asked.cases, progress=show)
            yield outcome


def _county(name: str) -> County:
    path = Path(name)
    return load_county(path if path.exists() or not shipped(name).exists() else shipped(name))
