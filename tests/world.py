"""A whole county in one thread: virtual clock, a carrier that misbehaves from a seed, and people who use it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import event
from werkzeug.test import Client, TestResponse

from lianxin import loading
from lianxin.deployment import Deployment, compose
from lianxin.health import Health
from lianxin.home import Settings
from lianxin.loop import Loop
from lianxin.migrate import migrate_all
from lianxin.wsgi import make_wsgi
from services.directory import people
from services.directory.people import add_person
from services.directory.signin import make_token
from shared.bus import rabbit_consumer
from shared.bus.carrier import Carrier
from shared.bus.seeded import SeededCarrier
from shared.clock import VirtualClock
from shared.county.file import load_county, shipped
from shared.county.model import County
from shared.kit.running import Running
from shared.web.app import make_app
from shared.workflow.check import check
from shared.workflow.mechanism import Mechanism

# Many people are made in the tests; real strength would be most of the time of each.
people.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

PASSWORD = "a-long-password"
START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # a Monday morning in Beijing


@dataclass
class World:
    """The deployment under test; `api` speaks JSON, `token(post)` signs a program in."""

    loop: Loop
    clock: VirtualClock
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def deployment(self) -> Deployment:
        """Give what runs."""
        return self.loop.deployment

    @cached_property
    def client(self) -> Client:
        """Give a browser, or a program; made when it is first needed."""
        return Client(make_wsgi(self.deployment, Health(self.deployment, works=False), make=LazyApp))

    def settle(self) -> None:
        """Let everything that was set off come to its end."""
        self.loop.settle()

    def pass_days(self, days: float) -> None:
        """Let days go by."""
        self.loop.advance_to(self.clock.now() + timedelta(days=days))

    def service(self, name: str) -> Any:
        """Give a running service."""
        return self.deployment.services[name]

    def token(self, post: str) -> str:
        """Give the token of somebody who holds this post; the same person each time."""
        if post not in self.tokens:
            with self.service("directory").inside():
                person = add_person(
                    f"岗位 {post}", post, [post], PASSWORD, email=f"{post}@example.test", now=self.clock.now()
                )
                self.tokens[post] = make_token(person, "test", 365, now=self.clock.now())
            self.settle()
        return self.tokens[post]

    def sign_in(self, post: str) -> None:
        """Sign the client in by the page, as whoever holds this post: its cookie opens pages, a token only the API."""
        self.token(post)
        page = self.client.get("/staff").text
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)
        sent = {"csrf_token": csrf[1] if csrf else "", "login": post, "password": PASSWORD, "next": "/desk"}
        answer = self.client.post("/staff", data=sent)
        assert answer.status_code == 303, answer.text

    def ask(self, method: str, path: str, body: Any = None, *, post: str = "", **headers: str) -> TestResponse:
        """Send a request as a program."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if post:
            sent["Authorization"] = f"Bearer {self.token(post)}"
        return self.client.open(path, method=method, json=body, headers=sent)

    def submit(self, mechanism: str = "suggestions", kind: str = "suggestion", **more: Any) -> dict[str, Any]:
        """Submit a case and let it be routed."""
        body = {
            "mechanism": mechanism,
            "kind": kind,
            "title": "村口的路灯坏了",
            "text": "晚上看不见路，老人不敢出门。",
            **more,
        }
        response = self.ask("POST", "/api/v1/cases", body)
        assert response.status_code == 201, response.get_json()
        self.settle()
        return dict(response.get_json())

    def follow(self, receipt: Mapping[str, Any]) -> dict[str, Any]:
        """Look a case up with its receipt."""
        response = self.ask("GET", f"/api/v1/cases/{receipt['reference']}", Lianxin_Receipt=receipt["receipt"])
        assert response.status_code == 200, response.get_json()
        return dict(response.get_json())

    def events(self, receipt: Mapping[str, Any]) -> list[str]:
        """Give the names of what happened, in order."""
        return [line["event"] for line in self.follow(receipt)["timeline"]]

    def step(self, receipt: Mapping[str, Any], step: str, post: str, **inputs: Any) -> dict[str, Any]:
        """Take a step as whoever holds a post."""
        response = self.try_step(receipt, step, post, **inputs)
        assert response.status_code == 200, response.get_json()
        self.settle()
        return dict(response.get_json())

    def try_step(self, receipt: Mapping[str, Any], step: str, post: str, **inputs: Any) -> TestResponse:
        """Try a step as whoever holds a post."""
        path = f"/api/v1/desk/cases/{receipt['reference']}/{step.replace(' ', '-')}"
        return self.ask("POST", path, {"inputs": inputs}, post=post)

    def ask_step(self, receipt: Mapping[str, Any], step: str, **inputs: Any) -> TestResponse:
        """Ask for a step as the resident."""
        path = f"/api/v1/cases/{receipt['reference']}/steps/{step.replace(' ', '-')}"
        response = self.ask("POST", path, {"inputs": inputs}, Lianxin_Receipt=receipt["receipt"])
        self.settle()
        return response

    def desk(self, receipt: Mapping[str, Any], post: str) -> dict[str, Any]:
        """Give a case as the desk sees it."""
        response = self.ask("GET", f"/api/v1/desk/cases/{receipt['reference']}", post=post)
        assert response.status_code == 200, response.get_json()
        return dict(response.get_json())


class LazyApp:
    """A service's app that is made at its first request: few tests call on all of them."""

    def __init__(self, running: Running) -> None:
        self._running = running

    @cached_property
    def _app(self) -> Flask:
        return make_app(self._running)

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        return self._app(environ, start)


def full_county(**changes: Any) -> County:
    """Give the shipped county, changed."""
    return replace(_full_county(), **changes)


@cache
def _full_county() -> County:
    return load_county(shipped("full"))


def forgo_syncing(deployment: Deployment) -> None:
    """Let the disk keep its own time: nobody pulls the plug on a world in one thread. `kill -9` is tested elsewhere."""
    for running in deployment.services.values():
        if running.database.is_sqlite:
            event.listen(running.database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))


SPOKEN: dict[str, tuple[Any, Any]] = {}


def gather_at_once() -> None:
    """Let consumers wait for nothing more when something came: the loop has sent all there is before it receives."""
    rabbit_consumer.BATCH_WAIT = 0.001


def speak_alike(deployment: Deployment) -> None:
    """Let the worlds of a process share their SQL: statements are compiled once, not anew for every county."""
    for running in deployment.services.values():
        engine = running.database.engine
        dialect, compiled = SPOKEN.setdefault(engine.dialect.name, (engine.dialect, engine._compiled_cache))
        engine.dialect, engine._compiled_cache = dialect, compiled


CHECKED: list[tuple[tuple[Any, ...], list[str]]] = []


def check_once(mechanism: Mechanism, *, rules: Mapping[str, Any], folder: Path | None) -> list[str]:
    """Give a mechanism's problems as they were found in this process: a hundred worlds run the same ones."""
    asked = (mechanism, rules, folder)
    known = next((problems for one, problems in CHECKED if one == asked), None)
    if known is None:
        known = check(mechanism, rules=rules, folder=folder)
        CHECKED.append((asked, known))
    return known


loading.check = check_once


def make_world(
    home: Path,
    *,
    county: County | None = None,
    seed: int = 1,
    carrier: Carrier | None = None,
    names: Iterable[str] | None = None,
    start: datetime = START,
    **settings: Any,
) -> World:
    """Make a world in a home folder; an existing home goes on where it stopped."""
    clock = VirtualClock(start)
    deployment = compose(
        county or full_county(),
        Settings(home=home, address="http://lianxin.test", **settings),
        names=names,
        carrier=carrier or (None if "amqp" in settings else SeededCarrier(seed)),
        clock=clock,
    )
    forgo_syncing(deployment)
    speak_alike(deployment)
    gather_at_once()
    list(migrate_all(deployment))
    try:
        deployment.get_ready(lambda done, number: None)
    except BaseException:
        deployment.close()
        raise
    return World(Loop(deployment, clock, real="amqp" in settings), clock)
