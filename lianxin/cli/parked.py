"""`lianxin parked ls|show|retry|drop`: facts that wait for a person; whoever decides says why, and it is told."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select

from lianxin.cli.decision import Decision, composed, decision_options
from lianxin.cli.options import county_option, home_option, json_option
from lianxin.deployment import Deployment
from lianxin.progress import progress
from shared.bus.parked import NotParked, drop, parked, retry
from shared.facts.base import Envelope
from shared.journal.tables import WaitingRow
from shared.kit.running import Running

PAGE = 500

Decide = Callable[..., None]


@click.group(
    "parked",
    epilog="Examples:\n\n\b\n  lianxin parked ls\n  lianxin parked show FACT\n"
    '  lianxin parked retry FACT --reason "the mail server is back"\n'
    '  lianxin parked drop FACT --reason "sent by a test" --dry-run',
)
def parked_group() -> None:
    """Facts that failed too often: everything about the same case waits behind them, in order."""


@parked_group.command(epilog="Examples:\n\n\b\n  lianxin parked ls\n  lianxin parked ls routing disclosure --json")
@click.argument("services", nargs=-1)
@home_option
@county_option
@json_option
def ls(services: tuple[str, ...], home: Path | None, county_file: Path | None, as_json: bool) -> None:
    """List parked facts of every service, or of the SERVICES that are named; the oldest first."""
    with composed(home, county_file) as deployment:
        found = [line(name, row) for name, row in every_parked(deployment, services)]
    if as_json:
        click.echo(json.dumps({"items": found}))
        return
    for one in found:
        click.echo(f"{one['fact']}  {one['service']:<13} {one['type']:<28} {one['since']}  {one['error']}")
    if not found:
        click.echo("✓ nothing is parked")


@parked_group.command(epilog="Examples:\n\n\b\n  lianxin parked show FACT\n  lianxin parked show FACT --json")
@click.argument("fact")
@home_option
@county_option
@json_option
def show(fact: str, home: Path | None, county_file: Path | None, as_json: bool) -> None:
    """Show a parked fact: where it comes from, why it failed, what waits behind it. Private words stay sealed."""
    with composed(home, county_file) as deployment:
        found = [_details(running, fact) for running in deployment.services.values() if _holds(running, fact)]
    if not found:
        raise NotParked(fact=fact, service="any service")
    if as_json:
        click.echo(json.dumps({"items": found}, ensure_ascii=False))
        return
    for one in found:
        for name, value in one.items():
            click.echo(f"{name:<12} {value if isinstance(value, int | str) else json.dumps(value, ensure_ascii=False)}")


@parked_group.command(
    "retry",
    epilog='Examples:\n\n\b\n  lianxin parked retry FACT --reason "the rule was mended"\n'
    '  lianxin parked retry --all --service notification --reason "the mail server is back" --dry-run',
)
@click.argument("facts", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every parked fact, of all services or of --service.")
@click.option("--service", "services", multiple=True, help="Only what this service parked; may be repeated.")
@decision_options
def try_again(facts: tuple[str, ...], everything: bool, services: tuple[str, ...], decision: Decision) -> None:
    """Try parked facts again, as often as new ones; what waits behind them follows in order."""
    if bool(facts) == everything:
        raise click.UsageError("Name the facts, or say --all.")
    _decide(retry, facts, services, decision)


@parked_group.command("drop", epilog='Examples:\n\n\b\n  lianxin parked drop FACT --reason "sent by a test" --dry-run')
@click.argument("facts", nargs=-1, required=True)
@decision_options
def give_up(facts: tuple[str, ...], decision: Decision) -> None:
    """Give parked facts up: they have no effect in this service, for ever; what waits behind them goes on."""
    _decide(drop, facts, (), decision)


def _decide(decide: Decide, facts: Sequence[str], services: Sequence[str], decision: Decision) -> None:
    with composed(decision.home, decision.county) as deployment, progress("Parked facts") as report:
        chosen = [(name, row.id) for name, row in every_parked(deployment, services) if not facts or row.id in facts]
        if missing := set(facts) - {fact for _, fact in chosen}:
            raise NotParked(fact=min(missing), service="any service")
        for number, (name, fact) in enumerate(chosen, 1):
            with decision.transaction(deployment.services[name]) as session:
                decide(session, fact, by=decision.by, reason=decision.reason)
            report(number, len(chosen))
    decision.say({"items": [{"service": name, "fact": fact} for name, fact in chosen]}, f"{len(chosen)} facts")


def every_parked(deployment: Deployment, services: Sequence[str]) -> Iterator[tuple[str, WaitingRow]]:
    """Give (service, row) of what is parked in these services, in all where none is named."""
    for name, running in deployment.services.items():
        if not services or name in services:
            after = ""
            while rows := _page(running, after):
                yield from ((name, row) for row in rows)
                after = rows[-1].id


def _page(running: Running, after: str) -> list[WaitingRow]:
    with running.reading() as session:
        return parked(session, PAGE, after)


def line(service: str, row: WaitingRow) -> dict[str, Any]:
    """Give a parked fact as plain values, without its content."""
    return {
        "fact": row.id,
        "service": service,
        "source": row.source.rsplit("/", 1)[-1],
        "type": row.type.removeprefix("org.lianxin."),
        "subject": row.subject,
        "seq": row.seq,
        "since": row.since.isoformat(timespec="seconds"),
        "tries": row.tries,
        "error": row.error,
    }


def _holds(running: Running, fact: str) -> bool:
    with running.reading() as session:
        row = session.get(WaitingRow, fact)
        return row is not None and row.status == "parked"


def _details(running: Running, fact: str) -> dict[str, Any]:
    with running.reading() as session:
        row = session.get_one(WaitingRow, fact)
        same = (WaitingRow.source == row.source, WaitingRow.subject == row.subject, WaitingRow.seq > row.seq)
        behind = session.scalar(select(func.count()).select_from(WaitingRow).where(*same)) or 0
    envelope = Envelope.from_bytes(row.envelope)
    more = {"behind": behind, "correlation": envelope.correlation or "", "cause": envelope.cause or ""}
    return {**line(running.name, row), **more, "data": envelope.data}
