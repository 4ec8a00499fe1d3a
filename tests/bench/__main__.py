"""`make bench`: all measurements in one run on private servers, printed and kept in docs/performance.md.

`python tests/bench lists` measures desk lists alone, and only prints; `lists 10000 100000` among so many cases.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import accepted
import decided
import drawn
import due
import events
import halves
import lists
import rest
import routed
import table
import table_of_events
import table_of_lists
import terms
from dev_services import NotHere
from kombu import Connection
from rich.console import Console
from servers import Stand, one, plain, stand


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give a function that says what is being done: on a terminal only."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _what: None
        return
    with console.status("starting servers") as status:
        yield status.update


def main() -> int:
    """Measure, print, keep."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    busy = os.getloadavg()[0]
    try:
        with progress() as show, stand() as here:
            about = table.machine(*_versions(here), busy)
            if sys.argv[1:2] == ["lists"]:
                sizes = tuple(int(size) for size in sys.argv[2:]) or lists.SIZES
                print(table.written(about, [*table_of_lists.rows(lists.measure(here, show, sizes))]))
                return 0
            cases, way, start = accepted.measure(here, show), routed.measure(here, show), rest.measure(here, show)
            decisions, deadlines = table.decided(decided.measure(show)), table.counted(terms.measure(show))
            found = [
                *table.rows(cases, way, start),
                *decisions,
                *deadlines,
                *table.due(due.measure(here, show)),
                *table.drawn(drawn.measure(show)),
                *table_of_events.rows(_events(here, show, way["idle"])),
                *table_of_lists.rows(lists.measure(here, show)),
            ]
    except NotHere as missing:
        print(missing, file=sys.stderr)
        return 1
    text = table.written(about, found)
    print(text)
    table.keep(text)
    return 0


def _events(here: Stand, show: Callable[[str], None], idle: dict[str, float]) -> table_of_events.Found:
    course = events.Course(here)
    rates, (relay, consumer) = events.measure(course, show), halves.measure(course, show)
    return table_of_events.Found(rates, relay, consumer, halves.backlog(course, show), halves.late(course, show), idle)


def _versions(here: Stand) -> tuple[str, str]:
    database = plain(here.services.postgres_url)
    if one(database, "SHOW track_commit_timestamp") != "on":
        raise SystemExit("Unset LIANXIN_TEST_POSTGRES, or start that server with track_commit_timestamp=on.")
    with Connection(here.services.amqp_url) as connection:
        connection.connect()
        rabbit = str(connection.connection.server_properties["version"])
    return str(one(database, "SHOW server_version")).split()[0], rabbit


if __name__ == "__main__":
    sys.exit(main())
