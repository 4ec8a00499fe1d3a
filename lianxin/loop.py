"""All services in one thread, one loop: the inner tests, the simulator, the demo. Nothing sleeps; time jumps."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from threading import Event
from typing import NamedTuple

from sqlalchemy import select

from lianxin.deployment import Deployment
from shared.clock import VirtualClock
from shared.journal.tables import AppliedRow, KeyOutRow, SubjectRow, TimerRow, WaitingRow
from shared.kit.running import Running
from shared.kit.worker import Worker

MOST_ROUNDS = 10_000
A_MOMENT = 0.02  # seconds at a broker's connection; an arrival ends the wait


class StillBusy(AssertionError):  # noqa: N818 - a state
    """The services never came to rest: something feeds itself."""


class Loop:
    """Steps every worker until nothing is left to do, and moves the virtual clock from one due moment to the next.

    Services named in `down` stand still: nothing of theirs is stepped, and no moment of theirs is waited for.
    """

    def __init__(
        self, deployment: Deployment, clock: VirtualClock, *, real: bool = False, down: Iterable[str] = ()
    ) -> None:
        self.deployment, self.clock = deployment, clock
        self._real = real  # a broker is at work between the services, so an idle round may only mean that it is busy
        self.down = set(down)
        self._all = deployment.workers()
        deployment.catch_up(clock.now())
        for worker in self._workers:
            worker.begin(clock.now())
        self.settle()

    @property
    def _workers(self) -> list[Worker]:
        return [worker for worker in self._all if worker.running.name not in self.down]

    def revive(self, service: str, *, begin: bool) -> None:
        """Let a service go on that stood still; `begin` does what a start does."""
        self.down.discard(service)
        for worker in self._all if begin else ():
            if worker.running.name == service:
                worker.begin(self.clock.now())
        self.settle()

    def settle(self, *, called: bool = False) -> None:
        """Work until every service is at rest: each half of a worker while it does something, and when it is called.

        `called`: all were at rest in this moment, so only who was called since has something to do.
        """
        halves = [half for worker in self._workers for half in (Half(worker, True), Half(worker, False))]
        busy = [half for half in halves if half.called.is_set()] if called else halves
        for _ in range(MOST_ROUNDS):
            did = [half for half in busy if half.step(self.clock.now())]
            busy = [half for half in halves if half in did or half.called.is_set()]
            if not busy and not (self._real and self._wait_for_the_broker()):
                return
            busy = halves if self._real else busy  # a broker wakes nobody in here
        raise StillBusy

    def _wait_for_the_broker(self) -> bool:
        """Tell from the rows whether somebody has not applied yet what was told; wait a moment for it to arrive."""
        told = {running.here.source: _told(running) for running in self.deployment.services.values()}
        for worker in self._all:
            if _lacks(worker.running, told):
                worker.rest(A_MOMENT)
                return True
        return False

    def advance_to(self, moment: datetime) -> None:
        """Let time pass, stopping at every planned timer and retry on the way; what recurs runs once at each stop."""
        while (due := self._next_due(moment)) is not None:
            self._pass_to(due)
        self._pass_to(moment)

    def _pass_to(self, moment: datetime) -> None:
        """Let idle time pass; then what is due there is done."""
        for worker in self._workers if moment > self.clock.now() else ():
            for idle in worker.running.service.idles:
                with worker.running.transaction(moment) as session:
                    idle(session, now=moment)
        self.clock.advance_to(moment)
        self.settle()

    def _next_due(self, until: datetime) -> datetime | None:
        moments = [
            moment
            for worker in self._workers
            for moment in _due_moments(worker.running)
            if self.clock.now() < moment <= until
        ]
        return min(moments, default=None)

    def close(self) -> None:
        """Let go of carriers and databases."""
        for worker in self._all:
            worker.close()
        self.deployment.close()


class Half(NamedTuple):
    """What one of a worker's two threads does: it sends, or it receives; called when there may be something to do."""

    worker: Worker
    sends: bool

    @property
    def called(self) -> Event:
        """Give what is set when something was told or confirmed, or when something arrived."""
        return self.worker.running.unsent if self.sends else self.worker.running.wake

    def step(self, now: datetime) -> int:
        """Make one round; gives how much was done."""
        self.called.clear()
        return self.worker.send(now) if self.sends else self.worker.receive(now)


class Told(NamedTuple):
    """How far a source has told about each subject, and for whom a case key of it is still on its way."""

    service: str
    last: dict[str, int]
    keys_for: set[str]


def _told(source: Running) -> Told:
    with source.reading() as session:
        last = dict(session.execute(select(SubjectRow.subject, SubjectRow.last)).all())
        return Told(source.name, last, set(session.scalars(select(KeyOutRow.receiver).distinct())))


def _lacks(follower: Running, told: Mapping[str, Told]) -> bool:
    """Tell whether a follower lacks a fact or a case key of a source; what is parked waits for a person."""
    follows = {source: one for source, one in told.items() if one.service in follower.service.follows}
    if any(follower.name in one.keys_for for one in follows.values()):
        return True
    with follower.reading() as session:
        rows = session.execute(select(AppliedRow.source, AppliedRow.subject, AppliedRow.last))
        applied = {(source, subject): last for source, subject, last in rows}
        parked = set(session.scalars(select(WaitingRow.subject).where(WaitingRow.status == "parked")))
    return any(
        applied.get((source, subject), 0) < last and subject not in parked
        for source, one in follows.items()
        for subject, last in one.last.items()
    )


def _due_moments(running: Running) -> list[datetime]:
    recurring = {timer.name for timer in running.service.timers if timer.every is not None}
    with running.reading() as session:
        timers = session.scalars(
            select(TimerRow.due_at).where(TimerRow.name.not_in(recurring)).order_by(TimerRow.due_at).limit(1)
        )
        waiting = session.scalars(
            select(WaitingRow.next_at)
            .where(WaitingRow.status.in_(("retry", "not_yet")))
            .order_by(WaitingRow.next_at)
            .limit(1)
        )
        return [*timers, *waiting]
