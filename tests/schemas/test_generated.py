"""The files under schemas/ are what the code says."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.schemas.published import SCHEMAS

from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE, EVENTS_BY_TYPE
from attesa.core.schemas import documents, event_schemas, row_schemas

ALL = event_schemas() | row_schemas()
DOCUMENTS = documents()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_committed_file_is_byte_for_byte_the_generated_one(path):
    assert (SCHEMAS / path).read_bytes() == DOCUMENTS[path].encode(), "run `attesa schemas`"


def test_no_schema_is_left_over_of_a_type_or_row_that_is_gone():
    committed = {str(path.relative_to(SCHEMAS)) for path in SCHEMAS.glob("*/*.schema.json")}
    assert committed == {path for path in DOCUMENTS if path.endswith(".schema.json")}


def test_every_event_type_has_a_schema():
    assert set(event_schemas()) == set(EVENTS_BY_TYPE) | set(CUSTOMER_EVENTS_BY_TYPE)


def test_the_texts_are_the_same_in_every_process():
    command = [sys.executable, "-c", "from attesa.core.schemas import documents; print(documents())"]
    printed = {
        subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


@pytest.mark.parametrize("name", ALL)
def test_a_schema_is_a_valid_one_of_draft_2020_12(name):
    Draft202012Validator.check_schema(ALL[name])
    assert ALL[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_schema_has_an_id_of_its_own():
    assert len({schema["$id"] for schema in ALL.values()}) == len(ALL)


@pytest.mark.parametrize("name", ALL)
def test_everything_in_a_schema_is_explained(name):
    unexplained = [path for path, schema in fields(ALL[name], name) if not schema.get("description")]
    assert not unexplained


@pytest.mark.parametrize(("name", "schema"), event_schemas().items())
def test_the_example_in_a_schema_is_one(name, schema):
    (example,) = schema["examples"]
    assert example["type"] == name
    Draft202012Validator(schema).validate(example)


def fields(schema: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The schema and all named fields in it; those that nothing may meet have no schema."""
    yield path, schema
    for name, inner in (schema.get("properties", {}) | schema.get("$defs", {})).items():
        if isinstance(inner, dict):
            yield from fields(inner, f"{path}.{name}")
