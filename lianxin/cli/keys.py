"""`lianxin keys save|load`: the master keys, apart from every backup."""

import json
from collections.abc import Iterable
from pathlib import Path

import click

from lianxin.backup.keys import load_keys, save_keys
from lianxin.cli.options import county_of, county_option, home_option, settings_of
from lianxin.home import Settings
from lianxin.loading import SERVICES

FILE = click.Path(path_type=Path, dir_okay=False)
homes_option = click.option(
    "--homes",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="LIANXIN_HOMES",
    help="Folder with one home for each service (LIANXIN_HOMES), where they have one each.",
)


@click.group(
    epilog="Examples:\n\n\b\n  lianxin keys save /media/usb/keys.json\n"
    "  docker compose run --rm -v /media/usb:/safe --entrypoint lianxin init keys save /safe/keys.json"
)
def keys() -> None:
    """Keep the keys that open a backup, in another place than the backup."""


def _homes(settings: Settings, homes: Path | None, services: Iterable[str]) -> dict[str, Path]:
    return {name: homes / name if homes else settings.home for name in services}


@keys.command(
    epilog="Examples:\n\n\b\n  lianxin keys save /media/usb/keys.json\n"
    "  lianxin keys save /media/usb/keys.json --home /srv/lianxin --json"
)
@click.argument("file", type=FILE)
@home_option
@homes_option
@county_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def save(file: Path, home: Path | None, homes: Path | None, county_file: Path | None, as_json: bool) -> None:
    """Write every service's key into FILE, encrypted; the code that opens it is printed once.

    Keys never change: once is enough. Keep FILE and code apart, and both apart from backups.
    """
    settings = settings_of(home)
    code = save_keys(_homes(settings, homes, county_of(settings, county_file).running), file)
    click.echo(json.dumps({"file": str(file), "code": code}) if as_json else f"✓ {file}\n{code}")


@keys.command(
    epilog="Examples:\n\n\b\n  lianxin keys load /media/usb/keys.json --home /srv/lianxin\n"
    "  lianxin keys load /media/usb/keys.json --code-file code.txt --json"
)
@click.argument("file", type=FILE)
@click.option("--code-file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Instead of typing it.")
@home_option
@homes_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def load(file: Path, code_file: Path | None, home: Path | None, homes: Path | None, as_json: bool) -> None:
    """Put the keys of FILE into place; a key that is there already is never replaced."""
    code = code_file.read_text(encoding="utf-8") if code_file else click.prompt("Code", hide_input=True, err=True)
    loaded = load_keys(file, code, _homes(settings_of(home), homes, SERVICES))
    click.echo(json.dumps({"services": list(loaded)}) if as_json else f"✓ keys of {', '.join(loaded)}")
