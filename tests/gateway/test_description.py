"""The OpenAPI document tells what the gateway does."""

import json

import jsonschema
import pytest
from tests.gateway.sources.conftest import NOW

from attesa.gateway.delivery_examples import EXAMPLES
from attesa.gateway.description import EXAMPLE, REPLY
from attesa.gateway.sources import REGISTRY, Context, Delivery
from attesa.gateway.taking import take


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


def test_every_problem_that_the_document_names_has_the_problem_media_type(ask):
    responses = document(ask)["paths"]["/v1/events"]["post"]["responses"]
    assert set(responses) == {"202", "400", "401", "403", "413", "415", "422", "503"}
    problems = [answer for status, answer in responses.items() if status != "202"]
    assert all("application/problem+json" in answer["content"] for answer in problems)


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
