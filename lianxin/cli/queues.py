"""`lianxin queues ls|show|watch`: what waits for each service, where, and since when."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

import click

from lianxin.cli.decision import composed, service_of
from lianxin.cli.options import county_option, home_option, json_option
from lianxin.deployment import Deployment
from lianxin.figures import SHELVES, Look
from shared.kit.figures import Figures
from shared.kit.pause import paused

Known = Mapping[str, Any]
Speed = tuple[float, float]

HEAD = ("queue", "ready", "unacked", "consumers", "unsent", "oldest", "held", "retry", "parked", "paused")
FOREVER = 0


@click.group(
    epilog="Examples:\n\n\b\n  lianxin queues ls\n  lianxin queues show routing\n  lianxin queues watch --every 2\n"
    "  docker compose run --rm migrate queues ls --json"
)
def queues() -> None:
    """See what waits for each service. Ready, unacked and consumers are the broker's: name it with LIANXIN_BROKER."""


@queues.command(epilog="Examples:\n\n\b\n  lianxin queues ls\n  lianxin queues ls --home /srv/lianxin --json")
@home_option
@county_option
@json_option
def ls(home: Path | None, county_file: Path | None, as_json: bool) -> None:
    """List every service's queue, and the shelves of what had no queue or could not be read."""
    with composed(home, county_file) as deployment:
        found = looked(deployment.look)
    if as_json:
        click.echo(json.dumps({"items": found}))
        return
    for line in table(found):
        click.echo(line)


@queues.command(epilog="Examples:\n\n\b\n  lianxin queues show routing\n  lianxin queues show intake --json")
@click.argument("service")
@home_option
@county_option
@json_option
def show(service: str, home: Path | None, county_file: Path | None, as_json: bool) -> None:
    """Show one service's queue: every figure, and who paused what and why."""
    with composed(home, county_file) as deployment:
        found = details(deployment, service)
    if as_json:
        click.echo(json.dumps(found))
        return
    for name, value in found.items():
        known = _text(value) if value is None or isinstance(value, int | str) else json.dumps(value, ensure_ascii=False)
        click.echo(f"{name:<16} {known}")


@queues.command(epilog="Examples:\n\n\b\n  lianxin queues watch\n  lianxin queues watch --every 10 --times 6 --json")
@click.option("--every", default=5.0, show_default=True, type=click.FloatRange(0.2), help="Seconds between two looks.")
@click.option("--times", default=FOREVER, type=click.IntRange(0), help="End after so many looks; default: at Ctrl-C.")
@home_option
@county_option
@json_option
def watch(every: float, times: int, home: Path | None, county_file: Path | None, as_json: bool) -> None:
    """List again and again, with facts per second in and out; with --json one line for each look."""
    with composed(home, county_file) as deployment:
        for found, speeds in looks(deployment.look, every, times):
            _print(found, speeds, as_json=as_json)


def looks(look: Look, every: float, times: int) -> Iterator[tuple[list[dict[str, Any]], dict[str, Speed]]]:
    """Look so often; give what was seen, and how fast it went since the look before.

    A look takes time, and may take seconds: what counts is when it was over, not how long it was slept.
    """
    before: list[dict[str, Any]] = []
    at = 0.0
    for number in count(1):
        found, now = looked(look), time.monotonic()
        yield found, rates(before, found, now - at)
        if number == times:
            return
        before, at = found, now
        time.sleep(every)


def looked(look: Look) -> list[dict[str, Any]]:
    """Give the figures of every queue as plain values; null is what can't be known from here."""
    shelves = {name: queue for name, queue in look.queues().items() if name in SHELVES}
    return [*(plain(one) for one in look()), *({"queue": name, **asdict(one)} for name, one in shelves.items())]


def plain(one: Figures) -> dict[str, Any]:
    """Give a service's figures as plain values."""
    return {"queue": one.service, **asdict(one.queue), "rows": asdict(one.rows) if one.rows else None}


def details(deployment: Deployment, service: str) -> dict[str, Any]:
    """Give one service's figures, what it follows, and its pauses with who and why."""
    running = service_of(deployment, service)
    found = next(plain(one) for one in deployment.look() if one.service == service)
    with running.reading() as session:
        pauses = [{"half": p.what, "by": p.by, "reason": p.reason, "since": str(p.since)} for p in paused(session)]
    return {**found, "pauses": pauses, "follows": list(running.service.follows)}


def rates(before: Sequence[Known], now: Sequence[Known], seconds: float) -> dict[str, Speed]:
    """Give facts per second (in, out) of each queue between two looks, where both told the totals."""
    past = {one["queue"]: one for one in before}
    return {
        one["queue"]: (
            _speed(past[one["queue"]], one, "arrived", seconds),
            _speed(past[one["queue"]], one, "left", seconds),
        )
        for one in now
        if one["queue"] in past and None not in (one["arrived"], past[one["queue"]]["arrived"])
    }


def _speed(before: Known, now: Known, total: str, seconds: float) -> float:
    return max(0.0, float(now[total] - before[total]) / seconds)  # a broker that started anew counts from nothing


def table(found: Sequence[Known], speeds: Mapping[str, Speed] | None = None) -> list[str]:
    """Draw the list as lines."""
    head = (*HEAD, "in/s", "out/s") if speeds is not None else HEAD
    lines = [head, *(_cells(one, (speeds or {}).get(one["queue"]), width=len(head)) for one in found)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _cells(one: Known, speed: Speed | None, *, width: int) -> tuple[str, ...]:
    queue = [_text(one[name]) for name in ("ready", "unacked", "consumers")]
    rows = one.get("rows")
    cells = (one["queue"], *queue, *(_row_cells(rows) if rows else ("-",) * 6))
    return (*cells, *(f"{value:.1f}" for value in speed or ()), *("-",) * (width - len(cells) - len(speed or ())))


def _row_cells(rows: Known) -> tuple[str, ...]:
    waiting = rows["waiting"]
    held = waiting["held"] + waiting["not_yet"]
    oldest = f"{rows['oldest_unsent']:.0f}s" if rows["unsent"] else "-"
    counts = (str(held), str(waiting["retry"]), str(waiting["parked"]))
    return (str(rows["unsent"]), oldest, *counts, "+".join(rows["paused"]) or "-")


def _text(value: int | str | None) -> str:
    return "-" if value is None else str(value)


def _print(found: Sequence[Known], speeds: Mapping[str, Speed], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"items": [{**one, "rates": speeds.get(one["queue"])} for one in found]}))
        return
    click.clear()
    for line in table(found, speeds):
        click.echo(line)
