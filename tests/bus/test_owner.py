"""Two worker processes of one service: one works, the other stands by and takes over. Nothing is lost or doubled."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from dev_server import free_port
from kombu import Connection
from sqlalchemy import func, select, text
from world import full_county, make_world

from lianxin.deployment import compose
from lianxin.home import Settings
from lianxin.migrate import migrate_all
from services.routing.models import CaseRow
from shared.clock import SystemClock
from shared.facts.base import CONTENT_TYPE, Envelope
from shared.facts.case import CaseRouted
from shared.journal.tables import AppliedRow, JournalRow, LeafRow, MarkRow, UnsentRow, WaitingRow

pytestmark = [pytest.mark.real, pytest.mark.check]

PATIENCE = 90  # seconds, on a busy machine
CASE = {"mechanism": "suggestions", "kind": "suggestion", "title": "路灯", "text": "坏了", "category": "roads"}


@dataclass
class Process:
    """A real process that works for routing."""

    port: int
    popen: subprocess.Popen[bytes]

    def health(self) -> dict[str, Any]:
        """Give what it says of itself; nothing while it can't be asked."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=5) as answer:
                return dict(json.loads(answer.read()))
        except HTTPError as refused:
            return dict(json.loads(refused.read()))
        except (URLError, OSError):
            return {"status": "no answer", "standby": []}

    def end(self, how: signal.Signals) -> int:
        """End it and its children; gives the exit code."""
        if self.popen.poll() is None:
            os.killpg(self.popen.pid, how)
        return self.popen.wait(PATIENCE)


class County:
    """Intake and directory in this process, routing in others, on PostgreSQL and RabbitMQ."""

    def __init__(self, home: Path, servers: dict[str, str]) -> None:
        self._home, self._servers = home, servers
        everything = compose(full_county(), Settings(home=home, **servers))
        list(migrate_all(everything))
        everything.bind()
        everything.close()
        self.world = make_world(home, names=("intake", "directory"), start=SystemClock().now(), **servers)
        self._watching = compose(full_county(), Settings(home=home, **servers), names=("routing",))
        self.routing = self._watching.services["routing"]
        self.processes: list[Process] = []
        self.submitted = 0

    def start(self, role: str = "worker") -> Process:
        """Start a process of routing."""
        port = free_port()
        command = [str(Path(sys.executable).parent / "lianxin"), "run", "routing", "--role", role, "--port", str(port)]
        settings = {f"LIANXIN_{name.upper()}": value for name, value in self._servers.items()}
        with (self._home / f"{port}.log").open("ab") as log:
            made = subprocess.Popen(
                [*command, "--home", str(self._home)],
                env={**os.environ, **settings},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(Process(port, made))
        return self.processes[-1]

    def submit(self, many: int, *, work: bool = True) -> None:
        """Submit cases; intake's relay and inbox do what they can meanwhile, or later."""
        for _ in range(many):
            assert self.world.ask("POST", "/api/v1/cases", CASE).status_code == 201
            self.submitted += 1
            if work:
                self._work()

    def _work(self) -> None:
        for worker in self.world.loop._workers:
            worker.step(self.world.clock.now())

    def until(self, ready: Callable[[], Any]) -> Any:
        """Work until something is so; gives what `ready` gave."""
        deadline = monotonic() + PATIENCE
        while not (found := ready()):
            self._work()
            threading.Event().wait(0.02)
            assert monotonic() < deadline, "it did not come so far"
        return found

    def rows(self, kind: type[Any], *where: Any) -> list[Any]:
        """Read routing's rows."""
        with self.routing.reading() as session:
            return list(session.scalars(select(kind).where(*where)))

    def routed(self) -> Counter[str]:
        """Count how often each case was told to be routed."""
        rows = self.rows(JournalRow, JournalRow.type == CaseRouted.wire_type())
        return Counter(Envelope.from_bytes(row.envelope).subject for row in rows)

    def left(self) -> list[Envelope]:
        """Give the facts that lie at the broker for routing; they stay there."""
        found = []
        with Connection(self._servers["amqp"]) as connection:
            channel = connection.channel()
            while (message := channel.basic_get("q.routing")) is not None:
                if message.content_type == CONTENT_TYPE:
                    found.append(Envelope.from_bytes(bytes(message.body)))
        return found

    def has_applied(self, fact: Envelope) -> bool:
        """Tell whether routing has committed the fact's effects."""
        pair = (AppliedRow.source == fact.source, AppliedRow.subject == fact.subject)
        return any(row.last >= fact.seq for row in self.rows(AppliedRow, *pair))

    def check(self) -> None:
        """See that every case was routed once, all was sent, and leaves are numbered densely."""
        self.until(self._is_settled)
        before = {row.id for row in self.rows(CaseRow)}
        routed = self.routed()
        assert before <= set(routed) <= {row.id for row in self.rows(CaseRow)}, "a duty may open a case meanwhile"
        assert set(routed.values()) == {1}

    def _is_settled(self) -> bool:
        """Tell, in one snapshot, whether all cases came, all was sent, nothing waits and each fact has its leaf."""
        ours = select(func.count()).select_from(CaseRow).where(CaseRow.mechanism == CASE["mechanism"])
        counts = [
            select(func.count()).select_from(row).scalar_subquery()
            for row in (UnsentRow, WaitingRow, JournalRow, LeafRow)
        ]
        last = select(func.max(LeafRow.number)).scalar_subquery()
        with self.routing.reading() as session:
            came, unsent, waiting, told, leaves, last = session.execute(
                select(ours.scalar_subquery(), *counts, last)
            ).one()
        return came == self.submitted and not unsent and not waiting and told == leaves == last

    def close(self) -> None:
        """End everything."""
        for process in self.processes:
            process.end(signal.SIGKILL)
        self.world.loop.close()
        self._watching.close()


@pytest.fixture
def county(tmp_path, amqp_url, postgres_url):
    made = County(tmp_path, {"amqp": amqp_url, "database": postgres_url})
    yield made
    made.close()


@pytest.fixture
def pair(county):
    """Give two processes: the one that works, and the one that stands by."""
    first = county.start()
    county.until(lambda: first.health()["status"] == "ready")
    second = county.start()
    county.until(lambda: second.health()["standby"] == ["routing"])
    return first, second


def works(process):
    found = process.health()
    return found["status"] == "ready" and not found["standby"]


def test_who_stands_by_is_ready_says_so_and_takes_over_when_the_owner_is_killed(county, pair):
    first, second = pair
    assert second.health() == {"status": "ready", "reasons": [], "warnings": [], "standby": ["routing"]}
    county.submit(10)
    first.end(signal.SIGKILL)
    county.submit(10)
    county.until(lambda: works(second))
    county.submit(5)
    county.check()


def test_who_loses_its_connection_while_it_lives_stands_by_and_the_other_works(county, pair):
    first, second = pair
    county.submit(5)
    hang_up_on_the_owner(county)
    county.submit(10)
    county.until(lambda: works(first) != works(second) and (first.health()["standby"] or second.health()["standby"]))
    county.submit(5)
    county.check()


def hang_up_on_the_owner(county):
    """End the server's side of the connection that holds the lock."""
    holder = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    with county.routing.database.writing() as connection:
        assert connection.execute(text(holder)).scalars().all() == [True]


def test_a_process_that_is_told_to_end_finishes_its_round_and_nothing_it_did_comes_again(county):
    process = county.start()
    county.until(lambda: works(process))
    county.submit(1)
    county.check()  # what the directory tells at the start is done: the next round is about cases
    with county.routing.database.writing() as connection:  # its round can't be committed while this is open
        connection.execute(text("LOCK TABLE mark IN SHARE ROW EXCLUSIVE MODE"))
        done = len(county.rows(MarkRow))
        county.submit(10)
        county.until(lambda: asks_for_marks(county))
        os.killpg(process.popen.pid, signal.SIGTERM)
        county.until(lambda: process.health()["status"] == "no answer")
        assert process.popen.poll() is None
    assert process.popen.wait(PATIENCE) == 0
    assert len(county.rows(MarkRow)) > done, "the round was cut off"  # it may have been about a duty's case alone
    assert [one.id for one in county.left() if county.has_applied(one)] == []
    successor = county.start()
    county.until(lambda: works(successor))
    county.check()


def asks_for_marks(county):
    """Tell whether somebody waits for the table of marks: a round has come to its end but for the commit."""
    waits = "SELECT count(*) FROM pg_locks WHERE relation = 'mark'::regclass AND NOT granted"
    with county.routing.database.reading() as connection:
        return connection.execute(text(waits)).scalar()
