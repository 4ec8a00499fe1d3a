"""One merged OpenAPI 3.1 for a deployment, built from its services' declarations; browsable offline."""

from collections.abc import Sequence
from typing import Any

from flask import Flask
from flask_smorest import Api

from shared.kit.service import Service

VERSION = "3.1.0"
DESCRIPTION = (
    "Residents' cases from submission to the public record. Staff send `Authorization: Bearer TOKEN`; a resident's "
    "program sends `Lianxin-Receipt`. Errors are RFC 9457 problem documents with a stable `code`."
)


def spec_settings() -> dict[str, Any]:
    """Give the settings every service's API shares; no service serves a document of its own."""
    return {"API_TITLE": "Lianxin", "API_VERSION": "v1", "OPENAPI_VERSION": VERSION, "OPENAPI_URL_PREFIX": None}


def merged_spec(services: Sequence[Service]) -> dict[str, Any]:
    """Give the OpenAPI document of all these services together."""
    app = Flask("openapi", static_folder=None)
    app.config.update(spec_settings())
    api = Api(app, spec_kwargs={"info": {"description": DESCRIPTION}})
    for service in services:
        for blueprint in service.api:
            api.register_blueprint(blueprint)
    api.spec.components.security_scheme("staff", {"type": "http", "scheme": "bearer"})
    api.spec.components.security_scheme("receipt", {"type": "apiKey", "in": "header", "name": "Lianxin-Receipt"})
    document: dict[str, Any] = api.spec.to_dict()
    return document
