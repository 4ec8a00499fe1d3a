"""What every peer does: publish events that are confirmed, and commit one row for each before it is acknowledged.

With an outbox a producer also commits a row before it publishes and deletes it afterwards, a hundred in one statement:
none of the peers brings one, so this is the least that makes an event durable before it is sent.
"""

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg

AMQP, DATABASE = os.environ["BENCH_AMQP"], os.environ["BENCH_DATABASE"]
EFFECT = "INSERT INTO effect (subject, number, note) VALUES (%(subject)s, %(number)s, %(note)s)"
FIRST_ROW = "INSERT INTO outbox (body) VALUES (%s) RETURNING id"
FORGET = "DELETE FROM outbox WHERE id = ANY(%s)"
AT_ONCE = 100  # rows that an outbox forgets in one statement
NOTE = "The lamp in front of the school has been dark for a week. " * 4

Event = dict[str, Any]
_here = threading.local()
_started: list[float] = []


def connect() -> psycopg.Connection:
    """Give a connection where every statement is a transaction of its own: the cheapest durable row."""
    return psycopg.connect(DATABASE, autocommit=True, prepare_threshold=1)


def enter(event: Event) -> None:
    """Commit the event's row, on a connection of this thread."""
    if not hasattr(_here, "connection"):
        _here.connection = connect()
    _here.connection.execute(EFFECT, event)


def events(count: int) -> Iterator[Event]:
    """Make events, each about a subject of its own."""
    run = time.time_ns()
    return ({"subject": f"case-{run}-{number}", "number": 1, "note": NOTE} for number in range(count))


def began() -> None:
    """Say when the first event left."""
    _started.append(time.process_time())
    print(json.dumps({"began": time.time()}), flush=True)


def ended() -> None:
    """Say how much processor time this process took since then."""
    print(json.dumps({"worked": time.process_time() - _started[0]}), flush=True)


def asked() -> tuple[int, bool]:
    """Give how many events are asked for, and whether each has a durable first row."""
    return int(sys.argv[2]), sys.argv[3] == "outbox"


class Outbox:
    """The durable first rows of one thread."""

    def __init__(self) -> None:
        self._connection, self._done = connect(), []

    def put(self, event: Event) -> int:
        """Commit an event's row."""
        return int(self._connection.execute(FIRST_ROW, [json.dumps(event)]).fetchone()[0])

    def forget(self, row: int) -> None:
        """Delete a confirmed event's row, later, with others."""
        self._done.append(row)
        if len(self._done) == AT_ONCE:
            self.close()

    def close(self) -> None:
        """Delete what is left."""
        self._connection.execute(FORGET, [self._done])
        self._done = []


def produce(publish: Callable[[Event], None], *, threads: int) -> None:
    """Publish what is asked for; `publish` returns when the broker has confirmed."""
    count, durable = asked()
    waiting: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
    for event in events(count):
        waiting.put(event)
    for _ in range(threads):
        waiting.put(None)
    workers = [threading.Thread(target=_publish_each, args=(waiting, publish, durable)) for _ in range(threads)]
    began()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    ended()


def _publish_each(waiting: "queue.SimpleQueue[Event | None]", publish: Callable[[Event], None], durable: bool) -> None:
    outbox = Outbox() if durable else None
    while (event := waiting.get()) is not None:
        row = outbox.put(event) if outbox else 0
        publish(event)
        if outbox:
            outbox.forget(row)
    if outbox:
        outbox.close()
