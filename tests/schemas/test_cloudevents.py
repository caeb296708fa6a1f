"""The events are CloudEvents 1.0 in structured JSON mode."""

import json
import re

import pytest
from tests.schemas.published import VALID

from attesa.core.schemas import event_schemas

REQUIRED = {"specversion", "id", "source", "type"}
OPTIONAL = {"time", "subject", "datacontenttype", "dataschema"}
# RFC 3986 without its fine print: no blanks, no characters that must be escaped.
URI_REFERENCE = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")

schemas = pytest.mark.parametrize("schema", event_schemas().values(), ids=event_schemas())
examples = pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)


@schemas
def test_the_required_attributes_are_required(schema):
    assert set(schema["required"]) >= REQUIRED
    assert schema["properties"]["specversion"]["const"] == "1.0"


@schemas
def test_names_of_attributes_are_lower_case_letters_and_digits_of_at_most_twenty(schema):
    for name in schema["properties"]:
        assert re.fullmatch(r"[a-z0-9]{1,20}", name)


@schemas
def test_the_extensions_are_the_tenant_the_partition_key_whose_time_it_is_and_the_number(schema):
    extensions = set(schema["properties"]) - REQUIRED - OPTIONAL - {"data"}
    assert extensions == {"tenant", "partitionkey", "timesource", "sequence", "sequencetype"}


@schemas
def test_attributes_are_strings_as_every_protocol_binding_can_carry_them(schema):
    attributes = {name: field for name, field in schema["properties"].items() if name != "data"}
    assert {field["type"] for field in attributes.values()} == {"string"}


@schemas
def test_other_extensions_may_come_along(schema):
    assert schema.get("additionalProperties", True) is not False
    assert schema["properties"]["data"].get("additionalProperties", True) is not False


@examples
def test_the_source_of_an_example_is_a_uri_reference(path):
    assert URI_REFERENCE.fullmatch(json.loads(path.read_bytes())["source"])


@examples
def test_the_type_of_an_example_begins_with_the_products_name(path):
    assert json.loads(path.read_bytes())["type"].startswith("attesa.")


def test_no_two_examples_have_source_and_id_in_common():
    events = [json.loads(path.read_bytes()) for path in VALID]
    assert len({(event["source"], event["id"]) for event in events}) == len(events)
