"""One address for many services, the longest prefix wins; and what belongs to no service: health, OpenAPI."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask, Response

from lianxin.deployment import Deployment
from lianxin.documentation import add_documentation
from lianxin.health import Health
from lianxin.metrics import CONTENT_TYPE, Everything
from shared.access import rule as access
from shared.errors import StartError
from shared.kit.running import Running
from shared.web import i18n, look, problem
from shared.web.app import SECURITY, make_app

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Dispatcher:
    """Hands each request to the service whose mount is the longest prefix of the path."""

    def __init__(self, mounts: Mapping[str, Wsgi], otherwise: Wsgi) -> None:
        self._mounts = sorted(mounts.items(), key=lambda mount: len(mount[0]), reverse=True)
        self._otherwise = otherwise

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer a request."""
        path = environ.get("PATH_INFO", "/") or "/"
        for prefix, app in self._mounts:
            if prefix in ("/", path) or path.startswith(f"{prefix}/"):
                return app(environ, start)
        return self._otherwise(environ, start)


def make_apps(deployment: Deployment) -> dict[str, Flask]:
    """Make the app of each service of this process."""
    return {name: make_app(running) for name, running in deployment.services.items()}


def make_wsgi(deployment: Deployment, health: Health, *, make: Callable[[Running], Wsgi] | None = None) -> Dispatcher:
    """Make the whole address space of this process. Raises `StartError` where two services claim one mount."""
    mounts: dict[str, Wsgi] = {}
    for name, running in deployment.services.items():
        app = (make or make_app)(running)
        for prefix in running.service.mounts:
            if prefix in mounts:
                raise StartError(f"two services claim {prefix}; change the mounts of {name}")
            mounts[prefix] = app
    platform = make_platform(deployment, health)
    for prefix in ("/health", "/metrics", "/static", "/api/docs", "/api/v1/openapi.json"):
        mounts[prefix] = platform
    return Dispatcher(mounts, platform)


def make_platform(deployment: Deployment, health: Health) -> Flask:
    """Make the app of what belongs to no service."""
    county = deployment.county
    app = Flask("lianxin", static_folder=None)
    i18n.install(app, catalogs=[], default=county.language)
    look.install_look(
        app,
        theme=look.Theme(
            county.name_zh, county.name_en, county.theme.hotline, county.theme.contact, county.theme.filing
        ),
    )
    add_documentation(app, deployment)

    @app.get("/health/live")
    @access.rule("anyone")
    def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/health/ready")
    @access.rule("anyone")
    def ready() -> tuple[dict[str, Any], int]:
        reasons = health.reasons()
        status = "not ready" if reasons else "ready"
        more = {"warnings": health.warnings(), "standby": health.standby()}
        return {"status": status, "reasons": reasons, **more}, 503 if reasons else 200

    @app.get("/metrics")
    @access.rule("inside")
    def metrics() -> Response:
        return Response(Everything(deployment, health).text(), content_type=CONTENT_TYPE)

    problem.install(app)
    access.install(app, lambda: None)
    app.after_request(_protect)
    return app


def _protect(response: Response) -> Response:
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    return response
