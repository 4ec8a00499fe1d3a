"""`lianxin topology`: what the broker holds and which containers run, from the services' own declarations."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from lianxin.cli.options import county_of, county_option, definitions_option, settings_of
from lianxin.home import Settings
from lianxin.loading import load_services
from lianxin.stack import override_of, topology_of
from shared.bus.definitions import definitions
from shared.bus.differences import differences
from shared.bus.management import Management
from shared.bus.topology import Topology
from shared.errors import StartError


@click.group(
    epilog="Examples:\n\n\b\n  lianxin topology plan\n  lianxin topology definitions > definitions.json\n"
    "  LIANXIN_BROKER_FILE=broker lianxin topology check --json"
)
def topology() -> None:
    """Exchanges, queues, bindings, users and rights of the broker."""


def _topology(county_file: Path | None) -> Topology:
    county = county_of(settings_of(None), county_file)
    return topology_of(county, load_services(county.running))


def _wanted(file: Path | None, county_file: Path | None) -> dict[str, Any]:
    if file is None:
        return definitions(_topology(county_file), {})
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


def broker_of(settings: Settings) -> Management:
    """Give the broker's HTTP interface. Raises `StartError` where none is named."""
    if settings.broker is None:
        raise StartError("name the broker's HTTP interface: LIANXIN_BROKER=http://USER:PASSWORD@HOST:15672")
    return Management(settings.broker)


@topology.command(epilog="Examples:\n\n\b\n  lianxin topology plan\n  lianxin topology plan --county smallest --json")
@county_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def plan(county_file: Path | None, as_json: bool) -> None:
    """Show what a county's broker holds and who may do what; needs no broker."""
    found = _topology(county_file)
    if as_json:
        click.echo(json.dumps(_plan(found), indent=2))
        return
    for exchange in found.exchanges:
        click.echo(f"exchange {exchange.name} ({exchange.type})")
    for queue in found.queues:
        keys = ", ".join(f"{source}:{key or '*'}" for source, name, key in found.bindings if name == queue.name)
        click.echo(f"queue    {queue.name:<16} ← {keys}")
    for name, rights in found.users.items():
        click.echo(f"user     {name:<16} writes {rights.write} with keys {rights.keys}, reads {rights.read}")


def _plan(found: Topology) -> dict[str, Any]:
    return {
        "exchanges": [
            {"name": one.name, "type": one.type, "arguments": one.arguments or {}} for one in found.exchanges
        ],
        "queues": [{"name": one.name, "arguments": one.queue_arguments or {}} for one in found.queues],
        "bindings": [{"exchange": source, "queue": queue, "key": key} for source, queue, key in found.bindings],
        "users": [{"name": name, **vars(rights)} for name, rights in found.users.items()],
    }


@topology.command(
    "definitions",
    epilog="Examples:\n\n\b\n  lianxin topology definitions\n  lianxin topology definitions > definitions.json",
)
@county_option
def show_definitions(county_file: Path | None) -> None:
    """Print RabbitMQ's definitions of the plan, without users: their passwords are made by `lianxin init`."""
    click.echo(json.dumps(definitions(_topology(county_file), {}), indent=2))


@topology.command(
    epilog="Examples:\n\n\b\n  LIANXIN_BROKER_FILE=broker lianxin topology apply\n"
    "  lianxin topology apply --definitions definitions.json"
)
@county_option
@definitions_option
@click.option("--dry-run", is_flag=True, help="Say what would be changed, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def apply(county_file: Path | None, definitions_file: Path | None, dry_run: bool, as_json: bool) -> None:
    """Add to the broker what is missing, change what differs; nothing is removed."""
    broker, wanted = broker_of(settings_of(None)), _wanted(definitions_file, county_file)
    found = list(differences(wanted, broker.definitions()))
    if not dry_run:
        broker.write(wanted)
    _say(found, as_json, well="the broker held all of it already")


@topology.command(
    epilog="Examples:\n\n\b\n  LIANXIN_BROKER_FILE=broker lianxin topology check\n"
    "  lianxin topology check --definitions definitions.json --json"
)
@county_option
@definitions_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(county_file: Path | None, definitions_file: Path | None, as_json: bool) -> None:
    """Compare the broker with the plan; exit code 1 where they differ."""
    found = list(differences(_wanted(definitions_file, county_file), broker_of(settings_of(None)).definitions()))
    _say(found, as_json, well="the broker is as planned")
    sys.exit(1 if found else 0)


@topology.command(
    epilog="Examples:\n\n\b\n  lianxin topology override --county smallest\n"
    "  docker compose -f docker-compose.yml run --rm --entrypoint lianxin init topology override"
)
@county_option
def override(county_file: Path | None) -> None:
    """Print the docker-compose.override.yml that leaves out the containers a county does not run."""
    click.echo(override_of(county_of(settings_of(None), county_file)), nl=False)


def _say(found: list[str], as_json: bool, *, well: str) -> None:
    if as_json:
        click.echo(json.dumps({"differences": found}))
        return
    for line in found or [f"✓ {well}"]:
        click.echo(line)
