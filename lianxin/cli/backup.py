"""`lianxin backup make|ls|check|prune`: rows and attachments of one moment, in a folder of backups."""

import json
from datetime import timedelta
from pathlib import Path

import click

from lianxin.backup.make import make_backup
from lianxin.backup.shelf import KEPT, backups, unreadable
from lianxin.backup.shelf import prune as prune_folder
from lianxin.backup.sums import SUMS, refuse_damage, sum_of
from lianxin.cli.options import county_option, county_path, home_option, settings_of
from lianxin.progress import progress
from shared.clock import SystemClock

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group(
    epilog="Examples:\n\n\b\n  lianxin backup make /srv/backups\n  lianxin backup ls /srv/backups\n"
    "  docker compose run --rm -v /srv/backups:/backups migrate backup make /backups"
)
def backup() -> None:
    """Keep what a deployment holds, without the keys that open it: those are saved by `lianxin keys save`."""


@backup.command(
    epilog="Examples:\n\n\b\n  lianxin backup make /srv/backups\n"
    "  lianxin backup make /srv/backups --home /srv/lianxin --json"
)
@click.argument("folder", type=FOLDER)
@home_option
@county_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def make(folder: Path, home: Path | None, county_file: Path | None, as_json: bool) -> None:
    """Write a backup into FOLDER while work goes on, and delete those there that are older than 35 days.

    The SHA-256 that is printed stands for the whole of it: `backup check` prints it again.
    """
    settings, now = settings_of(home), SystemClock().now()
    with progress("Backup") as report:
        made = make_backup(settings, county_path(settings, county_file), folder, now, report)
    pruned = [str(path) for path in prune_folder(folder, now)]
    if as_json:
        click.echo(json.dumps({**vars(made), "path": str(made.path), "pruned": pruned}))
        return
    click.echo(f"✓ {made.path}: {len(made.services)} services, {made.attachments} attachments; sha256 {made.sha256}")
    for path in pruned:
        click.echo(f"  deleted {path}: older than {KEPT.days} days")
    for name in made.damaged:
        click.echo(f"✗ {name}: this attachment is damaged on disk; take it from an earlier backup", err=True)


@backup.command(epilog="Examples:\n\n\b\n  lianxin backup ls /srv/backups\n  lianxin backup ls /srv/backups --json")
@click.argument("folder", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def ls(folder: Path, as_json: bool) -> None:
    """List the backups in FOLDER, newest first, and what can't be read or was never finished."""
    found = [
        {
            "path": str(one.path),
            "made_at": one.manifest.made_at,
            "release": one.manifest.release,
            "county": one.manifest.county,
            "services": list(one.manifest.services),
        }
        for one in backups(folder)
    ]
    bad = [str(path) for path in unreadable(folder)]
    if as_json:
        click.echo(json.dumps({"backups": found, "unreadable": bad}))
        return
    for one in found:
        click.echo(f"{one['made_at']}  {one['release']:<8} {one['path']}")
    for path in bad:
        click.echo(f"✗ {path}: unreadable or unfinished")


@backup.command(epilog="Examples:\n\n\b\n  lianxin backup check /srv/backups/lianxin-qinghe-20261124T020000Z")
@click.argument("path", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(path: Path, as_json: bool) -> None:
    """Compare every file of a backup with its checksum; exit code 1 where one is damaged."""
    with progress("Checking") as report:
        sums = refuse_damage(path, report)
    found = {"path": str(path), "files": len(sums), "sha256": sum_of(path / SUMS)}
    click.echo(json.dumps(found) if as_json else f"✓ {path}: {len(sums)} files; sha256 {found['sha256']}")


@backup.command(
    epilog="Examples:\n\n\b\n  lianxin backup prune /mnt/copies\n  lianxin backup prune /mnt/copies --days 14 --dry-run"
)
@click.argument("folder", type=FOLDER)
@click.option("--days", type=click.IntRange(1, KEPT.days), default=KEPT.days, show_default=True, help="How old.")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def prune(folder: Path, days: int, dry_run: bool, as_json: bool) -> None:
    """Delete the backups in FOLDER that are older than some days: what was erased has to end in copies as well."""
    now = SystemClock().now()
    gone = [str(path) for path in prune_folder(folder, now, older_than=timedelta(days=days), dry_run=dry_run)]
    if as_json:
        click.echo(json.dumps({"deleted": gone, "dry_run": dry_run}))
        return
    for path in gone:
        click.echo(f"{'would delete' if dry_run else 'deleted'} {path}")
