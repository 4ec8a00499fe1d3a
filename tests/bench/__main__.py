"""`make bench`: three measurements in one run on private servers, printed and kept in docs/performance.md."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import accepted
import rest
import routed
import table
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
            found = table.rows(accepted.measure(here, show), routed.measure(here, show), rest.measure(here, show))
    except NotHere as missing:
        print(missing, file=sys.stderr)
        return 1
    text = table.written(about, found)
    print(text)
    table.keep(text)
    return 0


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
