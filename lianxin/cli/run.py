"""`lianxin run` and `lianxin migrate`."""

import json
from pathlib import Path

import click

from lianxin.cli.options import county_of, county_option, definitions_option, home_option, settings_of
from lianxin.deployment import compose
from lianxin.home import hold
from lianxin.migrate import make_roles, migrate_all
from lianxin.serve import ROLES, prepare, serve
from shared.bus.management import Management
from shared.bus.rabbit import declare_all
from shared.clock import SystemClock


@click.command(epilog="Examples:\n\n\b\n  lianxin run --demo\n  lianxin run --home /srv/lianxin --port 8080")
@click.argument("services", nargs=-1)
@home_option
@county_option
@click.option("--port", default=8000, show_default=True, envvar="PORT", help="Port of the one address.")
@click.option(
    "--bind", default="127.0.0.1", show_default=True, help="Address; anything but loopback asks for --behind-proxy."
)
@click.option("--behind-proxy", is_flag=True, help="Trust one reverse proxy's headers and listen beyond loopback.")
@click.option("--role", type=click.Choice(ROLES), default="all", show_default=True, help="Serve pages, work, or both.")
@click.option("--demo", is_flag=True, help="Fill an empty home with the demo county's people and cases.")
@click.option("--threads", default=8, show_default=True, help="Requests at the same time.")
def run(
    services: tuple[str, ...],
    home: Path | None,
    county_file: Path | None,
    port: int,
    bind: str,
    behind_proxy: bool,
    role: str,
    demo: bool,
    threads: int,
) -> None:
    """Serve the county, or only the SERVICES that are named."""
    settings = settings_of(home)
    if bind not in ("127.0.0.1", "::1", "localhost") and not (behind_proxy or settings.behind_proxy):
        raise click.UsageError("Listening beyond this machine needs a reverse proxy with TLS: add --behind-proxy.")
    county = county_of(settings, county_file)
    prepare(county, settings, services or None, port=port, demo=demo)
    if settings.embedded:
        hold(settings.home)
    serve(
        county,
        settings,
        services or None,
        bind=bind,
        port=port,
        role=role,
        threads=threads,
        proxied=behind_proxy or settings.behind_proxy,
    )


@click.command(epilog="Examples:\n\n\b\n  lianxin migrate\n  lianxin migrate --home /srv/lianxin --json")
@home_option
@county_option
@click.option(
    "--roles",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    envvar="LIANXIN_ROLES_FILE",
    help="JSON: what PostgreSQL keeps of each service's password; makes the services' roles.",
)
@definitions_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def migrate(
    home: Path | None, county_file: Path | None, roles: Path | None, definitions_file: Path | None, as_json: bool
) -> None:
    """Bring every service's database to the newest revision, and declare the broker's queues where there is one."""
    settings = settings_of(home)
    deployment = compose(county_of(settings, county_file), settings)
    done = dict(migrate_all(deployment))
    if roles is not None:
        make_roles(deployment, json.loads(roles.read_text(encoding="utf-8")))
    if settings.amqp is not None:
        # Queues before the first fact: what is sent past a queue that isn't there waits on the shelf of the unrouted.
        declare_all(settings.amqp, {name: one.service.follows for name, one in deployment.services.items()})
    if settings.broker is not None and definitions_file is not None:
        Management(settings.broker).write(json.loads(definitions_file.read_text(encoding="utf-8")))
    deployment.catch_up(SystemClock().now())
    deployment.close()
    if as_json:
        click.echo(json.dumps(done))
        return
    for name, changed in done.items():
        click.echo(f"{name}: {'migrated' if changed else 'up to date'}")
