"""Simulated counties, a year each: `make campaign SEEDS=100`, or HOURS=2. It goes on after the last seed.

A seed with findings prints them and the command that shows it again. What was lived is added to
docs/campaigns/counties.md after each seed, so whatever ends a run, the next one goes on from there.
"""

import os
import sys
from pathlib import Path

import click

from lianxin.simulate.lives import lives, seeds_from
from lianxin.simulate.report import Asked, figures, in_lines, trouble
from tests.campaigns import Page

KEPT = Path(__file__).parents[2] / "docs" / "campaigns" / "counties.md"
HEAD = """# Simulated counties

A campaign lets the shipped county live through a year for each seed, with 146 cases from residents, the weather and
the oracles of [simulating](../simulating.md). `make campaign SEEDS=100` lives through a hundred, `make campaign
HOURS=2` through as many as begin in two hours, after as long with deadlines; both go on after the last seed of this
page. A run has one row, written after each seed: whatever ends it, the seeds that were lived count. `broken` counts
terms that offices of the simulation broke, as they do in life. A finding is a fault of Lianxin or of the simulator: a
run with one ends with exit code 1, and prints what was found, the life of the first case it is about and the command
that lives through that seed again:

```sh
lianxin simulate --county full --days 365 --cases 146 --seed 7
```

The same code, county file, days and cases give the same life; after any of them changed, a seed is another one. So a
row says what was found with the code of its day.

## Seeds of a year

| day | seeds | years | cases | steps | deadlines | broken | findings |
|---|---|---|---|---|---|---|---|
"""
YEAR = Asked("full", 365, 146)


def main() -> int:
    """Live until SEEDS or HOURS are done; give 1 where anything was found."""
    many, hours = int(os.environ.get("SEEDS") or 0), float(os.environ.get("HOURS") or 0)
    if not many and not hours:
        click.echo("say how much: make campaign SEEDS=100, or HOURS=2", err=True)
        return 2
    page, found = Page(KEPT, HEAD), []
    for outcome in lives(YEAR, seeds_from(page.begun(1), many, None if many else hours * 60)):
        found.append(figures(outcome))
        if outcome.findings:
            click.echo("\n".join(trouble(YEAR, outcome)))
        sums = (sum(one[name] for one in found) for name in ("cases", "steps", "deadlines", "breached"))
        cells = (len(found), *sums, sum(len(one["findings"]) for one in found))
        page.keep(found[0]["seed"], outcome.seed, cells)
    click.echo("\n".join(in_lines(YEAR, found)))
    return any(one["findings"] for one in found)


if __name__ == "__main__":
    sys.exit(main())
