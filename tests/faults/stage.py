"""A stage for faults: the town's services as real processes, killed and started at will, and the counts at the end."""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from checker import Counts, Thing
from crew import CREW_ROOMS
from sqlalchemy import func, select
from tiny import FOLLOWS, EffectRow, make_service
from told import TOLD, Told, read
from town import lacks

from shared.bus.rabbit import declare_all
from shared.clock import SystemClock
from shared.facts.base import Envelope
from shared.facts.platform import JournalSealed
from shared.failpoints import VARIABLE
from shared.journal.tables import JournalRow, KeyOutRow, LeafRow, TimerRow, UnsentRow, WaitingRow
from shared.kit.running import Running
from shared.kit.timers import RECURRING

CREW = Path(__file__).with_name("crew.py")
MODES = ("embedded", pytest.param("production", marks=pytest.mark.real))
NAMES = ("intake", "ledger", "archive")
HEARD = (("ledger", "intake"), ("archive", "intake"), ("archive", "ledger"))
PROMISED = {
    "deliveries": ("lost", "unexpected"),
    "effects": ("lost", "unexpected", "duplicated", "out_of_order"),
    "timers": ("lost", "unexpected", "duplicated"),
}
PATIENCE = 120  # seconds: machines are busy


def until(ready: Callable[[], Any], what: str, why: Callable[[], str] = str) -> Any:
    """Wait for rows or files that other processes write; gives what `ready` gave, or fails with what `why` gives."""
    deadline = time.monotonic() + PATIENCE
    while not (found := ready()):
        if time.monotonic() > deadline:
            raise AssertionError(f"it did not come so far: {what}\n{why()}")
        time.sleep(0.02)
    return found


def until_seeds() -> Iterator[int]:
    """Give seeds for LIANXIN_FAULT_SECONDS; or the one seed LIANXIN_FAULT_SEED, to replay it."""
    if one := os.environ.get("LIANXIN_FAULT_SEED"):
        yield int(one)
        return
    ends = time.monotonic() + float(os.environ.get("LIANXIN_FAULT_SECONDS", "30"))
    for seed in itertools.count(1):
        yield seed
        if time.monotonic() > ends:
            return


@dataclass
class Stage:
    """Processes on a private broker and database, or, without addresses, all services in one embedded process."""

    folder: Path
    amqp: str = ""
    database: str = ""
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    began: dict[str, int] = field(default_factory=dict)  # how long a process's log was when it started, in bytes

    @cached_property
    def views(self) -> dict[str, Running]:
        """Give the services as this process sees them: to read their rows."""
        nothing: Any = None
        return {
            name: make_service(name, self.folder, nothing, SystemClock(), self.database or None, CREW_ROOMS)
            for name in NAMES
        }

    def process_of(self, name: str) -> str:
        """Give the process that a service runs in."""
        return name if self.amqp else "town"

    def start(self, *names: str, armed: str = "", planted: str = "", **addresses: str) -> None:
        """Start services' processes; they are ready when it returns, or died at the armed place."""
        if self.amqp and not self.processes:
            declare_all(self.amqp, FOLLOWS)  # as `lianxin topology apply` does: nothing is sent past a queue
        for name in {self.process_of(name): None for name in names or NAMES}:
            self.processes[name] = self._spawn(name, armed, planted, addresses)
        for name in {self.process_of(name) for name in names or NAMES}:
            process = self.processes[name]
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said == b"ready\n" or armed, self.log(name)
        if self.asked and self.process_of("intake") in {self.process_of(name) for name in names or NAMES}:
            self._ask(*self.asked)

    def _spawn(self, name: str, armed: str, planted: str, addresses: dict[str, str]) -> "subprocess.Popen[bytes]":
        kept = {key: value for key, value in os.environ.items() if not key.startswith("LIANXIN_")}
        own = {"LIANXIN_AMQP": self.amqp, "LIANXIN_DATABASE": self.database, **addresses, VARIABLE: armed}
        env = kept | {key: value for key, value in (own | {"LIANXIN_PLANTED": planted}).items() if value}
        services = (name,) if self.amqp else NAMES
        command = [sys.executable, str(CREW), str(self.folder), *services]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.began[name] = log.tell()
            return subprocess.Popen(
                command,
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                bufsize=0,  # or what a dead process was asked would be in the way of closing its pipe
            )

    def kill(self, *names: str) -> None:
        """End processes as `kill -9` does."""
        for name in {self.process_of(name) for name in names or NAMES}:
            process = self.processes.pop(name)
            os.killpg(process.pid, signal.SIGKILL)
            self._bury(process)

    def died(self, name: str, place: str) -> None:
        """Wait until a process has died at the place where it was armed to."""
        name = self.process_of(name)
        process = self.processes.pop(name)
        until(lambda: process.poll() is not None, f"{name} passes {place}")
        self._bury(process)
        assert process.returncode == -signal.SIGKILL, self.log(name)
        own = (self.folder / f"{name}.log").read_bytes()[self.began[name] :]
        assert f"failpoint {place}\n".encode() in own, self.log(name)  # other threads may log after it

    def _bury(self, process: "subprocess.Popen[bytes]") -> None:
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()

    def log(self, name: str) -> str:
        """Give the end of a process's log."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-3_000:]

    def logs(self) -> str:
        """Give the ends of all logs."""
        return "\n".join(f"--- {name}\n{self.log(name)}" for name in self.processes)

    def tell(self, subjects: Iterable[str], last: int) -> None:
        """Ask intake to let things happen to subjects, to each up to the number `last`."""
        line = f"{','.join(subjects)} {last}"
        self.asked.append(line)
        self._ask(line)

    def _ask(self, *lines: str) -> None:
        pipe = self.processes[self.process_of("intake")].stdin
        assert pipe is not None
        with suppress(BrokenPipeError):  # it died meanwhile; the next one is asked again
            pipe.write("".join(f"{line}\n" for line in lines).encode())
            pipe.flush()

    def is_told(self) -> bool:
        """Tell whether everything that was asked for was tried."""
        return set(self.asked) <= set(self._told().done)

    def settle(self) -> None:
        """Wait until everything asked for was tried, and all services have come to rest."""
        until(self.is_told, "everything is told")
        until(lambda: not self.unsettled(), "all services are at rest", self.what_hangs)

    def what_hangs(self) -> str:
        """Give what is unsettled, and let every process write where each of its threads stands into its log."""
        unsettled = self.unsettled()
        for process in self.processes.values():
            process.send_signal(signal.SIGABRT)  # faulthandler's moment
            process.wait()
        return f"{unsettled}\n{self.logs()}"

    def unsettled(self) -> list[str]:
        """Give what is still to be done: followers that lack something, and then, for they may have left some, rows."""
        lacking = [
            f"{name} lacks something of {source}"
            for source in NAMES
            for name in NAMES
            if source in FOLLOWS[name] and lacks(self.views[source], self.views[name])
        ]
        return lacking or [
            f"{name} has {left} {kind.__tablename__}"
            for name, view in self.views.items()
            for kind in (KeyOutRow, UnsentRow, WaitingRow, TimerRow)
            if (left := _left(view, kind))
        ]

    def _told(self) -> Told:
        return Told.of(read(self.folder / TOLD))

    def counts(self, subjects: Iterable[str]) -> dict[str, Counts]:
        """Count deliveries, effects and timers for every follower and source, as they concern these subjects."""
        told, found = self._told().about(set(subjects)), {}
        for name, source in HEARD:
            found[f"{name}'s deliveries from {source}"] = self._deliveries(name, source)
            found[f"{name}'s effects of {source}"] = self.effects(name, source)
        found["archive's timers"] = self.effects("archive", "timer")
        return {what: told.compare(things) for what, things in found.items()}

    def broken(self, *subjects: str) -> list[str]:
        """Give a line for each promise that was not kept. A broker may deliver twice and in any order, not more."""
        lines = [
            f"{what}: {getattr(counts, sign)} {sign}: {counts}"
            for what, counts in self.counts(subjects).items()
            for sign in PROMISED[what.split()[1]]
            if getattr(counts, sign)
        ]
        return lines + [line for name in NAMES for line in self.gaps(name)]

    def effects(self, name: str, source: str) -> list[Thing]:
        """Give what a service did, in the order of its commits."""
        with self.views[name].reading() as session:
            rows = session.scalars(select(EffectRow).where(EffectRow.source == source).order_by(EffectRow.id))
            return [(row.subject, row.number) for row in rows]

    def _deliveries(self, name: str, source: str) -> list[Thing]:
        noted = read(self.folder / f"delivered-{name}.log")
        return [(subject, int(number)) for by, subject, number in noted if by == source]

    def gaps(self, name: str) -> list[str]:
        """Say where a service's leaves are not numbered densely, one for each fact, or its seals not contiguous."""
        unnumbered = select(func.count()).select_from(UnsentRow).where(~UnsentRow.numbered).scalar_subquery()
        told = select(func.count()).select_from(JournalRow).scalar_subquery()
        leaves = select(func.count()).select_from(LeafRow).scalar_subquery()
        with self.views[name].reading() as session:
            numbers = session.execute(select(func.max(LeafRow.number), leaves, told - unnumbered)).one()
            seals = session.scalars(select(JournalRow.envelope).where(JournalRow.type == JournalSealed.wire_type()))
            ranges = sorted((seal["first"], seal["last"]) for seal in (Envelope.from_bytes(one).data for one in seals))
        follow = [1, *(last + 1 for _, last in ranges)]
        return [f"{name}'s leaves have gaps: {numbers}"] * (len(set(numbers)) > 1) + [
            f"{name}'s seals have gaps: {ranges}"
        ] * ([first for first, _ in ranges] != follow[:-1])

    def close(self) -> None:
        """End the processes that still run, and let go of the databases."""
        if self.processes:
            self.kill(*self.processes)
        for view in self.views.values():
            view.database.dispose()


def _left(view: Running, kind: Any) -> int:
    with view.reading() as session:
        asked = select(func.count()).select_from(kind)
        if kind is TimerRow:
            asked = asked.where(TimerRow.subject != RECURRING)
        return session.scalar(asked) or 0
