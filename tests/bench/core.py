"""Two tiny services on the event core, as a program: `teller` tells and sends, `desk` receives and enters.

    core.py make                  tables of both, in schemas of their own
    core.py fill COUNT            facts in teller's journal, not sent yet
    core.py send                  teller's relay, until ended
    core.py tell COUNT            facts told one by one by eight threads, and teller's relay, until ended
    core.py clock RATE SECONDS    facts told one by one at these moments, and teller's relay, until ended
    core.py desk                  desk's relay and inbox, until ended

Whatever sends prints, as JSON, when it began and what processor time it took.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import ClassVar

sys.path.append(str(Path(__file__).parent / "peers"))

import work
from sqlalchemy import MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.access import tables  # noqa: F401 - the kit's tables about people and rights register themselves
from shared.blobs.store import FolderStore
from shared.bus.rabbit import RabbitCarrier
from shared.clock import SystemClock
from shared.county.file import load_county, shipped
from shared.crypto.keyring import Keyring
from shared.db.engine import Database
from shared.facts.base import Fact
from shared.journal.tables import KitBase
from shared.journal.tell import tell
from shared.kit.action import on
from shared.kit.running import Running
from shared.kit.service import Service
from shared.kit.session import Here, Session
from shared.kit.worker import Worker, threads_of

AT_ONCE = 500  # facts of one transaction when the journal is filled
THREADS = 8


@dataclass(frozen=True, kw_only=True)
class Happened(Fact):
    """Something happened to the subject."""

    name: ClassVar[str] = "bench.happened"

    number: int
    note: str


class Base(DeclarativeBase):
    """The desk's own tables."""

    metadata = MetaData()


class EffectRow(Base):
    """The row that each event leaves."""

    __tablename__ = "effect"

    subject: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]


@on(Happened, name="desk-enter")
def enter(session: Session, fact: Happened, *, now: datetime) -> None:
    """Write the row."""
    session.write(EffectRow, {"subject": fact.subject, "number": fact.number, "note": fact.note})


def service(name: str) -> Running:
    """Put a service together."""
    room = ModuleType("room")
    room.enter = enter  # type: ignore[attr-defined]  # a room made by hand
    here = Here(
        service=name,
        county=load_county(shipped("full")),
        mechanisms={},
        rules={},  # type: ignore[arg-type]  # nobody computes a term here
        keyring=Keyring.ephemeral(),
        blobs=FolderStore(Path(os.environ["LIANXIN_HOME"])),
    )
    declared = Service(name, Base.metadata, (room,) if name == "desk" else (), follows=("teller",))
    database = Database(work.DATABASE.replace("postgresql:", "postgresql+psycopg:", 1), schema=name)
    return Running(declared, here, database, RabbitCarrier(work.AMQP), SystemClock())


def make() -> None:
    """Make the tables; `effect` is the peers', in a schema of its own."""
    for running in (service("teller"), service("desk")):
        with running.database.writing() as connection:
            connection.execute(text(f"CREATE SCHEMA {running.name}"))
            KitBase.metadata.create_all(connection)
            connection.execute(text("CREATE TABLE effect (LIKE public.effect INCLUDING ALL)"))


def tell_all(running: Running, events: Iterable[work.Event]) -> None:
    """Tell these in one transaction."""
    with running.transaction() as session:
        for event in events:
            session.born.add(event["subject"])  # as a case is, when it is new
            tell(session, Happened(**event))


def fill(count: int) -> None:
    """Put facts into teller's journal."""
    running, events = service("teller"), list(work.events(count))
    for start in range(0, count, AT_ONCE):
        tell_all(running, events[start : start + AT_ONCE])


def tell_each(count: int) -> None:
    """Tell each in a transaction of its own, from several threads, as doors do; the relay sends meanwhile."""
    running, events = send(), list(work.events(count))
    parts = [events[number::THREADS] for number in range(THREADS)]
    threads = [
        threading.Thread(target=lambda own=part: [tell_all(running, [event]) for event in own]) for part in parts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def tell_by_the_clock(rate: float, seconds: float) -> None:
    """Tell each at its moment."""
    running, began = send(), time.monotonic()
    for number, event in enumerate(work.events(int(rate * seconds))):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        tell_all(running, [event])


def send() -> Running:
    """Let teller's relay work."""
    running = service("teller")
    thread = threads_of(Worker(running))[0]
    work.began()
    thread.start()
    return running


def desk() -> None:
    """Let the desk work."""
    worker = Worker(service("desk"))
    worker.begin(worker.running.clock.now())
    for thread in threads_of(worker):
        thread.start()


WORDS = {"make": make, "fill": fill, "send": send, "tell": tell_each, "clock": tell_by_the_clock, "desk": desk}
STAYS = ("send", "tell", "clock", "desk")

if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    WORDS[sys.argv[1]](*json.loads(f"[{','.join(sys.argv[2:])}]"))
    if sys.argv[1] in STAYS:
        signal.sigwait({signal.SIGTERM})
        work.ended()
        os._exit(0)  # threads in the middle of something: that is what rows are for
