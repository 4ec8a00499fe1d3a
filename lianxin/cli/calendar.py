"""`lianxin calendar import` and `lianxin deadline recompute`: days off that were announced, and what they move."""

import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from lianxin.cli.decision import Decision, decision_options, opened
from lianxin.cli.law import deadline
from lianxin.cli.options import county_of, county_option, home_option, json_option, settings_of
from services.intake.announce import announce
from services.routing.recount import Move, moves, recount
from shared.calendar.kept import counted, kept
from shared.calendar.notice import Notice, read_notice
from shared.county.file import CALENDARS
from shared.county.model import County
from shared.errors import StartError
from shared.kit.running import Running

AFTERWARDS = "Every service counts by it within seconds, and open deadlines move; nothing has to be restarted."
BESIDE = "Commands that count without a database read files: put it into calendars/ beside the county file too."


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
    with opened(county_of(settings, county_file), settings) as deployment:
        intake = deployment.services["intake"]
        with intake.reading() as session:
            _fits(notice, deployment.county, (*deployment.county.notices, *kept(session)))
        found = _foreseen(deployment.services.get("routing"), notice)
        agreed = yes or (not as_json and _agreed(found))
        if agreed:
            if settings.embedded:
                _keep(notice, file, settings.home / CALENDARS)
            with intake.transaction() as session:
                announce(session, notice)
    if as_json:
        told = {"calendar": notice.calendar, "year": notice.year, "version": notice.version, "done": agreed}
        click.echo(json.dumps({**told, "moves": [_listed(one) for one in found]}, ensure_ascii=False))
    else:
        if yes:
            _show(found)
        click.echo(f"✓ {notice.file} is kept. {AFTERWARDS}" if agreed else "Nothing was changed; --yes does it.")
        if agreed and not settings.embedded:
            click.echo(BESIDE)


def _fits(notice: Notice, county: County, known: Sequence[Notice]) -> None:
    """Raise `StartError` for another county's notice, or an older version than is known; the same again is welcome."""
    if notice.calendar not in county.calendars:
        raise StartError(
            f"calendar: {notice.calendar} is not this county's; write one of {', '.join(county.calendars)}"
        )
    same = [one for one in known if one.key == notice.key]
    newest = max((one.version for one in same), default=0)
    if notice not in same and notice.version <= newest:
        raise StartError(f"version: {newest} of {notice.calendar} {notice.year} is here already; give {newest + 1}")


def _foreseen(routing: Running | None, notice: Notice) -> Sequence[Move]:
    if routing is None:
        return []
    with routing.reading() as session:
        county = session.here.county
        session.calendar = counted(county.notices, (*kept(session), notice), county.slug)
        return list(moves(session))


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


def _keep(notice: Notice, file: Path, folder: Path) -> None:
    """Copy the file whole, or not at all: commands without a database count by the files of a home."""
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
