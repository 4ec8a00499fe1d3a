"""Made-up requests, good and bad, over every operation: no bug, no undocumented answer, nothing bad let in."""

import os

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, assume, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from lianxin.loading import SERVICES, load_services
from services.intake.schemas import LONGEST_TEXT, LONGEST_TITLE
from shared.web.openapi import merged_spec
from shared.workflow.characters import count_characters

MOST = {"title": LONGEST_TITLE, "text": LONGEST_TEXT}
OPERATIONS = {
    f"{path} {method}": operation
    for path, item in merged_spec(load_services(SERVICES))["paths"].items()
    for method, operation in item.items()
    if method in {"get", "post"}
}
LANGUAGE = {"$ref": "#/components/parameters/Accept-Language"}
SAMPLES = [
    pytest.param(name, mode, id=f"{name} {mode.value}")
    for name, operation in OPERATIONS.items()
    for mode in GenerationMode
    # A door that asks for nothing but a language and an address can't be sent anything bad.
    if mode.is_positive or "requestBody" in operation or operation["parameters"] != [LANGUAGE]
]
# Somebody who asks badly about a case that moved on is told of the move first.
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "429"]
CONFIG = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}})

SAMPLE = settings(
    max_examples=int(os.environ.get("API_EXAMPLES", "12")),  # a sample; more where there is time
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def refusal_is_documented(ctx, response, case) -> None:
    """Look the problem's code up among those that the document gives for this status."""
    if "problem+json" in str(response.headers.get("content-type")):
        said = case.operation.definition.raw["responses"][str(response.status_code)]["content"]
        assert response.json()["code"] in said["application/problem+json"]["examples"], response.json()["code"]


CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
    refusal_is_documented,
]


@pytest.fixture(scope="module")
def keys(busy_world):
    """Give a receipt with a file, and the token of somebody who may see much."""
    receipt = busy_world.submit(category="water")
    return {
        "receipt": receipt,
        "token": busy_world.token("water-officer"),
        "auditor": busy_world.token("county-auditor"),
    }


@pytest.fixture(scope="module")
def api(busy_world, keys):
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", busy_world.client.application, config=CONFIG)


def authorised(case, keys):
    """Let the request in: a real reference with its receipt, a token for the staff's doors."""
    case.headers = dict(case.headers or {})
    path = case.operation.path
    if "{reference}" in path:
        case.path_parameters = dict(case.path_parameters or {}, reference=keys["receipt"]["reference"])
    if path.startswith("/api/v1/cases/{reference}"):
        case.headers["Lianxin-Receipt"] = keys["receipt"]["receipt"]
    if "oversight" in path:
        case.headers["Authorization"] = f"Bearer {keys['auditor']}"
    elif path.startswith(("/api/v1/desk", "/api/v1/staff")):
        case.headers["Authorization"] = f"Bearer {keys['token']}"


def hold(operation, mode, keys):
    """Send a sample of requests of one sort and check every answer."""

    @SAMPLE
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case) -> None:
        authorised(case, keys)
        assume(mode.is_positive or not fits_after_all(case))
        case.call_and_validate(checks=CHECKS)

    send()


def fits_after_all(case):
    """Tell bodies that are good once spaces are cut and letters are counted as a person counts them."""
    body = case.body if isinstance(case.body, dict) else {}
    return any(isinstance(text, str) and fits(text, MOST[name]) for name, text in body.items() if name in MOST)


def fits(text, most):
    return len(text) > most and count_characters(text.strip()) <= most


@pytest.mark.check
@pytest.mark.parametrize(("name", "mode"), SAMPLES)
def test_an_operation_keeps_its_word(api, keys, name, mode):
    path, method = name.rsplit(" ", 1)
    hold(api[path][method], mode, keys)


@pytest.mark.parametrize(
    ("answer", "status", "found"),
    [
        pytest.param({"count": "three"}, 200, "schema", id="the schema lies"),
        pytest.param({"count": 3}, 202, "undocumented", id="a status nobody documented"),
        pytest.param({"count": 3}, 500, "server error", id="a bug"),
        pytest.param({"count": 3}, 200, "", id="an honest one"),
    ],
)
def test_the_check_finds_a_planted_bug(answer, status, found):
    app = Flask("planted", static_folder=None)
    count = {"type": "object", "properties": {"count": {"type": "integer"}}, "required": ["count"]}
    said = {"200": {"description": "OK", "content": {"application/json": {"schema": count}}}}
    info = {"title": "planted", "version": "1"}
    app.add_url_rule("/count", view_func=lambda: (answer, status), endpoint="count")
    app.add_url_rule(
        "/openapi.json",
        view_func=lambda: {"openapi": "3.1.0", "info": info, "paths": {"/count": {"get": {"responses": said}}}},
        endpoint="document",
    )
    operation = schemathesis.openapi.from_wsgi("/openapi.json", app)["/count"]["get"]
    if not found:
        hold(operation, GenerationMode.POSITIVE, {})
        return
    with pytest.raises(FailureGroup) as raised:
        hold(operation, GenerationMode.POSITIVE, {})
    assert found in str(raised.value.exceptions).lower()


def test_the_check_finds_a_door_that_lets_bad_data_in():
    app = Flask("planted", static_folder=None)
    number = {"name": "n", "in": "query", "required": True, "schema": {"type": "integer", "maximum": 9}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "planted", "version": "1"},
        "paths": {"/count": {"get": {"parameters": [number], "responses": {"200": {"description": "OK"}}}}},
    }
    app.add_url_rule("/count", view_func=lambda: "", endpoint="count")
    app.add_url_rule("/openapi.json", view_func=lambda: document, endpoint="document")
    operation = schemathesis.openapi.from_wsgi("/openapi.json", app)["/count"]["get"]
    with pytest.raises(FailureGroup):
        hold(operation, GenerationMode.NEGATIVE, {})
