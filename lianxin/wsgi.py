"""One address for many services, the longest prefix wins; and what belongs to no service: health, OpenAPI."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from flask import Flask, Response, render_template, send_from_directory

from lianxin.deployment import Deployment
from lianxin.health import Health
from lianxin.loading import load_services
from shared.access import rule as access
from shared.errors import StartError
from shared.kit.running import Running
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

    @cache
    def spec() -> dict[str, Any]:
        return merged_spec(load_services(county.running), deployment.mechanisms.values())

    @cache
    def document() -> str:
        return json.dumps(spec(), ensure_ascii=False)

    @app.get("/api/v1/openapi.json")
    @access.rule("anyone")
    def openapi() -> Response:
        return Response(document(), mimetype="application/json")

    @app.get("/api/docs")
    @access.rule("anyone")
    def docs() -> str:
        return render_template("lianxin/api.html", spec=spec())

    @app.get("/api/docs/try")
    @access.rule("anyone")
    def docs_try() -> str:
        return TRY.replace("EMBLEM", look.static_url("emblem.svg"))

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
        status = "not ready" if reasons else "ready"
        return {"status": status, "reasons": reasons, "warnings": health.warnings()}, 503 if reasons else 200

    problem.install(app)
    access.install(app, lambda: None)
    app.after_request(_protect)
    return app


def _protect(response: Response) -> Response:
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    return response


# Swagger's own page, for trying requests out; /api/docs says the same without a script.
TRY = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Lianxin API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="EMBLEM" type="image/svg+xml">
<link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script>
</body></html>
"""
START = 'SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#ui", deepLinking: true });\n'
