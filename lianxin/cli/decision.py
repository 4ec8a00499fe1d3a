"""Commands beside a running county: its deployment, and what a person decides by hand, with who and why."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import wraps
from getpass import getuser
from pathlib import Path
from typing import Any

import click

from lianxin.cli.options import county_of, county_option, home_option, json_option, settings_of
from lianxin.deployment import Deployment, compose
from lianxin.home import Settings
from lianxin.migrate import refuse_unmigrated
from shared.county.model import County
from shared.kit.running import Running
from shared.kit.session import Session


@contextmanager
def composed(home: Path | None, county_file: Path | None) -> Iterator[Deployment]:
    """Give the deployment for a command that reads or writes rows beside the running one, and let go of it."""
    settings = settings_of(home)
    with opened(county_of(settings, county_file), settings) as deployment:
        yield deployment


@contextmanager
def opened(county: County, settings: Settings) -> Iterator[Deployment]:
    """Give such a deployment of a county that the command knows already."""
    deployment = compose(county, settings)
    try:
        refuse_unmigrated(deployment)
        yield deployment
    finally:
        deployment.close()


def service_of(deployment: Deployment, name: str) -> Running:
    """Give a service by its name. Raises `click.UsageError` for one that the county doesn't run."""
    running = deployment.services.get(name)
    if running is None:
        raise click.UsageError(f"No service {name} runs here; there are: {', '.join(deployment.services)}.")
    return running


@dataclass(frozen=True)
class Decision:
    """What a person decides by hand: where, who, why; a dry run does the same and keeps nothing of it."""

    home: Path | None
    county: Path | None
    by: str
    reason: str
    dry_run: bool
    as_json: bool

    def transaction(self, running: Running) -> AbstractContextManager[Session]:
        """Open the transaction in which it is done; of a dry run nothing is kept."""
        return running.rehearsing() if self.dry_run else running.transaction()

    @contextmanager
    def session(self, service: str) -> Iterator[Session]:
        """Give a session of one service, in such a transaction."""
        with composed(self.home, self.county) as deployment, self.transaction(service_of(deployment, service)) as found:
            yield found

    def say(self, done: dict[str, Any], words: str) -> None:
        """Print what was done, or would be."""
        if self.as_json:
            click.echo(json.dumps({**done, "dry_run": self.dry_run}))
        else:
            click.echo(f"{'would be done' if self.dry_run else '✓'}: {words}")


def decision_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add --home, --county, --by, --reason, --dry-run and --json; the command gets them as `decision`."""

    @click.option("--by", default=getuser, show_default="your sign-in name", help="Who decides: your own name.")
    @click.option("--reason", required=True, help="Why, in a sentence; it stays in the journal, so name no resident.")
    @click.option("--dry-run", is_flag=True, help="Say what would be done, and keep nothing of it.")
    @home_option
    @county_option
    @json_option
    @wraps(function)
    def command(
        *, home: Path | None, county_file: Path | None, by: str, reason: str, dry_run: bool, as_json: bool, **more: Any
    ) -> None:
        function(decision=Decision(home, county_file, by, reason, dry_run, as_json), **more)

    return command
