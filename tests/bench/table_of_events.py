"""The rows of the event core: from end to end beside the peers, each half beside pika, late effects, backlog, idle."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from accepted import spread
from events import Figures
from halves import BACKLOG, RATE, SECONDS, Rates
from routed import percentiles
from servers import ROOT

NAMES = {
    "lianxin": "Lianxin",
    "celery": "Celery",
    "celery-batches": "Celery with celery-batches",
    "dramatiq": "Dramatiq",
    "faststream": "FastStream",
    "nameko": "nameko",
}
WAYS = {"plain": "events per second", "outbox": "events per second, a durable row first"}
Row = tuple[str, str, str]


@dataclass(frozen=True)
class Found:
    """What was measured."""

    rates: dict[str, dict[str, Figures]]
    relay: Rates
    consumer: Rates
    backlog: Sequence[float]
    late: Sequence[float]
    idle: dict[str, float]


def rows(found: Found) -> list[Row]:
    """Give the table's rows: what, figure, goal."""
    made = [row for way, figures in found.rates.items() for row in _way(way, figures)]
    made += [_spent(name, figures) for name, figures in found.rates["plain"].items()]
    made += _half("relay alone", found.relay, "0.6") + _half("consumer alone", found.consumer, "0.5")
    middle, tail, worst = (f"{seconds * 1000:.0f} ms" for seconds in percentiles(list(found.late)))
    what = f"from commit to effect, {RATE} events per second for {SECONDS:.0f} s: p50 / p99 / worst"
    parts = f"{found.backlog[0]:.0f} / {found.backlog[-1]:.0f} / {min(found.backlog):.0f}"
    drained = f"events per second of a backlog of {BACKLOG}: first tenth / last / slowest"
    idle = " / ".join(f"{share:.1%}" for share in found.idle.values())
    return [
        *made,
        (what, f"{middle} / {tail} / {worst}", "p99 under 250 ms"),
        (drained, parts, "as fast at the end"),
        (f"idle, share of a core: {' / '.join(found.idle)}", idle, "ours under 3 %"),
    ]


def _way(way: str, figures: dict[str, Figures]) -> list[Row]:
    made = [(f"{WAYS[way]}: {NAMES[name]}", _three(one.rates), "") for name, one in figures.items()]
    best = max((name for name in figures if name != "lianxin"), key=lambda name: median(figures[name].rates))
    ratio = median(figures["lianxin"].rates) / median(figures[best].rates)
    return [*made, (f"{WAYS[way]}: ratio to the best peer ({NAMES[best]})", f"{ratio:.2f}", "5, at least 2")]


def _spent(name: str, figures: Figures) -> Row:
    """Say who took the processor time, of the round in the middle."""
    cpu = sorted(figures.cpu, key=lambda one: sum(one.values()))[len(figures.cpu) // 2]
    parts = ", ".join(f"{who} {spent:.2f}" for who, spent in cpu.items())
    return (f"processor time for an event: {NAMES[name]}", f"{sum(cpu.values()):.2f} ms ({parts})", "")


def _half(what: str, rates: Rates, goal: str) -> list[Row]:
    ratio = median(rates["lianxin"]) / median(rates["pika"])
    return [
        *((f"events per second, {what}: {who}", _three(values), "") for who, values in rates.items()),
        (f"ratio of the {what} to pika", f"{ratio:.2f}", goal),
    ]


def _three(values: Sequence[float]) -> str:
    least, middle, most = spread(list(values))
    return f"{middle:.0f} ({least:.0f} to {most:.0f})"


def peers() -> str:
    """Say which releases of the peers were measured."""
    lock: Any = (ROOT / "requirements" / "bench.txt").read_text(encoding="utf-8")
    return ", ".join(
        " ".join(found.groups())
        for name in ("celery", "celery-batches", "dramatiq", "faststream", "nameko", "aio-pika", "kombu", "pika")
        if (found := re.search(rf"^({name})==(\S+)", lock, re.MULTILINE))
    )
