"""All services in one thread, one loop: the inner tests, the simulator, the demo. Nothing sleeps; time jumps."""

from datetime import datetime

from sqlalchemy import select

from lianxin.deployment import Deployment
from shared.clock import VirtualClock
from shared.journal.tables import TimerRow, WaitingRow
from shared.kit.running import Running

MOST_ROUNDS = 10_000


class StillBusy(AssertionError):
    """The services never came to rest: something feeds itself."""


class Loop:
    """Steps every worker until nothing is left to do, and moves the virtual clock from one due moment to the next."""

    def __init__(self, deployment: Deployment, clock: VirtualClock) -> None:
        self.deployment, self.clock = deployment, clock
        self._workers = deployment.workers()
        deployment.begin(self._workers, clock.now())
        self.settle()

    def settle(self) -> None:
        """Work until every service is at rest."""
        for _ in range(MOST_ROUNDS):
            if not sum(worker.step(self.clock.now()) for worker in self._workers):
                return
        raise StillBusy

    def advance_to(self, moment: datetime) -> None:
        """Let time pass, stopping at every planned timer and retry on the way; what recurs runs once at each stop."""
        while (due := self._next_due(moment)) is not None:
            self.clock.advance_to(due)
            self.settle()
        self.clock.advance_to(moment)
        self.settle()

    def _next_due(self, until: datetime) -> datetime | None:
        moments = [
            moment
            for running in self.deployment.services.values()
            for moment in _due_moments(running)
            if self.clock.now() < moment <= until
        ]
        return min(moments, default=None)

    def close(self) -> None:
        """Let go of carriers and databases."""
        for worker in self._workers:
            worker.close()
        self.deployment.close()


def _due_moments(running: Running) -> list[datetime]:
    recurring = {timer.name for timer in running.service.timers if timer.every is not None}
    with running.reading() as session:
        timers = session.scalars(select(TimerRow.due_at).where(TimerRow.name.not_in(recurring)).order_by(TimerRow.due_at).limit(1))
        waiting = session.scalars(
            select(WaitingRow.next_at).where(WaitingRow.status.in_(("retry", "not_yet"))).order_by(WaitingRow.next_at).limit(1)
        )
        return [*timers, *waiting]
