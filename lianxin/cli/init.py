"""`lianxin init`: what has to be there before a composed deployment's first start, and its first sign-in."""

from dataclasses import replace
from pathlib import Path

import click

from lianxin.authorities import DROPPED
from lianxin.cli.options import county_of, county_option, settings_of
from lianxin.cli.staff import print_link
from lianxin.home import Settings
from lianxin.loading import load_services
from lianxin.stack import ROOT, Stack
from shared.county.model import County
from shared.errors import StartError

ADMINISTRATOR = "administrator"
FIRST_ROLES = ("administrator", "auditor", "leader")


@click.group(
    invoke_without_command=True,
    epilog="Examples:\n\n\b\n  lianxin init --root /secrets\n  docker compose run --rm init\n"
    "  docker compose run --rm init link\n"
    "  docker compose run --rm init link wang --name 王建国 --post petition-officer",
)
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, show_default=True, help="Folder of the folders.")
@click.option(
    "--certificates",
    type=click.Path(path_type=Path),
    default=DROPPED,
    show_default=True,
    help="Folder with the office's own certificate authorities (.crt).",
)
@county_option
@click.pass_context
def init(context: click.Context, root: Path, certificates: Path, county_file: Path | None) -> None:
    """Write random secrets, one folder for each reader, and draw the broker's and the gateway's files.

    Secrets that are there already stay.
    """
    settings = settings_of(None)
    county = county_of(settings, county_file)
    context.obj = (replace(settings, database=_read(root / "directory" / "database")), county)
    if context.invoked_subcommand is None:
        Stack(root, county, load_services(county.running), settings.https, certificates).write()


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8").strip() if path.exists() else None


@init.command(
    epilog="Examples:\n\n\b\n  lianxin init link\n  lianxin init link wang --name 王建国 --post petition-officer"
)
@click.argument("login", default=ADMINISTRATOR)
@click.option("--name", "display", default="", help="Official name; needed once, for somebody new.")
@click.option("--post", "posts", multiple=True, help="A post of the county file, for somebody new; may be repeated.")
@click.pass_obj
def link(place: tuple[Settings, County], login: str, display: str, posts: tuple[str, ...]) -> None:
    """Print a one-time sign-in address, valid for 24 hours; without LOGIN it is the administrator's."""
    settings, county = place
    if settings.database is None:
        raise StartError("there is no deployment yet; start it first: docker compose up -d")
    if login == ADMINISTRATOR:
        display, posts = display or "系统管理员", posts or _first_post(county)
    print_link(settings, county, login, display, posts)


def _first_post(county: County) -> tuple[str, ...]:
    """Give the post whose holder looks after the deployment: the first that has one of these roles."""
    for role in FIRST_ROLES:
        for post in county.posts:
            if role in post.roles:
                return (post.code,)
    raise StartError(f"name a post: --post CODE, one of {', '.join(post.code for post in county.posts)}")
