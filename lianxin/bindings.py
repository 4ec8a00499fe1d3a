"""Every minute: the broker's bindings beside those of the plan.

A binding that is missing loses facts for its queue without a word: an alarm, mended where this process may, and told
again from the moment at which all was seen to be there. Nobody has anything twice by that.
"""

import threading
from datetime import datetime, timedelta

from structlog import get_logger

from lianxin.deployment import Deployment
from lianxin.loading import load_services
from shared.bus.carrier import FACTS
from shared.bus.definitions import definitions
from shared.bus.management import Management
from shared.bus.topology import Binding, Topology
from shared.errors import StartError
from shared.journal.replay import send_again

PERIOD = 60.0  # seconds
SLACK = timedelta(minutes=1)  # between telling a fact and sending it, and between two clocks

log = get_logger()


class Bindings(threading.Thread):
    """Watches the bindings of a county's queues; `alarms` are sentences, none where all is well."""

    def __init__(self, deployment: Deployment, broker: Management) -> None:
        super().__init__(name="bindings", daemon=True)
        self._deployment, self._broker = deployment, broker
        services = load_services(deployment.county.running)
        self._plan = Topology({service.name: service.follows for service in services})
        self._well_at: datetime | None = None  # all was there at this moment; None: it was never seen
        self._stop_asked = threading.Event()
        self.alarms: list[str] = []

    def run(self) -> None:
        """Look every minute until told to stop."""
        while not self._stop_asked.wait(PERIOD):
            try:
                self.look(next(iter(self._deployment.services.values())).clock.now())
            except Exception:
                log.exception("bindings-not-watched")

    def stop(self) -> None:
        """Ask for the end."""
        self._stop_asked.set()

    def look(self, now: datetime) -> None:
        """Compare, alarm, mend and tell again what was missed."""
        try:
            missing = sorted(set(self._plan.bindings) - self._broker.bindings())
        except StartError as error:
            self.alarms = [f"bindings not watched: {error}"]
            return
        if missing and self._mended():
            self._tell_again(missing, now)
            missing = []
        self.alarms = [_sentence(one) for one in missing]
        if not missing:
            self._well_at = now

    def _mended(self) -> bool:
        """Add what is missing; gives whether this process's user may."""
        try:
            self._broker.write({"bindings": definitions(self._plan, {})["bindings"]})
        except StartError as error:
            log.error("bindings-missing", reason=str(error))  # noqa: TRY400 - a sentence, not a failure of ours
            return False
        return True

    def _tell_again(self, missing: list[Binding], now: datetime) -> None:
        """Let the sources that run here tell again; the others' facts are named in the log, for `lianxin replay`."""
        since = self._well_at - SLACK if self._well_at is not None else None
        for source in sorted({key.partition(".")[0] for exchange, _, key in missing if exchange == FACTS}):
            running = self._deployment.services.get(source)
            if running is None:
                log.error("replay-needed", service=source, command=f"lianxin replay {source}")
                continue
            with running.transaction(now) as session:
                count = send_again(session, since)
            log.warning("binding-mended", service=source, count=count)


def _sentence(missing: Binding) -> str:
    exchange, queue, key = missing
    then = f" and lianxin replay {key.partition('.')[0]}" if exchange == FACTS else ""
    return f"the broker's binding {exchange} {queue} {key} is missing: run lianxin topology apply{then}"
