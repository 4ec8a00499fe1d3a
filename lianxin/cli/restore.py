"""`lianxin restore`: a backup, put into an empty deployment."""

import json
from pathlib import Path

import click

from lianxin.backup import restore as restoring
from lianxin.cli.options import county_of, county_option, home_option, settings_of
from lianxin.home import hold
from lianxin.progress import progress


@click.command(
    epilog="Examples:\n\n\b\n  lianxin restore /srv/backups/lianxin-qinghe-20261124T020000Z --home /srv/lianxin\n"
    "  docker compose run --rm -v /srv/backups:/backups migrate restore /backups/lianxin-qinghe-20261124T020000Z"
)
@click.argument("backup", type=click.Path(path_type=Path, file_okay=False))
@home_option
@county_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def restore(backup: Path, home: Path | None, county_file: Path | None, as_json: bool) -> None:
    """Restore BACKUP into a deployment that is empty but for its keys (`lianxin keys load`).

    Every checksum is verified before anything is written. Facts that were on their way are told again at the start.
    """
    settings = settings_of(home)
    if settings.embedded:
        hold(settings.home)
    named = county_of(settings, county_file) if county_file else None
    with progress("Checking") as report:
        done = restoring.restore(settings, backup, named, report)
    found = {
        "made_at": done.manifest.made_at,
        "services": list(done.manifest.services),
        "attachments": done.attachments,
        "told_again": done.told_again,
    }
    if as_json:
        click.echo(json.dumps(found))
        return
    click.echo(f"✓ restored as of {done.manifest.made_at}: {len(done.manifest.services)} services")
    click.echo(f"  {done.attachments} attachments; {done.told_again} facts will be told again")
