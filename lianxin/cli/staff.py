"""`lianxin staff add|link`, and what people declare: `lianxin staff away|back|close`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from lianxin.cli.options import county_of, county_option, home_option, settings_of
from lianxin.deployment import compose
from lianxin.home import Settings
from lianxin.migrate import migrate_all
from services.directory.declared import KINDS, be_away, be_back, be_close
from services.directory.links import make_link
from services.directory.people import add_person, new_password
from shared.clock import SystemClock
from shared.county.model import County
from shared.law.local import local_day


@contextmanager
def directory_of(settings: Settings, county: County, now: datetime) -> Iterator[None]:
    """Make plain calls of directory's actions run in this deployment, migrated (where embedded) and seeded."""
    deployment = compose(county, settings, names=["directory"])
    if settings.embedded:
        list(migrate_all(deployment))
    running = deployment.services["directory"]
    try:
        with running.inside():
            for start in running.service.at_start:
                with running.transaction(now) as session:
                    start(session, now=now)
            yield
    finally:
        deployment.close()


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
    password, now = new_password(), SystemClock().now()
    with directory_of(settings, county_of(settings, county_file), now):
        add_person(display, login, posts, password, email=email, now=now)
    click.echo(f"{login}  {password}")


@staff.command(
    epilog="Examples:\n\n\b\n  lianxin staff link wang --name 王建国 --post petition-officer\n  lianxin staff link wang"
)
@click.argument("login")
@click.option("--name", "display", default="", help="Official name; needed once, for somebody new.")
@click.option("--post", "posts", multiple=True, help="A post of the county file, for somebody new; may be repeated.")
@click.option("--email", default="", help="Where notices go.")
@home_option
@county_option
def link(
    login: str, display: str, posts: tuple[str, ...], email: str, home: Path | None, county_file: Path | None
) -> None:
    """Print a one-time sign-in address, valid for 24 hours; whoever opens it chooses the password.

    For somebody known it replaces a forgotten password; an address printed earlier ends.
    """
    settings = settings_of(home)
    print_link(settings, county_of(settings, county_file), login, display, posts, email=email)


DAY = click.DateTime(["%Y-%m-%d"])


@staff.command(epilog="Examples:\n\n\b\n  lianxin staff away wang --from 2026-11-02 --until 2026-11-09 --stand-in zhao")
@click.argument("login")
@click.option("--from", "since", type=DAY, required=True, help="The first day, such as 2026-11-02.")
@click.option("--until", type=DAY, help="The day on which the person is back; without it nobody knows yet.")
@click.option("--stand-in", help="Who bears the posts meanwhile; without it the next post above fills in.")
@home_option
@county_option
def away(
    login: str,
    since: datetime,
    until: datetime | None,
    stand_in: str | None,
    home: Path | None,
    county_file: Path | None,
) -> None:
    """Note that a person is away, and print the absence's name; `staff back` ends it early."""
    settings, now = settings_of(home), SystemClock().now()
    last = until.date() if until else None
    with directory_of(settings, county_of(settings, county_file), now):
        click.echo(be_away(login, since.date(), last, stand_in, now=now))


@staff.command(epilog="Examples:\n\n\b\n  lianxin staff back 3f0c2a9b1d4e5f60")
@click.argument("absence")
@home_option
@county_option
def back(absence: str, home: Path | None, county_file: Path | None) -> None:
    """End an ABSENCE today: the person is back."""
    settings, now = settings_of(home), SystemClock().now()
    with directory_of(settings, county_of(settings, county_file), now):
        be_back(absence, local_day(now), now=now)


@staff.command(epilog="Examples:\n\n\b\n  lianxin staff close wang zhao --kind kin")
@click.argument("login")
@click.argument("other")
@click.option("--kind", type=click.Choice(KINDS), default="kin", show_default=True)
@home_option
@county_option
def close(login: str, other: str, kind: str, home: Path | None, county_file: Path | None) -> None:
    """Note that two people are close: neither judges a case in which the other is named."""
    settings, now = settings_of(home), SystemClock().now()
    with directory_of(settings, county_of(settings, county_file), now):
        be_close(login, other, kind, now=now)


def print_link(
    settings: Settings, county: County, login: str, display: str, posts: Sequence[str], *, email: str = ""
) -> None:
    """Make a one-time address and print it."""
    now = SystemClock().now()
    with directory_of(settings, county, now):
        secret = make_link(login, display, posts, email=email, now=now)
    click.echo(f"{(settings.address or 'http://127.0.0.1:8000').rstrip('/')}/staff/link/{secret}")
