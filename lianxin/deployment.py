"""Composition: one process's services, each with its database, keys and place on the carrier."""

import base64
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from lianxin.figures import PATIENCE, Look
from lianxin.home import Settings
from lianxin.loading import load_mechanisms, load_services
from shared.blobs.store import FolderStore
from shared.bus.carrier import Carrier, CarrierDown
from shared.bus.management import Management
from shared.bus.memory import MemoryCarrier
from shared.clock import Clock, SystemClock
from shared.county.model import County
from shared.county.rules import rules_of
from shared.crypto.keyring import Keyring
from shared.db.engine import Database
from shared.errors import StartError
from shared.journal.replay import send_again
from shared.journal.tables import PeerRow
from shared.kit.own import was_started
from shared.kit.running import Running
from shared.kit.service import Service, Shows
from shared.kit.session import Here, Session
from shared.kit.worker import Worker
from shared.web.i18n import add_catalogs
from shared.workflow.mechanism import Mechanism


@dataclass(frozen=True)
class Deployment:
    """The services of this process, ready to be served and worked."""

    county: County
    mechanisms: Mapping[str, Mechanism]
    services: Mapping[str, Running]
    carrier: Carrier
    look: Look

    def workers(self) -> list[Worker]:
        """Make each service's worker; all before the first begins, so that nothing is sent past who isn't there yet."""
        return [Worker(running) for running in self.services.values()]

    def bind(self) -> None:
        """Make every service's queue, where there is a broker: what is told past none is not seen before a replay."""
        with suppress(CarrierDown):  # each service binds its own again when it connects
            self.carrier.bind({name: running.service.follows for name, running in self.services.items()})

    def catch_up(self, now: datetime) -> None:
        """To services that were never started, let those that were tell all again. Their queues have to be there."""
        started = {name: self._was_started(running) for name, running in self.services.items()}
        new = [self.services[name].service for name, was in started.items() if not was]
        for source in sorted({source for service in new for source in service.follows if started.get(source)}):
            with self.services[source].transaction(now) as session:
                send_again(session)

    def _was_started(self, running: Running) -> bool:
        with running.reading() as session:
            return was_started(session)

    def object_to(self) -> None:
        """Raise `StartError` where this configuration must not run on what the migrated databases hold."""
        problems: list[str] = []
        for running in self.services.values():
            with running.reading() as session:
                problems += [line for objects in running.service.objects for line in objects(session)]
                problems += _other_key(session)
        if problems:
            raise StartError(*problems)

    def get_ready(self, shows: Shows) -> None:
        """Do what has to be done to the rows before a start. Raises `StartError`, with every reason at once."""
        found = (before(one, shows) for one in self.services.values() for before in one.service.before)
        problems = [line for lines in found for line in lines]
        if problems:
            raise StartError(*problems)

    def close(self) -> None:
        """Close every database."""
        for running in self.services.values():
            running.database.dispose()


def compose(
    county: County,
    settings: Settings,
    *,
    names: Iterable[str] | None = None,
    carrier: Carrier | None = None,
    clock: Clock | None = None,
) -> Deployment:
    """Put a deployment together: the county's services, or those that are named. Raises `StartError`."""
    rules = rules_of(county)
    mechanisms = load_mechanisms(county, rules)
    services = load_services(names if names is not None else county.running)
    add_catalogs(
        [*(one.folder / "locale" for one in services), *(one.folder / "locale" for one in mechanisms.values())]
    )
    used = carrier or _carrier(settings)
    running: dict[str, Running] = {}
    look = Look(county.running, running, used, _broker(settings))
    running |= {
        service.name: Running(
            service=service,
            here=Here(
                service=service.name,
                county=county,
                mechanisms=mechanisms,
                rules=rules,
                keyring=Keyring.open(settings.home / "keys" / f"{service.name}.key"),
                blobs=FolderStore(settings.home / "blobs"),
                settings=_here_settings(settings),
                look=look,
            ),
            database=_database(settings, service),
            carrier=used,
            clock=clock or SystemClock(),
        )
        for service in services
    }
    return Deployment(county, mechanisms, running, used, look)


def _other_key(session: Session) -> list[str]:
    """Give a sentence where the rows were sealed under another master key: going on would make all unreadable."""
    here = session.here
    own = session.get(PeerRow, here.service)
    if own is None or own.public == base64.b64encode(here.keyring.public).decode():
        return []
    return [f"{here.service}: its rows were sealed under another key; put that one back: lianxin keys load FILE"]


def _carrier(settings: Settings) -> Carrier:
    if settings.amqp is None:
        return MemoryCarrier()
    from shared.bus.rabbit import RabbitCarrier  # noqa: PLC0415 - the embedded mode needs no broker's client

    return RabbitCarrier(settings.amqp)


def _broker(settings: Settings) -> Management | None:
    return Management(settings.broker, patience=PATIENCE) if settings.broker else None


def _database(settings: Settings, service: Service) -> Database:
    return Database(settings.database_url(service.name), schema=None if settings.embedded else service.name)


def _here_settings(settings: Settings) -> dict[str, object]:
    return {
        "smtp": settings.smtp,
        "outbox": str(settings.home / "outbox"),
        "address": settings.address,
        "https": settings.https,
        "prints": settings.prints,
        "embedded": settings.embedded,
    }
