"""`lianxin simulate`: a whole county under a virtual clock, judged by oracles."""

import json
import sys

import click

from lianxin.cli.options import json_option
from lianxin.simulate.lives import lives, seeds_from
from lianxin.simulate.report import Asked, figures, in_lines, trouble

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
    found = []
    for outcome in lives(asked, seeds_from(seed, seeds, minutes)):
        found.append(figures(outcome))
        if outcome.findings:
            click.echo("\n".join(trouble(asked, outcome)), err=as_json)
    click.echo(json.dumps({"seeds": found}, ensure_ascii=False) if as_json else "\n".join(in_lines(asked, found)))
    failed = any(one["findings"] for one in found)
    if not failed and not as_json:
        click.echo("✓ every oracle is content")
    sys.exit(failed)
