"""Whether a process is ready: migrated, seeded, its workers running; with named reasons where it is not."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from lianxin.deployment import Deployment
from shared.kit.worker import WorkerThread
from shared.workflow.points import failures

SILENT = timedelta(seconds=60)


@dataclass
class Health:
    """Looks at the parts of a process."""

    deployment: Deployment
    threads: list[WorkerThread] = field(default_factory=list)
    works: bool = True

    def reasons(self) -> list[str]:
        """Give why the process is not ready; empty when it is."""
        return [*self._databases(), *self._workers()]

    def warnings(self) -> list[str]:
        """Give what an operator should look at though the process is ready: mechanisms whose rules failed."""
        return [f"{name}: {point} failed {times} times; look at its log" for (name, point), times in failures.items()]

    def _databases(self) -> list[str]:
        found = []
        for name, running in self.deployment.services.items():
            try:
                with running.reading() as session:
                    session.connection()
            except SQLAlchemyError as error:
                found.append(f"{name}: database not reachable ({type(error).__name__})")
        return found

    def _workers(self) -> list[str]:
        if not self.works:
            return []
        if not self.threads:
            return ["workers not started"]
        found = []
        for thread in self.threads:
            now = thread.worker.running.clock.now()
            if not thread.is_alive() or thread.beat is None or now - thread.beat > SILENT:
                found.append(f"{thread.worker.running.name}: worker silent")
            elif trouble := self.deployment.carrier.trouble(thread.worker.running.name):
                found.append(f"{thread.worker.running.name}: {trouble}")
        return found
