"""Events from end to end, ours and the peers': from the first that leaves to the last whose row is committed."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from kombu import Connection
from servers import HERE, ROOT, Stand, one, seconds_of

ROUNDS = 3
SECONDS = 2.0  # a round takes about so long
WARM_UP = 300  # events
PATIENCE = 120.0
PEERS = ROOT / ".bench" / "bin" / "python"
TABLE = """
CREATE TABLE effect (subject varchar(128), number integer, note text NOT NULL,
                     at timestamptz DEFAULT clock_timestamp(), PRIMARY KEY (subject, number));
CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL)
"""
Begin = Callable[[int], "Running"]


@dataclass(frozen=True)
class Contestant:
    """What is measured: the commands, the queue it reads, the table it enters into."""

    name: str
    command: tuple[str, ...]
    queue: str
    table: str = "public.effect"
    extra: tuple[str, ...] = ()


LIANXIN = Contestant("lianxin", (sys.executable, str(HERE / "core.py")), "q.desk", "desk.effect")
CONTESTANTS = tuple(
    Contestant(name, (str(PEERS), str(HERE / "peers" / file)), queue, extra=extra)
    for name, file, queue, extra in (
        ("celery", "celery_peer.py", "bench.celery", ()),
        ("celery-batches", "celery_peer.py", "bench.celery-batches", ("batches",)),
        ("dramatiq", "dramatiq_peer.py", "bench.dramatiq", ()),
        ("faststream", "faststream_peer.py", "bench.faststream", ()),
        ("nameko", "nameko_peer.py", "evt-bench-happened--desk.enter", ()),
    )
)


@dataclass
class Figures:
    """Of each round: events per second, and processor time for an event (ms) by who took it."""

    rates: list[float] = field(default_factory=list)
    cpu: list[dict[str, float]] = field(default_factory=list)


@dataclass
class Running:
    """A process that was started, and the file it prints into."""

    process: "subprocess.Popen[bytes]"
    out: Path

    def said(self, what: str) -> float:
        """Wait for what it says and give it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for line in self.out.read_text(errors="replace").splitlines():
                if line.startswith("{") and what in (found := json.loads(line)):
                    return float(found[what])
            time.sleep(0.02)
        raise SystemExit(f"{self.out.stem} never said when it {what}; it printed:\n{self.out.read_text()[-2000:]}")


class Course:
    """The database and the broker that all contestants use."""

    def __init__(self, stand: Stand) -> None:
        self.stand, self.amqp, self.database = stand, stand.empty_broker(), stand.database("events")
        self.env = stand.settings("events") | {"BENCH_AMQP": self.amqp, "BENCH_DATABASE": self.database}
        self._runs = 0
        with psycopg.connect(self.database) as connection:
            connection.execute(TABLE)
        self.run(*LIANXIN.command, "make")

    def run(self, *command: str) -> None:
        """Run a command to its end, which is near: one that waits for what isn't there is no measurement."""
        subprocess.run(command, env=self.env, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE)

    def start(self, *command: str) -> Running:
        """Start a command that prints into a file of its own."""
        self._runs += 1
        name = f"{Path(command[1]).stem}-{command[2]}-{self._runs}"
        return Running(self.stand.start(list(command), self.env, name), self.stand.folder / f"{name}.log")

    def stop(self, running: Running) -> None:
        """End a process and wait for its end."""
        self.stand.stop(running.process)

    @contextmanager
    def consumer(self, who: Contestant) -> Iterator[Running]:
        """Let a contestant's consumer work."""
        words = ("desk",) if who is LIANXIN else ("consume", "0", "plain", *who.extra)
        running = self.start(*who.command, *words)
        self.until(lambda: self.queue(who.queue)[1] or running.process.poll(), f"{who.name} does not consume")
        try:
            yield running
        finally:
            self.stop(running)

    def queue(self, name: str) -> tuple[int, int]:
        """Give a queue's ready messages and consumers; nothing where it is not there."""
        with Connection(self.amqp) as connection:
            try:
                found = connection.channel().queue_declare(name, passive=True)
            except connection.channel_errors:
                return 0, 0
            return int(found.message_count), int(found.consumer_count)

    def until(self, ready: Callable[[], Any], otherwise: str, every: float = 0.1) -> None:
        """Wait for something."""
        until = time.monotonic() + PATIENCE
        while not ready():
            if time.monotonic() > until:
                raise SystemExit(otherwise)
            time.sleep(every)

    def entered(self, table: str, count: int) -> None:
        """Wait until there is a row for each event, and no other."""
        self.until(lambda: self.ask(f"SELECT count(*) FROM {table}") >= count, f"not all {count} events came")
        if (rows := self.ask(f"SELECT count(*) FROM {table}")) != count:
            raise SystemExit(f"{rows} rows for {count} events")

    def ask(self, question: str) -> Any:
        """Ask the database for one value."""
        return one(self.database, question)

    def empty(self, *names: str) -> None:
        """Empty tables."""
        with psycopg.connect(self.database) as connection:
            connection.execute(f"TRUNCATE {', '.join(names)}")

    def fill(self, count: int) -> None:
        """Put facts into teller's journal."""
        self.run(*LIANXIN.command, "fill", str(count))


def measure(course: Course, show: Callable[[str], None]) -> dict[str, dict[str, Figures]]:
    """Give the figures of each contestant, `plain` and with an `outbox`."""
    found: dict[str, dict[str, Figures]] = {"plain": {}, "outbox": {}}
    for who in (LIANXIN, *CONTESTANTS):
        with course.consumer(who) as consumer:
            for way, figures in found.items():
                show(f"events from end to end, {way}: {who.name}")
                figures[who.name] = _rounds(course, who, way, consumer)
    return found


def _rounds(course: Course, who: Contestant, way: str, consumer: Running) -> Figures:
    figures = Figures()
    rate = _round(course, who, way, WARM_UP, consumer)[0]
    for _ in range(ROUNDS):
        rate, cpu = _round(course, who, way, max(WARM_UP, int(rate * SECONDS)), consumer)
        figures.rates.append(rate)
        figures.cpu.append(cpu)
    return figures


def _round(course: Course, who: Contestant, way: str, count: int, consumer: Running) -> tuple[float, dict[str, float]]:
    course.empty(who.table)
    if who is LIANXIN and way == "plain":
        course.fill(count)
    watched = {"consumer": consumer.process, **course.stand.servers}
    before = {name: seconds_of(process.pid) for name, process in watched.items()}
    producer = course.start(*_producer(who, way, count))
    course.entered(who.table, count)
    took = course.ask(f"SELECT extract(epoch FROM max(at))::float FROM {who.table}") - producer.said("began")
    spent = {name: seconds_of(process.pid) - before[name] for name, process in watched.items()}
    if who is LIANXIN:
        course.until(lambda: not course.ask("SELECT count(*) FROM teller.unsent"), "the relay did not come to its end")
        course.stop(producer)
    spent["producer"] = producer.said("worked")
    producer.process.wait(PATIENCE)
    return count / took, {name: seconds / count * 1000 for name, seconds in spent.items()}


def _producer(who: Contestant, way: str, count: int) -> tuple[str, ...]:
    if who is not LIANXIN:
        return (*who.command, "produce", str(count), way, *who.extra)
    return (*who.command, "send") if way == "plain" else (*who.command, "tell", str(count))
