"""The county that is simulated: its home, its running services, its clock; and what can be done to it from outside."""

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, select
from werkzeug.test import Client, TestResponse

from lianxin.deployment import Deployment, compose
from lianxin.health import Health
from lianxin.home import Settings
from lianxin.loop import Loop
from lianxin.migrate import migrate_all
from lianxin.simulate.storm import Broker, StormyCarrier
from lianxin.wsgi import make_wsgi
from services.routing.recount import recount
from shared.bus import parked
from shared.bus.seeded import SeededCarrier
from shared.calendar.notice import Notice
from shared.clock import VirtualClock
from shared.county.model import County
from shared.journal.tables import WaitingRow
from shared.kit.running import Running
from shared.web.app import make_app

CODE_ON_A_PAGE = re.compile(r'class="lx-problem__code">[^<]*<code>([a-z-]+)')


def code_of(answer: TestResponse) -> str:
    """Give the code of a refusal, as a program is told it or as it stands on a page; empty where there is none."""
    if answer.status_code < 400:  # noqa: PLR2004 - from here on it is a refusal
        return ""
    if answer.is_json:
        return str(answer.get_json().get("code", ""))
    found = CODE_ON_A_PAGE.search(answer.get_data(as_text=True))
    return found[1] if found else ""


@dataclass(frozen=True)
class Stillness:
    """A time in which something stood still, from outside: a service, the broker, or all because the clock jumped."""

    what: str
    since: datetime
    until: datetime


@dataclass
class Town:
    """A deployment on SQLite and a stormy carrier; `still` and `calendars` are the simulator's own notes."""

    home: Path
    county: County
    seed: int
    clock: VirtualClock
    broker: Broker = field(default_factory=Broker)
    down: dict[str, tuple[datetime, int]] = field(default_factory=dict)  # since when, and in which start
    still: list[Stillness] = field(default_factory=list)
    calendars: list[tuple[datetime, tuple[Notice, ...]]] = field(default_factory=list)
    starts: int = 0
    loop: Loop = field(init=False)
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        """Start for the first time."""
        self.calendars.append((self.clock.now(), self.county.notices))
        self.start()

    @property
    def deployment(self) -> Deployment:
        """Give what runs now."""
        return self.loop.deployment

    def service(self, name: str) -> Running:
        """Give a running service."""
        return self.loop.deployment.services[name]

    def start(self) -> None:
        """Start every service on the rows that are there; nothing else is left of an earlier start."""
        self.starts += 1
        self.carrier = StormyCarrier(self.broker, SeededCarrier(self.seed * 1_000 + self.starts))
        deployment = self._composed()
        self.loop = Loop(deployment, self.clock, down=self.down.keys())
        self.client = Client(make_wsgi(deployment, Health(deployment, works=False), make=Door))

    def _composed(self) -> Deployment:
        made = compose(
            self.county,
            Settings(home=self.home, address="http://simulated.invalid"),
            carrier=self.carrier,
            clock=self.clock,
        )
        forgo_syncing(made)
        speak_alike(made)
        return made

    def restart(self) -> None:
        """Lose all that is in memory and start again."""
        self.loop.deployment.close()
        self.start()

    def stop(self, service: str) -> None:
        """Let a service stand still."""
        self.down[service] = (self.clock.now(), self.starts)
        self.loop.down.add(service)

    def go_on(self, service: str) -> None:
        """Let a service go on where it stood, or begin where all were started meanwhile; what it missed comes."""
        since, start = self.down.pop(service)
        self.note(service, since)
        self.loop.revive(service, begin=start != self.starts)

    def note(self, what: str, since: datetime) -> None:
        """Note that something stood still until now."""
        self.still.append(Stillness(what, since, self.clock.now()))

    def jump(self, by: timedelta) -> None:
        """Set every clock forward or back at once."""
        before = self.clock.now()
        self.clock.set_to(before + by)
        if by > timedelta(0):
            self.note("clock", before)
        self.loop.settle()

    def take_in(self, notice: Notice) -> None:
        """Import a notice of days off as `lianxin calendar import` does: open terms move at once, then all restarts."""
        self.county = replace(self.county, notices=(*self.county.notices, notice))
        beside = self._composed()
        with beside.services["routing"].transaction() as session:
            recount(session, notice.source)
        beside.close()
        self.calendars.append((self.clock.now(), self.county.notices))
        self.restart()

    def calm(self) -> None:
        """Let all go on, as an operator does after a storm: what was parked meanwhile is tried again."""
        for service in list(self.down):
            self.go_on(service)
        if self.broker.down:
            self.broker.down = False
            self.carrier.wake_all()
        self.loop.settle()
        for _ in range(5):
            if not self.retry_parked():
                break
            self.loop.advance_to(self.clock.now() + timedelta(minutes=5))

    def retry_parked(self) -> int:
        """Try again what waits for a person, as the operator of the county would; gives how many."""
        return sum(_retry(running) for running in self.deployment.services.values())

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> TestResponse:
        """Send a request to the doors, as a person's browser or program does."""
        sent = json.dumps(body) if body is not None else None
        kind = "application/json" if body is not None else None
        return self.client.open(path, method=method, data=sent, content_type=kind, headers=dict(headers or {}))

    def close(self) -> None:
        """Let go of everything but the rows."""
        self.loop.close()


class Door:
    """A service's doors, built when somebody first comes to them: a start that nobody visits stays cheap."""

    def __init__(self, running: Running) -> None:
        self._running = running

    @cached_property
    def _app(self) -> Flask:
        return make_app(self._running)

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer a request."""
        return self._app(environ, start)


def _retry(running: Running) -> int:
    with running.transaction() as session:
        found = session.scalars(select(WaitingRow.id).where(WaitingRow.status == "parked")).all()
        for fact in found:
            parked.retry(session, fact, by="operator", reason="the outage is over")
    running.wake.set()
    return len(found)


def forgo_syncing(deployment: Deployment) -> None:
    """Let the disk keep its own time: nobody pulls the plug on a simulation. `kill -9` is tested elsewhere."""
    for running in deployment.services.values():
        event.listen(running.database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))


SPOKEN: dict[str, Any] = {}


def speak_alike(deployment: Deployment) -> None:
    """Let every start of a process share its SQL: statements are compiled once and not anew after each restart."""
    for running in deployment.services.values():
        engine = running.database.engine
        dialect, compiled = SPOKEN.setdefault(engine.dialect.name, (engine.dialect, engine._compiled_cache))  # noqa: SLF001 - SQLAlchemy offers no public way
        engine.dialect, engine._compiled_cache = dialect, compiled  # noqa: SLF001 - same


def prepare(home: Path, county: County) -> None:
    """Make the databases of a county once; each seed begins with a copy."""
    deployment = compose(county, Settings(home=home))
    list(migrate_all(deployment))
    deployment.close()


@contextmanager
def a_copy(prepared: Path, home: Path) -> Iterator[Path]:
    """Give a home of its own with the prepared databases; it is thrown away."""
    shutil.copytree(prepared / "db", home / "db")
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)
