"""`lianxin mechanisms ls|show|check|cases|new|play`: from shipped files alone, without a home."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from lianxin.cli.options import county_of, county_option, settings_of
from lianxin.loading import found_mechanisms, load_mechanism
from lianxin.progress import progress
from lianxin.simulate.old_cases import write_cases
from shared.clock import SystemClock
from shared.county.rules import rules_of
from shared.errors import Refusal, StartError
from shared.workflow.check import check as problems_of
from shared.workflow.golden import golden_problems
from shared.workflow.play import Play
from shared.workflow.scaffold import scaffold
from shared.workflow.show import describe
from shared.workflow.show import show as render


@click.group(epilog="Examples:\n\n\b\n  lianxin mechanisms ls --json\n  lianxin mechanisms show petitions")
def mechanisms() -> None:
    """Look at the civic mechanisms that are installed."""


@mechanisms.command(epilog="Examples:\n\n\b\n  lianxin mechanisms ls\n  lianxin mechanisms ls --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def ls(as_json: bool) -> None:
    """List mechanisms: name, version, kinds, states, deadlines, letters, what becomes public."""
    found = [describe(load_mechanism(name)) for name in sorted(found_mechanisms())]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one['name']:<20} v{one['version']}  {', '.join(kind['name'] for kind in one['kinds'])}")


@mechanisms.command(epilog="Examples:\n\n\b\n  lianxin mechanisms show petitions")
@click.argument("name")
@county_option
def show(name: str, county_file: Path | None) -> None:
    """Render a mechanism's procedure: step, who, by when, article, letter; with a diagram."""
    rules = rules_of(county_of(settings_of(None), county_file))
    click.echo(render(load_mechanism(name), rules), nl=False)


@mechanisms.command(epilog="Examples:\n\n\b\n  lianxin mechanisms check\n  lianxin mechanisms check petitions")
@click.argument("names", nargs=-1)
@county_option
def check(names: tuple[str, ...], county_file: Path | None) -> None:
    """Name every problem of the installed mechanisms, or of those that are named, by the rules of a county.

    Looked at are the declaration, its letters and words, and the golden cases of each released version beside it.
    """
    lines, rules = [], rules_of(county_of(settings_of(None), county_file))
    for name in names or sorted(found_mechanisms()):
        one = load_mechanism(name)
        found = [*problems_of(one, rules=rules, folder=one.folder), *golden_problems(one, one.folder)]
        lines += [f"{name}: {line}" for line in found]
        if not found:
            click.echo(f"✓ {name}")
    if lines:
        raise StartError(*lines)


@mechanisms.command(epilog="Examples:\n\n\b\n  lianxin mechanisms cases well_tests --into ~/well_tests/well_tests")
@click.argument("name")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="The mechanism's own folder.")
def cases(name: str, into: Path | None) -> None:
    """Write golden cases of the version that is installed into cases/vN.json: later versions have to read them.

    The file of an earlier version is never written again, nor one that the mechanism no longer reads.
    """
    mechanism = load_mechanism(name)
    with progress(name) as shows:
        click.echo(f"  {write_cases(mechanism, into or mechanism.folder, shows)}")


@mechanisms.command(epilog="Examples:\n\n\b\n  lianxin mechanisms new noise --into ~/noise")
@click.argument("name")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Folder to write into.")
def new(name: str, into: Path) -> None:
    """Write a new mechanism that passes the check and carries a case."""
    for path in scaffold(name, into):
        click.echo(f"  {path}")


@mechanisms.command(epilog="Examples:\n\n\b\n  lianxin mechanisms play suggestions")
@click.argument("name")
@click.option("--kind", default="", help="The kind to open; default: the first.")
def play(name: str, kind: str) -> None:
    """Walk a mechanism in the terminal under a virtual clock; `+5` lets five days pass, `q` ends."""
    game = Play(load_mechanism(name), SystemClock().now(), kind=kind)
    while game.offers():
        offers = game.offers()
        click.echo(f"\n{game.clock.now():%Y-%m-%d}  [{game.case.state}] {game.phase}")
        for number, (step, role) in enumerate(offers, 1):
            click.echo(f"  {number}  {step.label} ({role})")
        asked = click.prompt("step", default="q")
        if asked == "q":
            return
        if asked.startswith("+") and asked[1:].isdigit():
            game.advance(timedelta(days=int(asked[1:])))
        elif asked.isdigit() and 1 <= int(asked) <= len(offers):
            _take(game, *offers[int(asked) - 1])
    click.echo(f"\n[{game.case.state}] {game.case.outcome or ''}")


def _take(game: Play, step: Any, role: str) -> None:
    inputs = {name: click.prompt(f"  {name}", default="") for name in (step.asks.asked() if step.asks else {})}
    person = click.prompt("  who", default=f"a {role}")
    try:
        game.take(step.name, role, {key: value for key, value in inputs.items() if value}, person)
    except Refusal as refusal:
        click.echo(f"  ✗ {refusal.message % refusal.values if refusal.values else refusal.message}")
