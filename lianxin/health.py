"""Whether a process is ready: migrated, seeded, relay and inbox running; with named reasons where it is not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from lianxin.bindings import Bindings
from lianxin.deployment import Deployment
from shared.db.migrate import is_newest
from shared.journal.tables import PeerRow
from shared.kit.owner import Owner
from shared.kit.running import Running
from shared.workflow.points import failures

SILENT = timedelta(seconds=60)


@dataclass
class Health:
    """Looks at the parts of a process."""

    deployment: Deployment
    owners: list[Owner] = field(default_factory=list)
    bindings: Bindings | None = None
    works: bool = True

    def reasons(self) -> list[str]:
        """Give why the process is not ready; empty when it is."""
        return [*self._databases(), *self._workers(), *(self.bindings.alarms if self.bindings else ())]

    def warnings(self) -> list[str]:
        """Give what an operator should look at though the process is ready: rules that failed, what services say."""
        failed = [f"{name}: {point} failed {times} times; look at its log" for (name, point), times in failures.items()]
        ask = (running for running in self.deployment.services.values() if running.service.warns)
        return [*failed, *(line for running in ask for line in _warned(running))]

    def _databases(self) -> list[str]:
        found = []
        for name, running in self.deployment.services.items():
            try:
                found += [f"{name}: {reason}" for reason in _not_begun(running)]
            except SQLAlchemyError as error:
                found.append(f"{name}: database not reachable ({type(error).__name__})")
        return found

    def standby(self) -> list[str]:
        """Give the services for which another process works; this one takes over when that one ends."""
        return [owner.running.name for owner in self.owners if owner.standby]

    def _workers(self) -> list[str]:
        if not self.works:
            return []
        if not self.owners:
            return ["workers not started"]
        return [line for owner in self.owners if not owner.standby for line in self._owner(owner)]

    def _owner(self, owner: Owner) -> Iterator[str]:
        name, now = owner.running.name, owner.running.clock.now()
        if not owner.threads:
            yield f"{name}: work not begun"
        for thread in owner.threads:
            if not thread.is_alive() or thread.beat is None or now - thread.beat > SILENT:
                yield f"{thread.name}: silent"
            elif trouble := self.deployment.carrier.trouble(name):
                yield f"{name}: {trouble}"


def _not_begun(running: Running) -> Iterator[str]:
    """Say what a database lacks: the newest tables, or what its service's worker writes at the first start of all."""
    if not is_newest(running.database, running.service.folder):
        yield "database not migrated; run lianxin migrate"
        return
    with running.reading() as session:
        if session.get(PeerRow, running.name) is None:
            yield "not seeded; its worker has never started"


def _warned(running: Running) -> list[str]:
    """Give what a service warns of; nothing while its rows can't be asked, which is why the process is not ready."""
    try:
        with running.reading() as session:
            return [f"{running.name}: {text % values}" for text, values in running.service.warnings(session)]
    except SQLAlchemyError:
        return []
