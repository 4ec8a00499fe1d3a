"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from lianxin.home import Settings
from shared.county.file import CALENDARS, load_county, named, shipped, with_notices
from shared.county.model import County

F = TypeVar("F", bound=Callable[..., Any])


def home_option(function: F) -> F:
    """Add --home."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        help="Home folder (LIANXIN_HOME; default ~/.lianxin).",
    )(function)


def county_option(function: F) -> F:
    """Add --county."""
    return click.option(
        "--county",
        "county_file",
        envvar="LIANXIN_COUNTY",
        type=click.Path(path_type=Path),
        help="County file (LIANXIN_COUNTY); default: the home's, else the shipped full county.",
    )(function)


def definitions_option(function: F) -> F:
    """Add --definitions."""
    return click.option(
        "--definitions",
        "definitions_file",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        envvar="LIANXIN_DEFINITIONS_FILE",
        help="Definitions as `lianxin init` wrote them, with users; default: the plan, without users.",
    )(function)


def json_option(function: F) -> F:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def settings_of(home: Path | None) -> Settings:
    """Read the settings."""
    return Settings.read(home)


def county_of(settings: Settings, file: Path | None) -> County:
    """Read the county: the file (or `full`, `smallest`) that is named, the home's own, or the full one.

    Notices of days off lie beside it, and in the home those that were imported there.
    """
    return with_notices(load_county(county_path(settings, file)), settings.home / CALENDARS)


def county_path(settings: Settings, file: Path | None) -> Path:
    """Give the file that `county_of` reads."""
    if file is not None:
        return named(str(file))
    own = settings.home / "county.toml"
    return own if own.exists() else shipped("full")
