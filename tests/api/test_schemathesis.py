"""Made-up requests, good and bad, over every operation: no bug, no undocumented answer, nothing bad let in."""

import pytest
import schemathesis
from flask import Flask, jsonify
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from shared.workflow.schema import clean

SAMPLE = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
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
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", busy_world.client.application)


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


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@SAMPLE
def test_every_operation_keeps_its_word(case, keys):
    authorised(case, keys)
    case.call_and_validate(checks=CHECKS)
