"""Serving: prepare the home, then gunicorn with one threaded worker; what works starts after the fork."""

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from structlog import get_logger
from werkzeug.middleware.proxy_fix import ProxyFix

from lianxin import cores
from lianxin.bindings import Bindings
from lianxin.demo.cases import load_demo
from lianxin.demo.people import SignIn
from lianxin.deployment import Deployment, compose
from lianxin.health import Health
from lianxin.home import Settings, is_empty
from lianxin.migrate import migrate_all, refuse_unmigrated
from lianxin.progress import progress
from lianxin.wsgi import make_wsgi
from shared import log
from shared.clock import SystemClock
from shared.county.model import County
from shared.kit.owner import Owner
from shared.kit.worker import Worker

ROLES = ("all", "web", "worker")
SIGN_INS = "demo-sign-ins.json"

logger = get_logger()


def prepare(county: County, settings: Settings, names: Sequence[str] | None, *, port: int, demo: bool) -> None:
    """Migrate, seed, and print where to go. An existing home is taken as it is.

    In production only `lianxin migrate` may change tables: a service's own role can't, so its start only looks.
    """
    if not settings.embedded:
        deployment = compose(county, settings, names=names)
        refuse_unmigrated(deployment)
        _make_ready(deployment)
        return
    if demo and "directory" in county.running and is_empty(settings.home):
        _make_demo_home(county, settings)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _migrate(county, settings, names)
    click.echo(f"\n连心 Lianxin · {county.name_zh} {county.name_en}\n  http://127.0.0.1:{port}/\n")
    for sign_in in _sign_ins(settings):
        click.echo(f"  {sign_in['login']:<24} {sign_in['password']:<24} {sign_in['display']}")


def _migrate(county: County, settings: Settings, names: Sequence[str] | None) -> None:
    deployment = compose(county, settings, names=names)
    for name, changed in migrate_all(deployment):
        if changed:
            click.echo(f"  {name}: database ready")
    deployment.catch_up(SystemClock().now())
    _make_ready(deployment)


def _make_ready(deployment: Deployment) -> None:
    """Refuse what must not run, then do to the rows what this release needs: a service's own keys are here alone."""
    deployment.object_to()
    with progress("Cases of earlier versions") as shows:
        deployment.get_ready(shows)
    deployment.close()


def _make_demo_home(county: County, settings: Settings) -> None:
    """Make the home beside its place and move it there whole: a start that is cut off leaves nothing half done."""
    making = replace(settings, home=settings.home.with_name(f"{settings.home.name}.making"))
    if making.home.exists():
        shutil.rmtree(making.home)
    making.home.mkdir(parents=True, mode=0o700)
    _migrate(county, making, None)
    with progress("Demo cases") as report:
        _keep_sign_ins(making, load_demo(making, county, SystemClock().now(), progress=report))
    making.home.rename(settings.home)


def _keep_sign_ins(settings: Settings, made: Sequence[SignIn]) -> None:
    """Keep the demo's random passwords beside the demo's data, readable by the owner only."""
    path = settings.home / SIGN_INS
    path.touch(mode=0o600)
    path.write_text(json.dumps([vars(one) for one in made], ensure_ascii=False), encoding="utf-8")


def _sign_ins(settings: Settings) -> list[dict[str, Any]]:
    path = settings.home / SIGN_INS
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, configured here; the deployment is composed in the worker, after the fork."""

    def __init__(
        self, county: County, settings: Settings, names: Sequence[str] | None, role: str, options: dict[str, Any]
    ) -> None:
        self._county, self._deployed, self._names, self._role = county, settings, names, role
        self._options = {**options, "worker_exit": lambda _arbiter, _worker: self.end()}
        self._owners: list[Owner] = []
        self._bindings: Bindings | None = None
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its settings."""
        for key, value in self._options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """Compose the deployment, start its workers, give its addresses."""
        log.configure(json=not sys.stderr.isatty())
        deployment = compose(self._county, self._deployed, names=self._names)
        self._owners = start_owners(deployment, works=self._role != "web")
        self._bindings = watch_bindings(deployment) if self._role != "web" else None
        health = Health(deployment, self._owners, self._bindings, works=self._role != "web")
        app: Any = make_wsgi(deployment, health)
        return ProxyFix(app, x_for=1, x_proto=1, x_host=1) if self._options["forwarded_allow_ips"] == "*" else app

    def end(self) -> None:
        """Let every service finish the round it is in, so that nothing that was done comes again."""
        if self._bindings is not None:
            self._bindings.stop()
        for owner in self._owners:
            owner.stop()
        for owner in self._owners:
            owner.join()


def start_owners(deployment: Deployment, *, works: bool) -> list[Owner]:
    """Let this process work for every service of which it becomes the owner; or only call the owners."""
    deployment.bind()
    owners = [Owner(running, partial(Worker, running) if works else None) for running in deployment.services.values()]
    for owner in owners:
        owner.start()
    return owners


def watch_bindings(deployment: Deployment) -> Bindings | None:
    """Watch the broker's bindings where this process may ask for them."""
    if deployment.look.broker is None:
        return None
    bindings = Bindings(deployment, deployment.look.broker)
    bindings.start()
    return bindings


def serve(
    county: County,
    settings: Settings,
    names: Sequence[str] | None,
    *,
    bind: str,
    port: int,
    role: str,
    threads: int,
    proxied: bool,
) -> None:
    """Serve until told to stop."""
    processes = cores.processes() if role == "web" and not settings.embedded else 1
    options = gunicorn_options(bind, port, processes=processes, threads=threads, proxied=proxied)
    Server(county, settings, names, role, options).run()


def gunicorn_options(bind: str, port: int, *, processes: int, threads: int, proxied: bool) -> dict[str, Any]:
    """Give gunicorn's settings; `threads` is how many requests are served at the same time, by all processes.

    One process where relay, inbox and timers live beside the doors; more where there are only doors.
    """
    return {
        "bind": f"{bind}:{port}",
        "workers": processes,
        "worker_class": "gthread",
        "threads": max(2, threads // processes),
        "timeout": 60,
        "graceful_timeout": 10,
        "accesslog": None,
        "loglevel": "warning",
        "forwarded_allow_ips": "*" if proxied else "127.0.0.1",
        **(cores.HOOKS if processes > 1 else {}),
    }
