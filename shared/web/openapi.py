"""One merged OpenAPI 3.1 for a deployment, built from its services' declarations; browsable offline.

What a door's rule, body and query imply is said here once: who must show what, and which problems it can answer with.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Flask
from flask_smorest import Api
from marshmallow import Schema

from shared.access.actor import SCOPES
from shared.access.rule import OPEN, NoRight, NoScope, SignInNeeded, scope_of
from shared.access.signin import DirectoryStale
from shared.blobs.check import EXTENSIONS
from shared.errors import Invalid, NotFound, Refusal
from shared.kit.service import Service
from shared.web.body import BodyTooLarge, KeyTwice, NotJson, NotReadable, NulInAddress, RequestTooLarge, TooDeep
from shared.web.limits import TooOften
from shared.web.openapi_parts import GIVEN, PARAMETERS, PATHS, PROBLEM, TAKEN, problem_example
from shared.web.pages import BadCursor
from shared.web.rest import Declared, declared
from shared.workflow.mechanism import Mechanism

VERSION = "3.1.0"
DESCRIPTION = """Residents' cases from submission to the public record.

* A resident's program sends `Lianxin-Receipt` with the 16 digits that came with the case.
* Staff send `Authorization: Bearer TOKEN`; tokens are made under `/staff/tokens`, each for its scopes: {scopes}.
* Errors are RFC 9457 problem documents: `code` is stable, the sentences are in the language of `Accept-Language`
  (`zh` or `en`), `errors` names each field by its path.
* Lists are `{{"items": [...], "next": cursor or null}}`.
"""
BODY: tuple[type[Refusal], ...] = (NotReadable, KeyTwice, TooDeep, BodyTooLarge, RequestTooLarge, NotJson, Invalid)
STAFF: tuple[type[Refusal], ...] = (SignInNeeded, NoRight, NoScope, DirectoryStale)
RECEIPT: tuple[type[Refusal], ...] = (NotFound, TooOften)
# Bodies with a field that each mechanism fills in its own way: the schema, the field, how the schemas' names begin.
ANY_OF = (("NewCase", "details", "details."), ("Step", "inputs", "inputs."), ("DeskStep", "inputs", "inputs."))


def spec_settings() -> dict[str, Any]:
    """Give the settings every service's API shares; no service serves a document of its own."""
    return {"API_TITLE": "Lianxin", "API_VERSION": "v1", "OPENAPI_VERSION": VERSION, "OPENAPI_URL_PREFIX": None}


class MergedApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """The API of all services; its errors are ours, not the library's."""

    DEFAULT_ERROR_RESPONSE_NAME = None


def merged_spec(services: Sequence[Service], mechanisms: Iterable[Mechanism] = ()) -> dict[str, Any]:
    """Give the OpenAPI document of all these services together, with the fields of each mechanism's kinds and steps."""
    app = Flask("openapi", static_folder=None)
    app.config.update(spec_settings())
    scopes = ", ".join(f"`{name}` ({words[0].lower()}{words[1:]})" for name, words in SCOPES.items())
    api = MergedApi(app, spec_kwargs={"info": {"description": DESCRIPTION.format(scopes=scopes)}})
    for service in services:
        for blueprint in service.api:
            api.register_blueprint(blueprint)
    for name, schema in _of_mechanisms(mechanisms):
        api.spec.components.schema(name, schema=schema)
    document: dict[str, Any] = api.spec.to_dict()
    _components(document)
    for operation, view, endpoint in _operations(app, document):
        _complete(operation, view, endpoint)
    _kinds(document)
    return document


def _of_mechanisms(mechanisms: Iterable[Mechanism]) -> Iterator[tuple[str, Schema]]:
    """Name the schema of each kind's details and of each step's inputs."""
    for mechanism in mechanisms:
        for name in mechanism.kinds:
            if (kind := mechanism.kind(name)) and kind.details:
                yield f"details.{mechanism.name}.{name}", _described(kind.details)
        for step in mechanism.workflow.steps:
            if step.asks:
                yield f"inputs.{mechanism.name}.{step.name.replace(' ', '-')}", _described(step.asks)


def _described(schema: type[Schema]) -> Schema:
    """Make a schema of its own, as two steps may ask the same; its fields say their title and who reads them."""
    own: Schema = type(schema.__name__, (schema,), {"__doc__": schema.__doc__})()
    for one in own.fields.values():
        said = {"title": "title", "description": "hint", "x-seen": "seen"}
        said = {key: getattr(one, name, "") for key, name in said.items()}
        one.metadata = {key: value for key, value in said.items() if value}
    return own


def _components(document: dict[str, Any]) -> None:
    parts = document.setdefault("components", {})
    parts.setdefault("schemas", {})
    for name in [name for name in parts["schemas"] if name in {"Error", "PaginationMetadata"}]:
        del parts["schemas"][name]
    parts["responses"] = {}
    parts["schemas"]["Problem"] = PROBLEM
    parts["parameters"] = dict(PARAMETERS)
    parts["headers"] = dict(GIVEN)
    parts["securitySchemes"] = {
        "staff": {"type": "http", "scheme": "bearer", "description": "A personal token, made under /staff/tokens."},
        "receipt": {
            "type": "apiKey",
            "in": "header",
            "name": "Lianxin-Receipt",
            "description": "The 16 digits that came with the case, such as 1234 5678 9012 3456.",
        },
    }


def _operations(app: Flask, document: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Any, str]]:
    for rule in app.url_map.iter_rules():
        item = document["paths"].get(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), {})
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            if method.lower() in item:
                _name_paths(item)
                yield item[method.lower()], app.view_functions[rule.endpoint], rule.endpoint


def _name_paths(item: dict[str, Any]) -> None:
    for parameter in item.get("parameters", ()):
        parameter.update(PATHS.get(parameter["name"], {}))


def _complete(operation: dict[str, Any], view: Any, endpoint: str) -> None:
    said: Declared = declared(view)
    operation["operationId"] = endpoint.replace(".", "_")
    operation["security"] = _security(view)
    wanted = [{"$ref": f"#/components/parameters/{name}"} for name in ("Accept-Language", *said.takes)]
    operation["parameters"] = [*operation.get("parameters", ()), *wanted]
    answers = operation["responses"] = {str(status): answer for status, answer in operation["responses"].items()}
    answers.pop("422", None)
    answers.pop("default", None)
    for status, answer in answers.items():
        if said.file and status.startswith("2"):
            kinds = [said.file] if isinstance(said.file, str) else sorted(set(EXTENSIONS))
            answer["content"] = {kind: {} for kind in kinds}
        answer["headers"] = _headers(said.gives)
    if "If-None-Match" in said.takes:
        answers["304"] = {"description": "Nothing has changed since that ETag.", "headers": _headers(("ETag",))}
    _problems(answers, [*_implied(operation, view), *said.refuses])


def _headers(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Correlation-ID", *names)}


def _security(view: Any) -> list[dict[str, list[str]]]:
    if "receipt" in view.access_rule:
        return [{"receipt": []}]
    if not OPEN.isdisjoint(view.access_rule):
        return []
    # OpenAPI 3.1 lets a bearer scheme name the roles it needs.
    return [{"staff": [scope] if (scope := scope_of(view)) else []}]


def _implied(operation: Mapping[str, Any], view: Any) -> Iterator[type[Refusal]]:
    """Name what a door refuses because of what it takes and whom it lets in."""
    yield NulInAddress
    if "requestBody" in operation:
        yield from BODY
    queries = [one.get("name") for one in operation["parameters"] if one.get("in") == "query"]
    if queries:
        yield Invalid
    if "cursor" in queries:
        yield BadCursor
    if "receipt" in view.access_rule:
        yield from RECEIPT
    if OPEN.isdisjoint(view.access_rule):
        yield from STAFF


def _problems(answers: dict[str, Any], refusals: Iterable[type[Refusal]]) -> None:
    by_status: dict[int, dict[str, type[Refusal] | None]] = {500: {"internal": None}}
    for refusal in refusals:
        by_status.setdefault(refusal.status, {}).setdefault(refusal.code, refusal)
    for status, codes in sorted(by_status.items()):
        extra = [name for code, name in TAKEN.items() if code == status]
        answers[str(status)] = {
            "description": f"{HTTPStatus(status).phrase}: `code` is {' or '.join(f'`{code}`' for code in codes)}.",
            "headers": _headers(extra),
            "content": {
                "application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {code: {"value": problem_example(status, code, one)} for code, one in codes.items()},
                }
            },
        }


def _kinds(document: dict[str, Any]) -> None:
    """Let `details` and `inputs` name the schemas of the mechanisms that are loaded."""
    schemas = document["components"]["schemas"]
    for owner, field, prefix in ANY_OF:
        found = [{"$ref": f"#/components/schemas/{name}"} for name in schemas if name.startswith(prefix)]
        if owner in schemas and found:
            known = schemas[owner]["properties"][field]
            schemas[owner]["properties"][field] = {
                key: value for key, value in known.items() if key in {"description", "default", "examples"}
            } | {"type": "object", "anyOf": [*found, {"type": "object", "maxProperties": 0}]}
