"""The table of a run: printed, and written into docs/performance.md between two marks."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

from accepted import CONNECTIONS, THREADS, spread
from county_of_500 import OFFICES, ROUTES, UNITS
from decided import Decided
from due import COUNT
from routed import RATE, SECONDS, percentiles
from servers import ROOT
from table_of_events import peers

from services.routing.paper.printing import BATCH

BEGIN, END = "<!-- make bench writes from here -->", "<!-- to here -->"
FILE = ROOT / "docs" / "performance.md"
NAMES = {
    "bare": "bare Flask and psycopg, all rows in one statement",
    "plain": "bare Flask and psycopg, a statement for each row",
    "web": "Lianxin, `--role web`",
    "whole": "Lianxin, doors and worker in one",
}
Row = tuple[str, str, str]


def rows(accepted: dict[str, Any], routed: dict[str, Any], rest: dict[str, Any]) -> list[Row]:
    """Give the table's rows: what, figure, goal."""
    return [*_accepted(accepted), *_routed(routed), *_rest(rest)]


def _accepted(found: dict[str, Any]) -> list[Row]:
    rates, cpu = found["rates"], found["cpu"]
    made = [
        (f"accepted cases per second: {NAMES[name]}", _three(values, "{:.0f}"), "") for name, values in rates.items()
    ]
    for other, name in product(("plain", "bare"), ("web", "whole")):
        ratios = [ours / theirs for ours, theirs in zip(rates[name], rates[other], strict=True)]
        made.append((f"ratio of {NAMES[name]} to {NAMES[other]}", _three(ratios, "{:.2f}"), "0.5, later 0.8"))
    made += [
        (f"processor time for a case: {NAMES[name]}", _three(values, "{:.2f} ms"), "") for name, values in cpu.items()
    ]
    return made


def _routed(found: dict[str, Any]) -> list[Row]:
    middle, tail, worst = (f"{seconds * 1000:.0f} ms" for seconds in percentiles(found["took"]))
    answered = [f"{seconds * 1000:.0f} ms" for seconds in percentiles(found["answered"])]
    what = f"{RATE} cases per second for {SECONDS:.0f} s, six services"
    return [
        (f"accepted to routed, {what}: p50 / p99 / worst", f"{middle} / {tail} / {worst}", "p99 under 500 ms"),
        ("the answer to the resident meanwhile: p50 / p99 / worst", " / ".join(answered), ""),
    ]


def decided(found: Decided) -> list[Row]:
    """Give the row of routing decisions, and what they had to do beside a look at the routes."""
    figures = " / ".join(f"{seconds * 1000:.3f} ms" for seconds in percentiles(found.took))
    county = f"{ROUTES:,} routes, {UNITS} units and {UNITS * len(OFFICES):,} posts with their people"
    shares = ", ".join(f"{100 * many / len(found.took):.0f} {sort}" for sort, many in sorted(found.sorts.items()))
    return [
        (f"a routing decision, {county}: p50 / p99 / worst", figures, "under 2 ms"),
        ("of a hundred such decisions", shares, ""),
    ]


def counted(found: dict[str, list[float]]) -> list[Row]:
    """Give the rows of deadlines on one core."""
    ways = (
        ("off", "the last day alone", "100,000"),
        ("on", "with their trace", "10,000"),
        ("words", "with trace and sentence", ""),
    )
    return [
        (f"deadlines per second on one core, {words}", _three(found[way], "{:.0f}"), goal) for way, words, goal in ways
    ]


def _rest(found: dict[str, Any]) -> list[Row]:
    made = [(f"memory at rest, {when}", f"{size:.0f} MB", "under 250 MB") for when, size in found["memory"].items()]
    return [*made, ("second start to the first page", _three(found["seconds"], "{:.1f} s"), "under 3 s")]


def due(seconds: list[float]) -> list[Row]:
    """Give the row of deadlines that are due at one moment."""
    return [
        (
            f"{COUNT} deadlines due at one moment are noted as broken, with their facts",
            _three(seconds, "{:.1f} s"),
            "10 s",
        )
    ]


def drawn(seconds: list[float]) -> list[Row]:
    """Give the row of letters that become PDF; none where the machine can't draw."""
    what = f"a letter as PDF, {BATCH} in one process beside the worker"
    return [(what, _three(seconds, "{:.2f} s"), "under 2 s")] if seconds else []


def _three(values: list[float], form: str) -> str:
    least, middle, most = spread(values)
    return f"{form.format(middle)} ({form.format(least)} to {form.format(most)})"


def machine(postgres: str, rabbit: str, load_before: float) -> str:
    """Say on what it was measured, and how busy that was before."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("gunicorn", "flask", "sqlalchemy", "psycopg", "kombu", "pika")
    )
    return (
        f"Measured by `make bench` on {datetime.now(UTC):%d %B %Y}: {os.cpu_count()} cores, {pages:.0f} GiB, load "
        f"average {load_before:.1f} before the run; {platform.system()}, Python {platform.python_version()}, "
        f"PostgreSQL {postgres} (fsync and synchronous_commit on), RabbitMQ {rabbit}, {packages}; peers: {peers()}. "
        f"{CONNECTIONS} kept connections, {THREADS} threads. Figures: the middle of the rounds (least to most)."
    )


def written(about: str, found: Sequence[Row]) -> str:
    """Give the table as it stands in the document."""
    lines = [f"| {what} | {figure} | {goal} |" for what, figure, goal in found]
    return "\n".join([about, "", "| what | figure | goal |", "|---|---|---|", *lines])


def keep(text: str, file: Path = FILE) -> None:
    """Put the table between its marks. Stops where they are missing."""
    document = file.read_text(encoding="utf-8")
    head, mark, tail = document.partition(BEGIN)
    _, end, foot = tail.partition(END)
    if not mark or not end:
        raise SystemExit(f"{file.name} has no place for the table: put these lines into it:\n{BEGIN}\n{END}")
    file.write_text(f"{head}{BEGIN}\n{text}\n{END}{foot}", encoding="utf-8")
