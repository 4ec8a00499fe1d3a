"""What drives a service: relay, inbox, timers, sweeps. Stepped by a thread, or by the one loop of the inner tests."""

import threading
from datetime import datetime
from time import monotonic

from structlog import get_logger

from shared.bus.inbox import Inbox
from shared.journal.relay import Relay
from shared.kit.action import Sweep
from shared.kit.due import Question
from shared.kit.own import introduce
from shared.kit.running import Running
from shared.kit.timers import Timers
from shared.log import begin

IDLE_WAIT = 1.0  # seconds; the poll that guarantees, where a wake-up may be missed, and the step of timers
IDLE_WAIT_TO_SEND = 2.0  # every process that tells calls the relay; this is for a call that got lost

log = get_logger()


class Worker:
    """One service's moving parts. `step` does what there is to do and gives how much it was."""

    def __init__(self, running: Running) -> None:
        self.running = running
        service = running.service
        consumer = running.carrier.consumer(service.name, service.follows, running.wake.set)
        self._consumer = consumer
        self._publisher = running.carrier.publisher(service.name, running.unsent.set)
        self._relay = Relay(running, self._publisher)
        self._inbox = Inbox(running, consumer)
        self.timers = Timers(running)
        self._question = Question(running)
        self._swept: dict[str, float] = {}

    def begin(self, now: datetime) -> None:
        """Do what a service does at its start; safe at every start."""
        self.timers.begin(now)
        with self.running.transaction(now) as session:
            introduce(session)
            for start in self.running.service.at_start:
                start(session, now=now)

    def step(self, now: datetime) -> int:
        """Make one round of everything."""
        return self.send(now) + self.receive(now)

    def send(self, now: datetime) -> int:
        """Make one round of the relay, in no story: each fact brings its own."""
        begin(None)
        return self._relay.step(now)

    def receive(self, now: datetime) -> int:
        """Make one round of what arrives, of what is due, and of the outside world."""
        begin(None)
        due = self._question.ask(now)
        did = self._inbox.step(now, due)
        if due.timers:
            did += self.timers.step(now)
        return did + sum(sweep.run(self.running, now) for sweep in self.running.service.sweeps if self._is_time(sweep))

    def _is_time(self, sweep: Sweep) -> bool:
        """Tell whether a sweep's pause is over, by a clock that nobody sets: it looks at the world outside."""
        last, now = self._swept.get(sweep.name), monotonic()
        if last is not None and now - last < sweep.every.total_seconds():
            return False
        self._swept[sweep.name] = now
        return True

    def rest(self, seconds: float = IDLE_WAIT) -> None:
        """Wait for something to receive, at the broker's connection or for a call; the default is one poll's time."""
        if not self._consumer.wait(seconds):
            self.running.wake.wait(seconds)

    def rest_from_sending(self) -> None:
        """Wait for something to send, at most one poll's time."""
        self.running.unsent.wait(IDLE_WAIT_TO_SEND)

    def close(self) -> None:
        """Let go of the carrier."""
        self._consumer.close()
        self._publisher.close()


class WorkerThread(threading.Thread):
    """Steps one half of a worker until told to stop; an unexpected error is logged and the next round tries again."""

    def __init__(self, worker: Worker, *, sends: bool) -> None:
        super().__init__(name=f"{'relay' if sends else 'worker'}-{worker.running.name}", daemon=True)
        self.worker = worker
        self._sends = sends
        self._called = worker.running.unsent if sends else worker.running.wake
        self._stop_asked = threading.Event()
        self.beat: datetime | None = None

    def run(self) -> None:
        """Step, and rest when there is nothing to do."""
        worker, running = self.worker, self.worker.running
        step, rest = (worker.send, worker.rest_from_sending) if self._sends else (worker.receive, worker.rest)
        while not self._stop_asked.is_set():
            self._called.clear()
            try:
                self.beat = running.clock.now()
                did = step(self.beat)
            except Exception:
                log.exception("worker-round-failed", service=running.name)
                did = 0
            if not did and not self._stop_asked.is_set():
                rest()

    def stop(self) -> None:
        """Ask for the end of the round; `join` waits for it."""
        self._stop_asked.set()
        self._called.set()


def threads_of(worker: Worker) -> list[WorkerThread]:
    """Give a worker's two threads: a fact is sent while the facts of others are being applied."""
    return [WorkerThread(worker, sends=True), WorkerThread(worker, sends=False)]
