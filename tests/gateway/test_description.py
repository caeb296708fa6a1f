"""The OpenAPI document tells what the gateway does."""

import jsonschema

from attesa.gateway.description import EXAMPLE, REPLY


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
