"""`Town` steps the workers of three tiny services by hand: a test decides who works, who crashes, what arrives when."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import select
from tiny import FOLLOWS, EffectRow, Mood, ThingHappened, make_service

from shared.bus.carrier import FACTS, Carrier, Message
from shared.clock import VirtualClock
from shared.crypto.private import Private
from shared.facts.base import CONTENT_TYPE, Envelope, Fact
from shared.journal.tables import AppliedRow, JournalRow, KeyOutRow, LeafRow, SubjectRow, UnsentRow, WaitingRow
from shared.journal.tell import tell
from shared.kit.running import Running
from shared.kit.worker import Worker

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
PATIENCE = 60  # seconds of a real clock, for a real broker on a busy machine


@dataclass
class Town:
    """The services that run, on one carrier; `real` where a broker is at work between them."""

    folder: Path
    carrier: Carrier
    database: str | None = None
    real: bool = False
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(START))
    services: dict[str, Running] = field(default_factory=dict)
    workers: dict[str, Worker] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        """Start services, or start them again after a crash; all queues are there before the first fact is sent."""
        for name in names:
            if name not in self.services:
                self.services[name] = make_service(name, self.folder, self.carrier, self.clock, self.database)
            self.workers[name] = Worker(self.services[name])
        for name in names:
            self.workers[name].begin(self.clock.now())

    def stop(self, *names: str) -> None:
        """Close a worker: what it has not acknowledged comes again, what its relay knew is forgotten."""
        for name in names:
            self.workers.pop(name).close()

    def tell(self, subject: str, *numbers: int, by: str = "intake", note: str | None = None) -> None:
        """Let things happen to a subject, each in a transaction of its own."""
        for number in numbers:
            with self.services[by].transaction(self.clock.now()) as session:
                private = Private(note) if note is not None else None
                tell(session, ThingHappened(subject=subject, number=number, note=private))

    def step(self, *names: str) -> int:
        """Let these work one round, or everybody."""
        return sum(self.workers[name].step(self.clock.now()) for name in names or tuple(self.workers))

    def until(self, ready: Callable[[], Any], *names: str) -> Any:
        """Work until something is so; gives what `ready` gave."""
        deadline = monotonic() + PATIENCE
        while not (found := ready()):
            self.step(*names)
            if monotonic() > deadline:
                raise AssertionError("it did not come so far")
        return found

    def settle(self) -> None:
        """Work until nothing moves: all sent, and applied or waiting for a time or a person."""
        self.until(lambda: not self.step() and self._at_rest())

    def pass_time(self, seconds: float) -> None:
        """Let time pass, then settle."""
        self.clock.advance(timedelta(seconds=seconds))
        self.settle()

    def _at_rest(self) -> bool:
        pairs = [
            (self.services[source], self.services[name])
            for name in self.workers
            for source in FOLLOWS[name]
            if source in self.workers
        ]
        unsent = any(self.rows(name, UnsentRow) or self.rows(name, KeyOutRow) for name in self.workers)
        return not unsent and not any(lacks(source, follower) for source, follower in pairs)

    def rows(self, name: str, kind: type[Any], *where: Any) -> list[Any]:
        """Read a service's rows."""
        with self.services[name].reading(self.clock.now()) as session:
            return list(session.scalars(select(kind).where(*where)))

    def effects(self, name: str, source: str = "intake") -> list[tuple[str, int]]:
        """Give (subject, number) of what a service did, in the order of its commits."""
        rows = sorted(self.rows(name, EffectRow, EffectRow.source == source), key=lambda row: row.id)
        return [(row.subject, row.number) for row in rows]

    def waiting(self, name: str) -> Counter[str]:
        """Count a service's waiting rows by status."""
        return Counter(row.status for row in self.rows(name, WaitingRow))

    def mood(self, name: str) -> Mood:
        """Give what goes wrong in a service."""
        found: Mood = self.services[name].here.settings["mood"]
        return found

    def leaves(self, name: str) -> list[int]:
        """Give a service's leaf numbers."""
        return sorted(row.number for row in self.rows(name, LeafRow))

    def envelopes(self, name: str = "intake", kind: type[Fact] = ThingHappened) -> list[Envelope]:
        """Give what a service told, in order."""
        rows = self.rows(name, JournalRow, JournalRow.type == kind.wire_type())
        return [Envelope.from_bytes(row.envelope) for row in sorted(rows, key=lambda row: row.id)]

    def post(self, messages: Iterable[Message], *, by: str = "intake") -> None:
        """Publish past the relay, in the order given, and wait until the carrier has it all."""
        sent = list(messages)
        publisher = self.carrier.publisher(by, lambda: None)
        publisher.send(sent)
        left = {message.id for message in sent}
        deadline = monotonic() + PATIENCE
        while self.real and left and monotonic() < deadline:
            left -= set(publisher.confirmed())
        publisher.close()

    def close(self) -> None:
        """Let go of carriers and databases."""
        self.stop(*tuple(self.workers))
        for running in self.services.values():
            running.database.dispose()


def message_of(envelope: Envelope, **changes: Any) -> Message:
    """Make the message in which the relay would send a fact."""
    plain = {
        "id": envelope.id,
        "exchange": FACTS,
        "key": envelope.routing_key,
        "body": envelope.to_bytes(),
        "content_type": CONTENT_TYPE,
    }
    return Message(**{**plain, **changes})


def lacks(source: Running, follower: Running) -> bool:
    """Tell whether a follower still has to apply something; what waits for a time or a person counts as at rest."""
    with source.reading() as session:
        told = dict(session.execute(select(SubjectRow.subject, SubjectRow.last)).all())
    with follower.reading() as session:
        known = select(AppliedRow.subject, AppliedRow.last).where(AppliedRow.source == source.here.source)
        applied = dict(session.execute(known).all())
        stuck = set(session.scalars(select(WaitingRow.subject).where(WaitingRow.status != "held")))
    return any(applied.get(subject, 0) < last and subject not in stuck for subject, last in told.items())
