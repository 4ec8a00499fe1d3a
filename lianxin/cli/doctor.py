"""`lianxin doctor`: is all well, and what mends what isn't."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import click

from lianxin.cli.options import county_of, county_option, home_option, settings_of
from lianxin.deployment import Deployment, compose
from lianxin.health import Health
from lianxin.home import Settings
from lianxin.migrate import metadata_of
from services.routing.paper.pdf import how_printed
from shared.calendar.kept import counted
from shared.clock import SystemClock
from shared.db.migrate import differences, is_newest
from shared.law.local import local_day

GB = 1024**3
LEAST_SPACE = 2 * GB


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `mend` says what to do where it is not well."""

    name: str
    well: bool
    detail: str
    mend: str = ""


def findings(deployment: Deployment, settings: Settings) -> Iterator[Finding]:
    """Look at databases, keys, disk, rights, the calendar and the mail."""
    for name, running in deployment.services.items():
        differ = differences(running.database, metadata_of(running.service))
        yield Finding(f"database {name}", not differ, "up to date" if not differ else "not migrated", "lianxin migrate")
    free = shutil.disk_usage(settings.home).free
    yield Finding("disk", free > LEAST_SPACE, f"{free / GB:.1f} GB free", "free some space or move the home folder")
    keys = settings.home / "keys"
    open_keys = [path.name for path in keys.glob("*.key") if path.stat().st_mode & 0o077]
    yield Finding("keys", not open_keys, "readable by the owner only", f"chmod 600 {keys}/*.key")
    writable = os.access(settings.home, os.W_OK)
    yield Finding("home", writable, str(settings.home), "give the user that runs lianxin the right to write there")
    today, until = local_day(SystemClock().now()), _announced_until(deployment)
    yield Finding(
        "calendar", today <= until, f"announced until {until}", "lianxin calendar import FILE, with this year's notice"
    )
    yield Finding("letters", True, how_printed())
    yield Finding("mail", True, settings.smtp or "no mail server: messages lie in the outbox", "set LIANXIN_SMTP")


def _announced_until(deployment: Deployment) -> date:
    """Give the last day whose working days are known: by the county's files, before there are rows."""
    running, county = deployment.services["intake"], deployment.county
    if not is_newest(running.database, running.service.folder):
        return counted(county.notices, (), county.slug).announced_until
    with running.reading() as session:
        return session.calendar.announced_until


@click.command(epilog="Examples:\n\n\b\n  lianxin doctor\n  lianxin doctor --home /srv/lianxin --json")
@home_option
@county_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(home: Path | None, county_file: Path | None, as_json: bool) -> None:
    """Say whether all is well; exit code 1 where it is not. What somebody should look at (!) is no illness."""
    settings = settings_of(home)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    deployment = compose(county_of(settings, county_file), settings)
    found, warnings = list(findings(deployment, settings)), Health(deployment, works=False).warnings()
    deployment.close()
    well = all(one.well for one in found)
    if as_json:
        told = {"well": well, "findings": [asdict(one) for one in found], "warnings": warnings}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for one in found:
            click.echo(f"{'✓' if one.well else '✗'} {one.name}: {one.detail}" + ("" if one.well else f" → {one.mend}"))
        for line in warnings:
            click.echo(f"! {line}")
    sys.exit(0 if well else 1)
