"""`lianxin pause|resume|replay`: what a person decides about a service's relay and consumer; told with who and why."""

from datetime import datetime
from typing import Literal

import click

from lianxin.cli.decision import Decision, decision_options
from lianxin.progress import progress
from shared.journal import replay as journal
from shared.kit import pause as pausing
from shared.kit.figures import HALVES
from shared.law.local import BEIJING

Half = Literal["relay", "consumer"]

half_option = click.option(
    "--half", type=click.Choice(HALVES), default="consumer", show_default=True, help="What is sent, or what is applied."
)


@click.command(
    epilog='Examples:\n\n\b\n  lianxin pause notification --reason "the mail server is being moved"\n'
    '  lianxin pause routing --half relay --reason "a bad rule is out" --dry-run',
)
@click.argument("service")
@half_option
@decision_options
def pause(service: str, half: Half, decision: Decision) -> None:
    """Stop applying facts in a service, or sending its own: durably, in every process, until somebody resumes it."""
    with decision.session(service) as session:
        pausing.pause(session, half, by=decision.by, reason=decision.reason)
    decision.say({"service": service, "half": half}, f"{half} of {service} is paused")


@click.command(epilog='Examples:\n\n\b\n  lianxin resume notification --reason "the mail server is back"')
@click.argument("service")
@half_option
@decision_options
def resume(service: str, half: Half, decision: Decision) -> None:
    """Let a paused half go on where it stopped."""
    with decision.session(service) as session:
        pausing.resume(session, half, by=decision.by, reason=decision.reason)
    decision.say({"service": service, "half": half}, f"{half} of {service} goes on")


@click.command(
    epilog='Examples:\n\n\b\n  lianxin replay routing --reason "disclosure lost its queue"\n'
    '  lianxin replay intake --since 2026-11-20 --reason "a binding was missing" --dry-run',
)
@click.argument("service")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="From this Beijing time; default: all."
)
@decision_options
def replay(service: str, since: datetime | None, decision: Decision) -> None:
    """Send a service's journal again. Who has a fact skips it, so it is always safe; it only takes its time."""
    begin = since.replace(tzinfo=BEIJING) if since else None
    # One statement in one transaction: how far it is nobody knows, that it works is shown.
    with progress(f"Journal of {service}"), decision.session(service) as session:
        count = journal.replay(session, by=decision.by, reason=decision.reason, since=begin)
    words = f"{count} facts of {service} are sent again; lianxin queues watch shows how many are unsent yet"
    decision.say({"service": service, "count": count}, words)
