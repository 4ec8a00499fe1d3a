"""The merged document is valid, whole, and its examples are true to their schemas."""

import re

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from lianxin.wsgi import make_apps
from shared.access import rule as access

pytestmark = pytest.mark.quick

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PROBLEM = {"$ref": "#/components/schemas/Problem"}
REFUSED = {"400", "401", "403", "404", "409", "410", "412", "413", "415", "422", "429", "500", "503"}


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in {"get", "post"}:
                yield f"{method.upper()} {path}", operation


def resolved(document, found):
    found = next((one for one in found.get("anyOf", ()) if "$ref" in one), found) if "examples" not in found else found
    while "$ref" in found:
        _, *way = found["$ref"].split("/")
        found = document
        for name in way:
            found = found[name]
    return found


@pytest.mark.slow
def test_the_document_is_valid(document):
    assert document["openapi"].startswith("3.1")
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_a_broken_document_is_noticed(document):
    broken = document | {"paths": {"/api/v1/cases": {"get": {"responses": {"200": {}}}}}}
    assert list(OpenAPIV31SpecValidator(broken).iter_errors())


def test_every_api_door_is_in_it(busy_world, document):
    rows = access.matrix(make_apps(busy_world.deployment))
    doors = {
        f"{method} {url.replace('<', '{').replace('>', '}')}" for _, method, url, _ in rows if url.startswith("/api/")
    }
    assert doors == {name for name, _ in operations(document)}


def test_every_operation_says_what_it_is_and_every_refusal_is_a_problem(document):
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["operationId"], name
        assert {"200", "201", "202"} & set(operation["responses"]), name
        for status, answer in operation["responses"].items():
            kinds = answer.get("content", {})
            if status in REFUSED:
                assert kinds["application/problem+json"]["schema"] == PROBLEM, (name, status)
            elif status != "304":
                assert kinds, (name, status)


def test_every_field_is_described(document):
    own = {name: schema for name, schema in document["components"]["schemas"].items() if "." not in name}
    bare = [
        f"{name}.{field}"
        for name, schema in own.items()
        for field, one in schema["properties"].items()
        if not one.get("description")
    ]
    assert bare == []


def test_the_headers_are_documented(document):
    post = document["paths"]["/api/v1/cases"]["post"]
    names = {resolved(document, one)["name"] for one in post["parameters"]}
    assert {"Idempotency-Key", "Accept-Language"} <= names
    step = document["paths"]["/api/v1/desk/cases/{reference}/{step}"]["post"]
    assert "If-Match" in {resolved(document, one)["name"] for one in step["parameters"]}
    assert "ETag" in step["responses"]["200"]["headers"]
    assert step["security"] == [{"staff": ["desk"]}]
    assert document["components"]["securitySchemes"]["staff"]["scheme"] == "bearer"
    assert document["components"]["securitySchemes"]["receipt"]["name"] == "Lianxin-Receipt"


def example_of(document, schema):
    """Put an example together from the examples of the fields."""
    schema = resolved(document, schema)
    if "examples" in schema:
        return schema["examples"][0]
    if schema.get("type") == "array":
        return [example_of(document, schema["items"])]
    return {name: example_of(document, one) for name, one in schema.get("properties", {}).items()}


def test_the_examples_fit_their_schemas_and_speak_chinese(document):
    registry = Registry().with_resource("urn:doc", DRAFT202012.create_resource(document))
    spoken = 0
    for name in document["components"]["schemas"]:
        if "." in name or name == "File":
            continue
        reference = f"#/components/schemas/{name}"
        example = example_of(document, {"$ref": reference})
        Draft202012Validator({"$ref": f"urn:doc{reference}"}, registry=registry).validate(example)
        spoken += bool(CHINESE.search(str(example)))
    assert spoken > 25


def test_the_example_of_a_case_is_accepted(busy_world, document):
    example = example_of(document, {"$ref": "#/components/schemas/NewCase"})
    sent = busy_world.ask("POST", "/api/v1/cases", example)
    assert sent.status_code == 201, sent.get_json()


def test_the_details_of_every_kind_are_named(document):
    names = document["components"]["schemas"]
    assert {"details.petitions.petition", "details.suggestions.suggestion", "inputs.petitions.hear"} <= set(names)
    kinds = [one.get("$ref") for one in names["NewCase"]["properties"]["details"]["anyOf"]]
    assert "#/components/schemas/details.petitions.petition" in kinds
