"""A service that runs: its declaration, its place, its database, its carrier. Opens every transaction."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from shared.bus.carrier import Carrier
from shared.clock import Clock
from shared.db.engine import Database
from shared.facts.base import Envelope
from shared.failpoints import failpoint
from shared.journal.tell import write_told
from shared.kit.action import here_now
from shared.kit.service import Service
from shared.kit.session import Here, Session


@dataclass(frozen=True)
class Running:
    """One running service. `wake` is set when there is something for its worker to do, `unsent` for its relay."""

    service: Service
    here: Here
    database: Database
    carrier: Carrier
    clock: Clock
    wake: threading.Event = field(default_factory=threading.Event)
    unsent: threading.Event = field(default_factory=threading.Event)

    @property
    def name(self) -> str:
        """Give the service's name."""
        return self.service.name

    @contextmanager
    def transaction(self, now: datetime | None = None, cause: Envelope | None = None) -> Iterator[Session]:
        """Open a write transaction; at its end the told facts are journalled, all commits, and the relay is woken."""
        with (
            self.database.writing() as connection,
            Session(connection, self.here, now or self.clock.now(), cause) as session,
        ):
            yield session
            told = write_told(session)
            session.finish()
            failpoint("transaction.before_commit")
        failpoint("transaction.after_commit")
        if told:
            self.unsent.set()
            self.wake.set()

    @contextmanager
    def reading(self, now: datetime | None = None) -> Iterator[Session]:
        """Open a snapshot that only reads."""
        with self.database.reading() as connection, Session(connection, self.here, now or self.clock.now()) as session:
            yield session

    @contextmanager
    def rehearsing(self) -> Iterator[Session]:
        """Open a transaction in which everything is done and nothing is kept, for a dry run."""
        with self.database.rehearsing() as connection, Session(connection, self.here, self.clock.now()) as session:
            yield session

    @contextmanager
    def inside(self) -> Iterator["Running"]:
        """Make plain calls of actions run in this service, for a door, a command or a test."""
        token = here_now.set(self)
        try:
            yield self
        finally:
            here_now.reset(token)
