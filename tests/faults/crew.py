"""The town's tiny services as a process that can be killed: they work, and tell what standard input asks for.

`python crew.py FOLDER NAME...` with LIANXIN_DATABASE and LIANXIN_AMQP, or neither of them for the embedded mode. A
line of input is `SUBJECTS LAST`: each number up to the last happens to each subject, unless it was tried before.
What was tried and what came of it is written to `told.log` as it happens, and what the carrier delivered to
`delivered-NAME.log`: they outlive the process.
"""

import faulthandler
import json
import os
import random
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), *(str(ROOT / "tests" / room) for room in ("", "bus", "faults"))]

import plants  # noqa: E402 - found through the line above
from pytest import MonkeyPatch  # noqa: E402, PT013 - its name says what it does
from sqlalchemy.exc import SQLAlchemyError  # noqa: E402 - same
from tiny import FOLLOWS, ROOMS, EffectRow, ThingEntered, ThingHappened, make_service, outage, room  # noqa: E402 - same
from told import TOLD, note, read  # noqa: E402 - same

from shared import log  # noqa: E402 - same
from shared.bus.carrier import CarrierDown, Delivery  # noqa: E402 - same
from shared.bus.memory import MemoryCarrier  # noqa: E402 - same
from shared.bus.rabbit import RabbitCarrier  # noqa: E402 - same
from shared.clock import SystemClock  # noqa: E402 - same
from shared.crypto.private import Private  # noqa: E402 - same
from shared.facts.base import CONTENT_TYPE, Envelope  # noqa: E402 - same
from shared.journal import seal  # noqa: E402 - same
from shared.journal.tables import CaseKeyRow, KeyOutRow, WaitingRow  # noqa: E402 - same
from shared.journal.tell import tell, write_told  # noqa: E402 - same
from shared.kit.action import on, when_due  # noqa: E402 - same
from shared.kit.owner import Owner  # noqa: E402 - same
from shared.kit.running import Running  # noqa: E402 - same
from shared.kit.session import Session  # noqa: E402 - same
from shared.kit.timers import plan  # noqa: E402 - same
from shared.kit.worker import Worker  # noqa: E402 - same

HARD = "hard"  # so begin the names of subjects that meet outages
ROLLED_BACK = 0.1  # of the things that are told
LATEST = 2_000  # milliseconds by which a teller's clock may be behind: ids are no order


def meets_an_outage(subject: str, number: int) -> bool:
    """Tell whether a thing is one that receivers stumble over at first."""
    return subject.startswith(HARD) and number % 7 == 0


def stumble(session: Session, fact: ThingHappened, *, now: datetime) -> None:
    """Meet an outage; the second try, from its row, goes well."""
    assert session.cause is not None
    if meets_an_outage(fact.subject, fact.number) and session.get(WaitingRow, session.cause.id) is None:
        raise outage()


@when_due(name="archive-remind")
def remind(session: Session, subject: str, *, now: datetime) -> None:
    """Write that a thing's moment came."""
    name, _, number = subject.rpartition(":")
    session.add(EffectRow(source="timer", subject=name, number=int(number)))


@on(ThingEntered, name="archive-plan")
def plan_reminder(session: Session, fact: ThingEntered, *, now: datetime) -> None:
    """Plan to be reminded at once of what the ledger entered."""
    plan(session, remind, f"{fact.subject}:{fact.number}", now)


CREW_ROOMS = {
    "intake": ROOMS["intake"],
    "ledger": (*ROOMS["ledger"], *room(stumble=on(ThingHappened, name="ledger-stumble")(stumble))),
    "archive": (
        *ROOMS["archive"],
        *room(stumble=on(ThingHappened, name="archive-stumble")(stumble), plan=plan_reminder, remind=remind),
    ),
}


class Noting:
    """A carrier, and its consumers, that write down what arrives."""

    def __init__(self, real: Any, folder: Path, service: str = "") -> None:
        self._real, self._folder, self._service = real, folder, service

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def consumer(self, service: str, follows: Sequence[str], wake: Any) -> "Noting":
        """Give a consumer that writes down what it is given."""
        return Noting(self._real.consumer(service, follows, wake), self._folder, service)

    def receive(self, limit: int) -> list[Delivery]:
        """Receive and write down."""
        found: list[Delivery] = self._real.receive(limit)
        things = [thing for delivery in found if (thing := thing_of(delivery)) is not None]
        note(self._folder / f"delivered-{self._service}.log", *things)
        return found


def thing_of(delivery: Delivery) -> tuple[str, str, int] | None:
    """Give source, subject and number of what the town tells; of anything else nothing."""
    if delivery.content_type != CONTENT_TYPE:
        return None
    try:
        envelope = Envelope.from_bytes(delivery.body)
    except (ValueError, RecursionError):
        return None
    number = json.loads(delivery.body)["data"].get("number")
    return None if number is None else (envelope.service, envelope.subject, number)


class Undone(Exception):  # noqa: N818 - a decision
    """The teller changes its mind."""


def undo(session: Session) -> NoReturn:
    """Roll back at the last moment, when all is written but the commit."""
    write_told(session)
    raise Undone


class Teller:
    """Lets things happen as a door does, and writes down what it tried and what came of it."""

    def __init__(self, intake: Running, folder: Path) -> None:
        self._intake, self._path = intake, folder / TOLD
        self._chance = random.Random(folder.name)  # noqa: S311 - mischief, not secrets
        self._tried = {(subject, int(number)) for mark, subject, number in read(self._path) if mark == "?"}

    def tell_all(self, subjects: str, last: str) -> None:
        """Let everything happen that was not tried yet, and write down that this is done."""
        for number in range(1, int(last) + 1):
            for subject in subjects.split(","):
                if (subject, number) not in self._tried:
                    self.tell(subject, number)
        note(self._path, ("=", subjects, last))

    def tell(self, subject: str, number: int) -> None:
        """Let the `number`th thing happen to a subject, with a private note.

        One in ten is rolled back, but for those that meet an outage: a stage waits for somebody to pass there.
        """
        self._tried.add((subject, number))
        note(self._path, ("?", subject, number))
        late = timedelta(milliseconds=self._chance.randint(0, LATEST))
        try:
            with self._intake.transaction(SystemClock().now() - late) as session:
                if session.get(CaseKeyRow, subject) is None:
                    session.make_key(subject)
                    session.add_all(KeyOutRow(case=subject, receiver=name) for name in ("ledger", "archive"))
                tell(session, ThingHappened(subject=subject, number=number, note=Private("只给经办人")))
                if self._chance.random() < ROLLED_BACK and not meets_an_outage(subject, number):
                    undo(session)
        except Undone:
            note(self._path, ("-", subject, number))
        except SQLAlchemyError:
            return  # its database was lost on the way: nobody here knows what came of it
        else:
            note(self._path, ("+", subject, number))


def make(folder: Path, name: str, carrier: Any) -> Running:
    """Make a service."""
    return make_service(name, folder, carrier, SystemClock(), os.environ.get("LIANXIN_DATABASE"), CREW_ROOMS)


def main() -> None:
    """Work until the end of input."""
    faulthandler.enable()  # a test that waits in vain asks where everybody stands
    folder, names = Path(sys.argv[1]), sys.argv[2:]
    log.configure(json=False)
    seal.PATIENCE = timedelta(seconds=1)  # a test waits for some seals, and not for half a minute
    if planted := os.environ.get("LIANXIN_PLANTED"):
        vars(plants)[planted](MonkeyPatch())
    amqp = os.environ.get("LIANXIN_AMQP")
    carrier: Any = Noting(RabbitCarrier(amqp) if amqp else MemoryCarrier(), folder)
    services = {name: make(folder, name, carrier) for name in names}
    with suppress(CarrierDown):
        carrier.bind({name: FOLLOWS[name] for name in names})
    for running in services.values():
        Owner(running, partial(Worker, running)).start()
    print("ready", flush=True)  # noqa: T201 - who started it waits for this
    teller = Teller(services["intake"], folder) if "intake" in services else None
    for line in sys.stdin:
        teller.tell_all(*line.split())  # type: ignore[union-attr]  # only intake is asked


if __name__ == "__main__":
    main()
    os._exit(0)  # daemon threads are in the middle of something
