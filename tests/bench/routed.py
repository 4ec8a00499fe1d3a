"""How long a case takes from accepted to routed: from intake's commit to routing's, as PostgreSQL itself noted them.

And what six services take that have nothing to do.
"""

import time
from collections.abc import Callable
from statistics import quantiles
from typing import Any

import psycopg
from accepted import load
from servers import Stand, one, run, seconds_of

from lianxin.loading import SERVICES

RATE = 50  # cases per second, sent by the clock
SECONDS = 30.0
CONNECTIONS = 32
PATIENCE = 120.0  # seconds for the last case to be routed
IDLE = 15.0  # seconds without a case, after as many to come to rest

COMMITS = """
SELECT extract(epoch FROM pg_xact_commit_timestamp(routed.xmin) - pg_xact_commit_timestamp(told.xmin))::float
FROM intake.journal AS told JOIN routing.journal AS routed USING (subject)
WHERE told.type LIKE '%%case.submitted%%' AND routed.type LIKE '%%case.routed%%' AND told.time >= %s
"""


def measure(stand: Stand, show: Callable[[str], None]) -> dict[str, Any]:
    """Run one process for each service, send cases by the clock, and give how long each took, in seconds."""
    url = stand.database("routed")
    env = stand.settings("routed", database=url, amqp=stand.empty_broker())
    run(env, "migrate")
    show("accepted to routed: starting six services")
    processes, ports = [], {}
    for name in SERVICES:
        process, ports[name] = stand.lianxin(env, name)
        processes.append(process)
    _introduced(url)
    show("six services with nothing to do")
    idle = _idle(stand, processes)
    load(ports["intake"], seconds=2.0, rate=RATE, connections=CONNECTIONS)  # warms up
    began = one(url, "SELECT now()")
    show(f"accepted to routed: {RATE} cases per second for {SECONDS:.0f} s")
    sent = load(ports["intake"], seconds=SECONDS, rate=RATE, connections=CONNECTIONS)
    took = _all_routed(url, began, len(sent["took"]))
    stand.stop(*processes)
    return {"took": took, "answered": sent["took"], "sent_late": sent["sent_late"], "idle": idle}


def _idle(stand: Stand, processes: list[Any]) -> dict[str, float]:
    """Give the share of one core that our own processes take at rest, and each server."""
    time.sleep(IDLE)
    watched = {"ours": processes, **{name: [server] for name, server in stand.servers.items()}}
    before = {name: _seconds(group) for name, group in watched.items()}
    time.sleep(IDLE)
    return {name: (_seconds(group) - before[name]) / IDLE for name, group in watched.items()}


def _seconds(processes: list[Any]) -> float:
    return sum(seconds_of(process.pid) for process in processes)


def _introduced(url: str) -> None:
    """Wait until intake knows every service's public key: without it no case key can travel."""
    until = time.monotonic() + PATIENCE
    while one(url, "SELECT count(*) FROM intake.peer") < len(SERVICES):
        if time.monotonic() > until:
            raise SystemExit("the services did not get to know each other")
        time.sleep(0.1)


def _all_routed(url: str, began: Any, count: int) -> list[float]:
    until = time.monotonic() + PATIENCE
    with psycopg.connect(url, autocommit=True) as connection:
        while len(rows := connection.execute(COMMITS, [began]).fetchall()) < count:
            if time.monotonic() > until:
                raise SystemExit(f"{count - len(rows)} of {count} cases were not routed")
            time.sleep(0.2)
    return [row[0] for row in rows]


def percentiles(seconds: list[float]) -> tuple[float, float, float]:
    """Give the middle, the 99th of a hundred, and the worst."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return cuts[49], cuts[98], max(seconds)
