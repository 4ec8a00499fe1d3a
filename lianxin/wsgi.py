"""One address for many services, the longest prefix wins; and what belongs to no service: health, OpenAPI."""

import json
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from typing import Any

from flask import Flask, Response, send_from_directory

from lianxin.deployment import Deployment
from lianxin.health import Health
from lianxin.loading import load_services
from shared.access import rule as access
from shared.errors import StartError
from shared.web import i18n, look, problem
from shared.web.app import SECURITY, make_app
from shared.web.openapi import merged_spec

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


def make_wsgi(deployment: Deployment, health: Health) -> Dispatcher:
    """Make the whole address space of this process. Raises `StartError` where two services claim one mount."""
    apps = make_apps(deployment)
    mounts: dict[str, Wsgi] = {}
    for name, app in apps.items():
        for prefix in deployment.services[name].service.mounts:
            if prefix in mounts:
                raise StartError(f"two services claim {prefix}; change the mounts of {name}")
            mounts[prefix] = app
    platform = make_platform(deployment, health)
    for prefix in ("/health", "/static", "/api/docs", "/api/v1/openapi.json"):
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
    spec = json.dumps(merged_spec(load_services(county.services)), ensure_ascii=False)
    swagger = str(files("swagger_ui_bundle").joinpath("vendor"))
    ui = next(
        entry.name
        for entry in files("swagger_ui_bundle").joinpath("vendor").iterdir()
        if entry.name.startswith("swagger")
    )

    @app.get("/api/v1/openapi.json")
    @access.rule("anyone")
    def openapi() -> Response:
        return Response(spec, mimetype="application/json")

    @app.get("/api/docs")
    @access.rule("anyone")
    def docs() -> str:
        return DOCS

    @app.get("/api/docs/<path:name>")
    @access.rule("anyone")
    def docs_file(name: str) -> Response:
        if name == "start.js":
            return Response(START, mimetype="text/javascript")
        return send_from_directory(f"{swagger}/{ui}", name)

    @app.get("/health/live")
    @access.rule("anyone")
    def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/health/ready")
    @access.rule("anyone")
    def ready() -> tuple[dict[str, Any], int]:
        reasons = health.reasons()
        return {"status": "ready" if not reasons else "not ready", "reasons": reasons}, 200 if not reasons else 503

    problem.install(app)
    access.install(app, lambda: None)
    app.after_request(_protect)
    return app


def _protect(response: Response) -> Response:
    for name, value in SECURITY.items():
        # Swagger's own page draws its icons from data: and styles its own elements.
        response.headers.setdefault(name, value)
    return response


DOCS = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Lianxin API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script>
</body></html>
"""
START = 'SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#ui", deepLinking: true });\n'
