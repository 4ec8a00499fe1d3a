"""`lianxin staff add`."""

from pathlib import Path

import click

from lianxin.cli.options import county_of, county_option, home_option, settings_of
from lianxin.deployment import compose
from lianxin.migrate import migrate_all
from services.directory.people import add_person, new_password
from shared.clock import SystemClock


@click.group(epilog="Examples:\n\n\b\n  lianxin staff add wang --name 王建国 --post petition-officer")
def staff() -> None:
    """Add people who work in the offices."""


@staff.command(
    epilog="Examples:\n\n\b\n  lianxin staff add wang --name 王建国 --post petition-officer --email wang@example.com"
)
@click.argument("login")
@click.option("--name", "display", required=True, help="Official name.")
@click.option("--post", "posts", multiple=True, required=True, help="A post of the county file; may be repeated.")
@click.option("--email", default="", help="Where notices go.")
@home_option
@county_option
def add(
    login: str, display: str, posts: tuple[str, ...], email: str, home: Path | None, county_file: Path | None
) -> None:
    """Add a person; a one-time password is printed once."""
    settings = settings_of(home)
    deployment = compose(county_of(settings, county_file), settings, names=["directory"])
    list(migrate_all(deployment))
    password, now = new_password(), SystemClock().now()
    running = deployment.services["directory"]
    with running.inside():
        for start in running.service.at_start:
            with running.transaction(now) as session:
                start(session, now=now)
        add_person(display, login, posts, password, email=email, now=now)
    deployment.close()
    click.echo(f"{login}  {password}")
