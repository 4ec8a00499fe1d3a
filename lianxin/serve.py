"""Serving: prepare the home, then gunicorn with one threaded worker; what works starts after the fork."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from structlog import get_logger
from werkzeug.middleware.proxy_fix import ProxyFix

from lianxin.demo.cases import load_demo
from lianxin.demo.people import SignIn
from lianxin.deployment import Deployment, compose
from lianxin.health import Health
from lianxin.home import Settings
from lianxin.migrate import migrate_all, refuse_unmigrated
from lianxin.progress import progress
from lianxin.wsgi import make_wsgi
from shared import log
from shared.clock import SystemClock
from shared.county.model import County
from shared.kit.worker import WorkerThread

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
        deployment.close()
        return
    fresh = not (settings.home / "keys").exists()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    deployment = compose(county, settings, names=names)
    for name, changed in migrate_all(deployment):
        if changed:
            click.echo(f"  {name}: database ready")
    deployment.close()
    if demo and fresh and "directory" in deployment.services:
        with progress("Demo cases") as report:
            _keep_sign_ins(settings, load_demo(settings, county, SystemClock().now(), progress=report))
    click.echo(f"\n连心 Lianxin · {county.name_zh} {county.name_en}\n  http://127.0.0.1:{port}/\n")
    for sign_in in _sign_ins(settings):
        click.echo(f"  {sign_in['login']:<24} {sign_in['password']:<24} {sign_in['display']}")


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
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its settings."""
        for key, value in self._options.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """Compose the deployment, start its workers, give its addresses."""
        log.configure(json=not sys.stderr.isatty())
        deployment = compose(self._county, self._deployed, names=self._names)
        health = Health(deployment, works=self._role != "web")
        if self._role != "web":
            health.threads.extend(start_workers(deployment))
        app: Any = make_wsgi(deployment, health)
        return ProxyFix(app, x_for=1, x_proto=1, x_host=1) if self._options["forwarded_allow_ips"] == "*" else app


def start_workers(deployment: Deployment) -> list[WorkerThread]:
    """Begin every service and let a thread drive each."""
    workers = deployment.workers()
    deployment.begin(workers, SystemClock().now())
    threads = [WorkerThread(worker) for worker in workers]
    for thread in threads:
        thread.start()
    return threads


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
    options = {
        "bind": f"{bind}:{port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": threads,
        "timeout": 60,
        "graceful_timeout": 10,
        "accesslog": None,
        "loglevel": "warning",
        "forwarded_allow_ips": "*" if proxied else "127.0.0.1",
    }
    Server(county, settings, names, role, options).run()
