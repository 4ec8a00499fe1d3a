"""The command line. Every `--help` has examples; listings have `--json`; exit codes: 0 well, 1 not, 2 misuse."""

import sys
from typing import Any

import click

from lianxin.cli import (
    backup,
    byhand,
    calendar,
    county,
    demo,
    doctor,
    export,
    init,
    keys,
    law,
    mechanisms,
    parked,
    queues,
    restore,
    route,
    run,
    simulate,
    staff,
    topology,
)
from shared.errors import Refusal, StartError


class Sentences(click.Group):
    """Says what is wrong in sentences, not in tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what stops the start is printed line by line."""
        try:
            return super().invoke(ctx)
        except StartError as error:
            for line in error.lines:
                click.echo(f"✗ {line}", err=True)
            sys.exit(1)
        except Refusal as refusal:
            click.echo(f"✗ {refusal.message % refusal.values if refusal.values else refusal.message}", err=True)
            click.echo(f"  {refusal.next_action % refusal.values if refusal.values else refusal.next_action}", err=True)
            sys.exit(1)


@click.group(
    cls=Sentences,
    epilog="Examples:\n\n\b\n  lianxin run --demo\n  lianxin doctor --json\n  lianxin mechanisms ls",
    context_settings={"help_option_names": ["-h", "--help"]},
)
def main() -> None:
    """Lianxin (连心): residents are heard, offices answer in time, the public sees what came of it."""


for command in (
    run.run,
    run.migrate,
    doctor.doctor,
    county.county,
    mechanisms.mechanisms,
    demo.demo,
    staff.staff,
    init.init,
    backup.backup,
    restore.restore,
    keys.keys,
    topology.topology,
    queues.queues,
    parked.parked_group,
    byhand.pause,
    byhand.resume,
    byhand.replay,
    law.law,
    law.deadline,
    calendar.calendar,
    route.route,
    simulate.simulate_command,
    export.export,
):
    main.add_command(command)
