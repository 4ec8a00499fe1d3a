"""`lianxin demo load|remove`."""

from pathlib import Path

import click

from lianxin.cli.options import county_of, county_option, home_option, settings_of
from lianxin.demo.cases import load_demo, remove_demo
from lianxin.deployment import compose
from lianxin.home import hold
from lianxin.migrate import migrate_all
from lianxin.progress import progress
from shared.clock import SystemClock


@click.group(epilog="Examples:\n\n\b\n  lianxin demo load --home /tmp/demo\n  lianxin demo remove --home /tmp/demo")
def demo() -> None:
    """Fill a home with made-up cases, or take them out again."""


@demo.command(epilog="Examples:\n\n\b\n  lianxin demo load --home /tmp/demo")
@home_option
@county_option
def load(home: Path | None, county_file: Path | None) -> None:
    """Load the county's demo cases; stop the server first."""
    settings = settings_of(home)
    hold(settings.home)
    county = county_of(settings, county_file)
    deployment = compose(county, settings)
    list(migrate_all(deployment))
    deployment.close()
    with progress("Demo cases") as report:
        made = load_demo(settings, county, SystemClock().now(), progress=report)
    for one in made:
        click.echo(f"{one.login:<24} {one.password:<24} {one.display}")


@demo.command(epilog="Examples:\n\n\b\n  lianxin demo remove --home /tmp/demo")
@home_option
@county_option
def remove(home: Path | None, county_file: Path | None) -> None:
    """Erase every demo case and take the demo people out; stop the server first."""
    settings = settings_of(home)
    hold(settings.home)
    deployment = compose(county_of(settings, county_file), settings)
    click.echo(f"{remove_demo(deployment, SystemClock().now())} cases removed")
    deployment.close()
