"""What drives a service: relay, inbox, timers, sweeps. Stepped by a thread, or by the one loop of the inner tests."""

import threading
from datetime import datetime

from structlog import get_logger

from shared.bus.inbox import Inbox
from shared.journal.relay import Relay
from shared.kit.own import introduce
from shared.kit.running import Running
from shared.kit.timers import Timers
from shared.log import begin

IDLE_WAIT = 0.25  # seconds; the poll that guarantees, where a wake-up may be missed

log = get_logger()


class Worker:
    """One service's moving parts. `step` does what there is to do and gives how much it was."""

    def __init__(self, running: Running) -> None:
        self.running = running
        service = running.service
        consumer = running.carrier.consumer(service.name, service.follows, running.wake.set)
        self._consumer = consumer
        self._publisher = running.carrier.publisher(service.name)
        self._relay = Relay(running, self._publisher)
        self._inbox = Inbox(running, consumer)
        self.timers = Timers(running)

    def begin(self, now: datetime) -> bool:
        """Do what a service does at its start; safe at every start. Gives whether this is the first of its life."""
        self.timers.begin(now)
        with self.running.transaction(now) as session:
            first = introduce(session)
            for start in self.running.service.at_start:
                start(session, now=now)
        return first

    def step(self, now: datetime) -> int:
        """Make one round of everything, in no story: each fact brings its own."""
        begin(None)
        did = self._relay.step(now) + self._inbox.step(now) + self.timers.step(now)
        return did + sum(sweep.run(self.running, now) for sweep in self.running.service.sweeps)

    def close(self) -> None:
        """Let go of the carrier."""
        self._consumer.close()
        self._publisher.close()


class WorkerThread(threading.Thread):
    """Steps a worker until it is told to stop; an unexpected error is logged and the next round tries again."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(name=f"worker-{worker.running.name}", daemon=True)
        self.worker = worker
        self._stop_asked = threading.Event()
        self.beat: datetime | None = None

    def run(self) -> None:
        """Step, and rest when there is nothing to do."""
        running = self.worker.running
        while not self._stop_asked.is_set():
            running.wake.clear()
            try:
                self.beat = running.clock.now()
                did = self.worker.step(self.beat)
            except Exception:
                log.exception("worker-round-failed", service=running.name)
                did = 0
            if not did:
                running.wake.wait(IDLE_WAIT)
        self.worker.close()

    def stop(self) -> None:
        """Ask for the end of the round; `join` waits for it."""
        self._stop_asked.set()
        self.worker.running.wake.set()
