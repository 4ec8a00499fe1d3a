"""One address for many services, the longest prefix wins; and what belongs to no service: health, OpenAPI."""

import json
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from typing import Any

from flask import Flask, Response, send_from_directory

from lianxin.deployment import Deployment
from lianxin.health import Health
from shared.access import rule as access
from shared.errors import StartError
from shared.web import i18n, look, problem
from shared.web.app import SECURITY, make_app
from shared.web.openapi import merged_spec

SWAGGER = str(files("flask_swagger_ui").joinpath("dist"))
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
    services = [one.service for one in deployment.services.values()]
    spec = json.dumps(merged_spec(services, deployment.mechanisms.values()), ensure_ascii=False)

    @app.get("/api/v1/openapi.json")
    @access.rule("anyone")
    def openapi() -> Response:
        return Response(spec, mimetype="application/json")

    @app.get("/api/docs")
    @access.rule("anyone")
    def docs() -> str:
        return DOCS.replace("EMBLEM", look.static_url("emblem.svg"))

    @app.get("/api/docs/<path:name>")
    @access.rule("anyone")
    def docs_file(name: str) -> Response:
        if name == "start.js":
            return Response(START, mimetype="text/javascript")
        return send_from_directory(SWAGGER, name)

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
        response.headers.setdefault(name, value)
    return response


DOCS = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Lianxin API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="EMBLEM" type="image/svg+xml">
<link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script>
</body></html>
"""
START = 'SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#ui", deepLinking: true });\n'
