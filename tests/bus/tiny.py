"""The town's three tiny services: `intake` tells, `ledger` enters it and tells that, `archive` keeps both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, ClassVar

from sqlalchemy import Connection, MetaData, event, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from world import full_county

from shared.access import tables  # noqa: F401 - the kit's tables about people and rights register themselves
from shared.blobs.store import FolderStore
from shared.bus.carrier import Carrier
from shared.clock import Clock
from shared.crypto.keyring import Keyring
from shared.db.engine import Database
from shared.errors import NotYet, Refusal
from shared.facts.base import Fact, Reach
from shared.facts.values import PrivateText
from shared.journal.tables import KitBase
from shared.journal.tell import tell
from shared.kit.action import on
from shared.kit.running import Running
from shared.kit.service import Service
from shared.kit.session import Here, Session

FOLLOWS = {"intake": ("ledger", "archive"), "ledger": ("intake",), "archive": ("intake", "ledger")}


@dataclass(frozen=True, kw_only=True)
class ThingHappened(Fact):
    """The `number`th thing that happened to the subject."""

    name: ClassVar[str] = "thing.happened"

    number: int
    note: PrivateText | None = None


@dataclass(frozen=True, kw_only=True)
class ThingEntered(Fact):
    """The ledger has entered it."""

    name: ClassVar[str] = "thing.entered"

    number: int


@dataclass(frozen=True, kw_only=True)
class ThingLookedAt(Fact):
    """Somebody looked; numbered and never sent."""

    name: ClassVar[str] = "thing.looked_at"
    reach: ClassVar[Reach] = Reach.JOURNAL


class Base(DeclarativeBase):
    """The effects: one row for each time a handler ran and its transaction was committed."""

    metadata = MetaData()


class EffectRow(Base):
    """`id` tells in which order effects were committed."""

    __tablename__ = "effect"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    subject: Mapped[str]
    number: Mapped[int]
    note: Mapped[str] = mapped_column(default="")


@dataclass
class Mood:
    """What goes wrong in the handlers: an error for each (subject, number), as often as it stands there."""

    errors: dict[tuple[str, int], list[Exception]] = field(default_factory=dict)

    def fails(self, subject: str, number: int, error: Exception, times: int = 1_000) -> None:
        """Let the handlers fail with this error, so many times."""
        self.errors[subject, number] = [error] * times

    def heals(self) -> None:
        """Let everything work again."""
        self.errors.clear()

    def maybe_raise(self, subject: str, number: int) -> None:
        """Fail if it is to fail."""
        if left := self.errors.get((subject, number)):
            raise left.pop()


def enter(session: Session, fact: ThingHappened, *, now: datetime) -> None:
    """Write the effect; fail where the mood says so."""
    session.here.settings["mood"].maybe_raise(fact.subject, fact.number)
    note = session.reveal_or_wait(fact.note) if fact.note is not None else ""
    session.add(EffectRow(source="intake", subject=fact.subject, number=fact.number, note=note))


def enter_and_tell(session: Session, fact: ThingHappened, *, now: datetime) -> None:
    """Write the effect and tell it."""
    enter(session, fact, now=now)
    tell(session, ThingEntered(subject=fact.subject, number=fact.number))


def keep(session: Session, fact: ThingEntered, *, now: datetime) -> None:
    """Write what the ledger has entered."""
    session.add(EffectRow(source="ledger", subject=fact.subject, number=fact.number))


def room(**objects: Any) -> tuple[ModuleType, ...]:
    """Put a service together from objects, as a module of its own would hold them."""
    made = ModuleType("room")
    vars(made).update(objects)
    return (made,)


ROOMS = {
    "intake": room(),
    "ledger": room(enter=on(ThingHappened, name="ledger-enter")(enter_and_tell)),
    "archive": room(
        enter=on(ThingHappened, name="archive-enter")(enter), keep=on(ThingEntered, name="archive-keep")(keep)
    ),
}


def make_service(
    name: str, folder: Path, carrier: Carrier, clock: Clock, database: str | None, rooms: Mapping[str, Any] = ROOMS
) -> Running:
    """Put a service together on its own database, which is made where it is not there yet."""
    schema = name if database else None
    file = folder / f"{name}.sqlite"
    if not database and not file.exists():
        file.write_bytes(_empty())
    used = Database(database or f"sqlite:///{file}", schema=schema)
    if used.is_sqlite:  # nobody pulls the plug here
        event.listen(used.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    else:
        with used.writing() as connection:
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
            _make_tables(connection)
    here = Here(
        service=name,
        county=full_county(),
        mechanisms={},
        rules={},  # type: ignore[arg-type]  # nobody computes a term here
        keyring=Keyring.open(folder / f"{name}.key"),
        blobs=FolderStore(folder / "blobs"),
        settings={"mood": Mood()},
    )
    declared = Service(name=name, tables=Base.metadata, rooms=rooms[name], follows=FOLLOWS[name])
    return Running(declared, here, used, carrier, clock)


@cache
def _empty() -> bytes:
    """Give a database file with its tables and no rows; made once, for it takes longer than most tests."""
    with TemporaryDirectory() as folder:
        used = Database(f"sqlite:///{folder}/empty.sqlite")
        with used.writing() as connection:
            _make_tables(connection)
        used.dispose()
        return Path(folder, "empty.sqlite").read_bytes()


def _make_tables(connection: Connection) -> None:
    KitBase.metadata.create_all(connection)
    Base.metadata.create_all(connection)


def outage() -> Exception:
    """Give an error that a later try may not meet."""
    return RuntimeError("an outage")


def refusal() -> Exception:
    """Give an answer in the negative."""
    return Refusal()


def not_yet() -> Exception:
    """Give the error of a case that is not known yet."""
    return NotYet("a case")
