"""`lianxin county check`."""

from pathlib import Path

import click

from lianxin.loading import load_mechanisms, load_services
from shared.county.file import load_county, shipped
from shared.county.rules import rules_of
from shared.law.own import as_another_law


@click.group(epilog="Examples:\n\n\b\n  lianxin county check county.toml\n  lianxin county check full")
def county() -> None:
    """Look at a county file."""


@county.command(epilog="Examples:\n\n\b\n  lianxin county check deploy/counties/smallest.toml")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Name every error of a county FILE (or of the shipped `full` or `smallest`) at once."""
    path = file if file.exists() else shipped(str(file))
    found = load_county(path)
    load_services(found.services)
    rules = rules_of(found)
    load_mechanisms(found, rules)
    click.echo(
        f"✓ {found.name_zh}: {len(found.units)} units, {len(found.places)} places, {len(found.mechanisms)} mechanisms"
    )
    for line in as_another_law(rules):
        click.echo(line)
