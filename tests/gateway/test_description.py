"""The OpenAPI document tells what the gateway does."""

import json

import jsonschema
import pytest
from tests.gateway.sources.conftest import NOW

from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE, EVENTS_BY_TYPE
from attesa.gateway.http.delivery_examples import EXAMPLES
from attesa.gateway.http.description import EXAMPLE, REPLY
from attesa.gateway.judging.taking import take
from attesa.gateway.sources import REGISTRY, Context, Delivery

SOURCE = "/v1/sources/{source}"
ANY_BODY = {
    400: ["bad-request"],
    408: ["slow-body"],
    413: ["body-too-large"],
    415: ["media-type"],
    500: ["internal"],
    503: ["overloaded"],
}


def document(ask):
    return ask(method="GET", path="/openapi.json").json()


def test_the_examples_of_the_documentation_are_taken(ask):
    assert ask(EXAMPLE).status_code == 503
    assert ask([EXAMPLE, REPLY], "application/cloudevents-batch+json").status_code == 503


def test_the_examples_meet_the_schemas_of_the_document(ask):
    described = document(ask)
    for content in described["paths"]["/v1/events"]["post"]["requestBody"]["content"].values():
        schema = content["schema"] | {"components": described["components"]}
        jsonschema.validate(content["example"], schema)


def test_the_documentation_page_is_served(ask):
    assert "openapi.json" in ask(method="GET", path="/docs").text


def operations(ask):
    for path, methods in document(ask)["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_the_document_names_every_status_of_a_door_with_the_types_of_its_problems(ask):
    told = {}
    for method, path, operation in operations(ask):
        for status, answer in operation["responses"].items():
            problem = answer.get("content", {}).get("application/problem+json")
            if problem:
                kinds = problem["schema"]["allOf"][1]["properties"]["type"]["enum"]
                told.setdefault((method, path), {})[int(status)] = [kind.split(":")[-1] for kind in kinds]
    assert told["post", "/v1/events"] == ANY_BODY | {
        400: ["not-json", "bad-request"],
        401: ["unauthorized"],
        403: ["other-tenant"],
        413: ["body-too-large", "too-many-events"],
        422: ["events-refused"],
        503: ["overloaded", "unavailable"],
    }
    assert told["post", SOURCE] == ANY_BODY | {
        401: ["unverified"],
        404: ["not-found"],
        413: ["body-too-large", "too-many-events"],
        429: ["too-many-requests"],
        503: ["overloaded", "unavailable", "spool-full"],
    }
    assert told["get", SOURCE] == ANY_BODY | {
        401: ["unverified"],
        404: ["not-found"],
        405: ["method-not-allowed"],
    }
    assert told["get", "/readyz"] == {503: ["not-ready"]}


def test_what_may_be_sent_again_says_when(ask):
    for *_, operation in operations(ask):
        for status in {"429", "503"} & set(operation["responses"]):
            answer = operation["responses"][status]
            assert "content" not in answer or answer["headers"]["Retry-After"]["required"]


def test_every_type_of_event_that_is_taken_is_described(ask):
    schemas = document(ask)["components"]["schemas"]
    described = {
        schemas[one["$ref"].split("/")[-1]]["properties"]["type"]["const"]
        for one in schemas["Event"]["anyOf"]
    }
    assert described == set(EVENTS_BY_TYPE | CUSTOMER_EVENTS_BY_TYPE) - {"attesa.progress"}


def test_every_platform_has_an_example_of_a_delivery(ask):
    content = document(ask)["paths"]["/v1/sources/{source}"]["post"]["requestBody"]["content"]
    assert set(content["application/json"]["examples"]) == set(REGISTRY)


@pytest.mark.parametrize("platform", EXAMPLES)
def test_the_example_of_a_delivery_is_taken(platform):
    example = EXAMPLES[platform]
    delivery = Delivery(json.dumps(example.body).encode(), NOW, example.headers)
    adapted = REGISTRY[platform].adapt(delivery, Context("default", platform, "", b"a key of the tests"))
    taken = take(adapted, "default", NOW)
    assert taken.records
    assert taken.refused == ()
