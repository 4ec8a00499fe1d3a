"""Who works for a service: one process at a time, the owner of its database's lock. The others stand by, and call.

Relay, inbox, timers, sweeps and what a service does at its start are the owner's alone: the order rule, the numbers of
leaves and the timers count on it. Who loses the lock stops before the next round; a round that was running then ends
as one of two at the same time would: a number, a mark and a timer's row are taken by one of them.
"""

import random
import threading
from collections.abc import Callable, Sequence

from structlog import get_logger

from shared.db.lock import Lock, LockLost, lock_of
from shared.kit.running import Running
from shared.kit.worker import Worker, WorkerThread, threads_of

TRY_AGAIN = 1.0  # seconds between two tries to become the owner; also how often an owner looks whether to stop
BETWEEN_CALLS = 0.01  # seconds: what is told meanwhile goes with the next call

log = get_logger()


class Owner(threading.Thread):
    """Waits for a service's lock, works while it holds it, and begins anew after a failure.

    `make` makes a new worker each time. Without it this process never works: it only calls who does.
    """

    def __init__(self, running: Running, make: Callable[[], Worker] | None) -> None:
        super().__init__(name=f"owner-{running.name}", daemon=True)
        self.running = running
        self.standby = False
        self.threads: Sequence[WorkerThread] = ()
        self._make = make
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Wait, work, and wait again, until told to stop."""
        while not self._stop_asked.is_set():
            lock = lock_of(self.running.database)
            try:
                self._wait(lock)
                self._work(lock)
            except LockLost as lost:
                self._say(lost)
            except Exception:
                log.exception("work-not-begun", service=self.running.name)
            finally:
                self.standby = False
                lock.close()
            self._stop_asked.wait(TRY_AGAIN * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not secrets

    def _wait(self, lock: Lock) -> None:
        """Try to take the lock until it is taken; meanwhile call its owner when something was told here."""
        told = self.running.unsent
        while not self._stop_asked.is_set() and not (self._make and lock.take()):
            self.standby = self._make is not None
            if told.wait(TRY_AGAIN):
                told.clear()
                lock.call()
                self._stop_asked.wait(BETWEEN_CALLS)

    def _work(self, lock: Lock) -> None:
        """Begin, and work until told to stop or the lock is lost."""
        if self._make is None or self._stop_asked.is_set():
            return
        worker = self._make()
        try:
            worker.begin(self.running.clock.now())
            self.standby = False
            self.threads = threads_of(worker)
            for thread in self.threads:
                thread.start()
            while not self._stop_asked.is_set():
                if lock.listen(TRY_AGAIN):
                    self.running.unsent.set()
        except LockLost as lost:
            self._say(lost)  # at once: the rounds that still run may need a minute to fail
        finally:
            self._end(worker)

    def _say(self, lost: LockLost) -> None:
        log.warning("lock-lost", service=self.running.name, error=str(lost))

    def _end(self, worker: Worker) -> None:
        """Let both threads finish their round, then give everything back."""
        for thread in self.threads:
            thread.stop()
        for thread in self.threads:
            thread.join()
        self.threads = ()
        worker.close()

    def stop(self) -> None:
        """Ask for the end; `join` waits until the running round is over and the lock is free."""
        self._stop_asked.set()
        self.running.unsent.set()
