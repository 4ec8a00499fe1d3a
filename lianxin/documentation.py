"""The API's documents: one OpenAPI document for the deployment, read as a page, and tried out with Swagger's."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from flask import Flask, Response, render_template, send_from_directory

from lianxin.deployment import Deployment
from lianxin.loading import load_services
from shared.access import rule as access
from shared.web import look
from shared.web.openapi import merged_spec

SWAGGER = str(files("flask_swagger_ui").joinpath("dist"))
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


def add_documentation(app: Flask, deployment: Deployment) -> None:
    """Add `/api/v1/openapi.json` and what stands under `/api/docs`; the document is made when it is first asked for."""

    @cache
    def spec() -> dict[str, Any]:
        return merged_spec(load_services(deployment.county.running), deployment.mechanisms.values())

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
