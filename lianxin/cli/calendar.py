"""`lianxin calendar import` and `lianxin deadline recompute`: days off that were announced, and what they move."""

import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from lianxin.cli.decision import Decision, decision_options, opened
from lianxin.cli.law import deadline
from lianxin.cli.options import county_of, county_option, county_path, home_option, json_option, settings_of
from lianxin.home import Settings
from services.routing.recount import Move, moves, recount
from shared.calendar.notice import Notice, read_notice
from shared.county.file import CALENDARS
from shared.county.model import County
from shared.errors import StartError
from shared.kit.running import Running

AFTERWARDS = "Restart the services now: from then on new cases count by it."


@click.group(epilog="Examples:\n\n\b\n  lianxin calendar import notice-2027.toml")
def calendar() -> None:
    """Take in announced days off."""


@calendar.command(
    "import",
    epilog="Examples:\n\n\b\n  lianxin calendar import notice-2027.toml\n"
    "  lianxin calendar import torch-festival.toml --yes --json\n\n"
    "A notice is a TOML file: calendar (CN, or CN+ and the county's slug), year, version, status (announced or "
    "provisional), source, off and work (lists of days, 2027-10-01 or 2027-10-01..2027-10-07).",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do it without asking; without it and without a terminal nothing is done.")
@home_option
@county_option
@json_option
def import_notice(file: Path, yes: bool, home: Path | None, county_file: Path | None, as_json: bool) -> None:
    """Show which open deadlines the notice in FILE moves; then, when you agree, keep it and move them.

    Nothing that was met moves, and no resident's own time gets shorter. Exit code 0: done, or nothing was to be done.
    """
    notice, settings = read_notice(file), settings_of(home)
    county = _with(county_of(settings, county_file), notice)
    with opened(county, settings) as deployment:
        routing = deployment.services.get("routing")
        found = _foreseen(routing)
        agreed = yes or (not as_json and _agreed(found))
        if agreed:
            _keep(notice, file, _folder(settings, county_file))
            _recount(routing, notice.source)
    if as_json:
        told = {"calendar": notice.calendar, "year": notice.year, "version": notice.version, "done": agreed}
        click.echo(json.dumps({**told, "moves": [_listed(one) for one in found]}, ensure_ascii=False))
    else:
        if yes:
            _show(found)
        click.echo(f"✓ {notice.file} is kept. {AFTERWARDS}" if agreed else "Nothing was changed; --yes does it.")


def _with(county: County, notice: Notice) -> County:
    """Give the county under a notice. Raises `StartError` for another county's, or an older version than it has."""
    if notice.calendar not in county.calendars:
        raise StartError(
            f"calendar: {notice.calendar} is not this county's; write one of {', '.join(county.calendars)}"
        )
    same = [one for one in county.notices if one.key == notice.key]
    if notice in same:
        return county
    newest = max((one.version for one in same), default=0)
    if notice.version <= newest:
        raise StartError(f"version: {newest} of {notice.calendar} {notice.year} is here already; give {newest + 1}")
    return replace(county, notices=(*county.notices, notice))


def _foreseen(routing: Running | None) -> Sequence[Move]:
    if routing is None:
        return []
    with routing.reading() as session:
        return list(moves(session))


def _recount(routing: Running | None, reason: str) -> None:
    if routing is not None:
        with routing.transaction() as session:
            recount(session, reason)


def _agreed(found: Sequence[Move]) -> bool:
    _show(found)
    return sys.stdin.isatty() and click.confirm("Keep the notice and move them?")


def _show(found: Sequence[Move]) -> None:
    for one in found:
        moved = f"{one.before.due} → {one.after.due}" if one.before.due != one.after.due else f"{one.after.due} stays"
        click.echo(f"{one.reference}  {one.after.rule:<28} {moved}{'  (provisional)' if one.after.provisional else ''}")
    dates = sum(one.before.due != one.after.due for one in found)
    click.echo(f"{dates} open deadlines get another date, {len(found) - dates} keep it and are counted otherwise.")


def _listed(one: Move) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "rule": one.after.rule,
        "before": one.before.due.isoformat(),
        "after": one.after.due.isoformat(),
        "provisional": one.after.provisional,
    }


def _folder(settings: Settings, county_file: Path | None) -> Path:
    """Give where notices lie: in an embedded deployment's home, else beside the county file that all services read."""
    return (settings.home if settings.embedded else county_path(settings, county_file).parent) / CALENDARS


def _keep(notice: Notice, file: Path, folder: Path) -> None:
    """Copy the file whole, or not at all."""
    kept = folder / notice.file
    half = kept.with_suffix(".half")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        half.write_bytes(file.read_bytes())
        half.replace(kept)
    except OSError as error:
        with suppress(OSError):
            half.unlink()
        raise StartError(
            f"{kept}: can't be written ({error.strerror}); put the file there yourself, then restart"
        ) from error


@deadline.command(
    epilog='Examples:\n\n\b\n  lianxin deadline recompute --reason "notice for 2027 put in place" --dry-run',
)
@decision_options
def recompute(decision: Decision) -> None:
    """Count every open deadline anew by the calendar that is in place. Doing it twice changes nothing more."""
    with decision.session("routing") as session:
        count = recount(session, decision.reason)
    decision.say({"count": count}, f"{count} open deadlines are counted anew")
