"""Simulated counties, a year each: `make campaign SEEDS=100`, or HOURS=2. It goes on after the last seed.

A seed with findings prints them and the command that shows it again. What was lived is added to
docs/campaigns/counties.md.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from lianxin.simulate.lives import lives, seeds_from
from lianxin.simulate.report import Asked, figures, in_lines, trouble

KEPT = Path(__file__).parents[2] / "docs" / "campaigns" / "counties.md"
HEAD = """# Simulated counties

A campaign lets the shipped county live through a year for each seed, with 146 cases from residents, the weather and
the oracles of [simulating](../simulating.md). `make campaign SEEDS=100` lives through a hundred, `make campaign
HOURS=2` through as many as begin in two hours, after as long with deadlines; both go on after the last seed of this
page, and add a row when all are lived. `broken` counts terms that offices of the simulation broke, as they do in
life. A finding is a fault of Lianxin or of the simulator: a run with one ends with exit code 1, and prints what was
found, the life of the first case it is about and the command that lives through that seed again:

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
    found = []
    for outcome in lives(YEAR, seeds_from(_begun(), many, None if many else hours * 60)):
        found.append(figures(outcome))
        if outcome.findings:
            click.echo("\n".join(trouble(YEAR, outcome)))
    _keep(found)
    click.echo("\n".join(in_lines(YEAR, found)))
    return any(one["findings"] for one in found)


def _begun() -> int:
    """Give the seed after the last one that was lived."""
    rows = KEPT.read_text(encoding="utf-8").splitlines()[-1:] if KEPT.exists() else []
    return int(rows[0].split("|")[2].rpartition(" ")[0].rpartition(" ")[2]) + 1 if rows and " to " in rows[0] else 1


def _keep(found: list[dict[str, Any]]) -> None:
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    text = KEPT.read_text(encoding="utf-8") if KEPT.exists() else HEAD
    seeds = f"{found[0]['seed']} to {found[-1]['seed']}"
    sums = (sum(one[name] for one in found) for name in ("cases", "steps", "deadlines", "breached"))
    findings = sum(len(one["findings"]) for one in found)
    cells = (f"{datetime.now(UTC):%Y-%m-%d}", seeds, len(found), *sums, findings)
    KEPT.write_text(f"{text}| {' | '.join(map(str, cells))} |\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
