"""The AsyncAPI document is a whole one, and says of the topics what the code says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.schemas.published import SCHEMAS

from attesa.core import topics
from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE, EVENTS_BY_TYPE
from attesa.core.schemas import asyncapi
from attesa.core.schemas.asyncapi import CHANNEL_IDS, ROWS_ON
from attesa.core.topics import TOPICS
from attesa.loader.tables import TABLES

DOCUMENT: dict[str, Any] = yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text(encoding="utf-8"))
CHANNELS, OPERATIONS = DOCUMENT["channels"], DOCUMENT["operations"]
MESSAGES = DOCUMENT["components"]["messages"]
SERVICES = Path(__file__).parents[2] / "services" / "attesa"

# AsyncAPI 3.0.0: the fields that the objects in use may have; the first ones are required.
ROOT = ({"asyncapi", "info"}, {"servers", "defaultContentType", "channels", "operations", "components"})
INFO = ({"title", "version"}, {"description", "license"})
SERVER = ({"host", "protocol"}, {"description"})
CHANNEL = ({"address"}, {"messages", "description", "bindings"})
OPERATION = ({"action", "channel"}, {"summary", "messages", "tags"})
MESSAGE = (set(), {"name", "summary", "contentType", "headers", "payload", "bindings", "examples"})
# Kafka bindings 0.5.0.
TOPIC_BINDING = (set(), {"topicConfiguration", "bindingVersion"})
MESSAGE_BINDING = (set(), {"key", "bindingVersion"})

EVENT_KINDS = (*EVENTS_BY_TYPE, *CUSTOMER_EVENTS_BY_TYPE)

channels = pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
operations = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
messages = pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)


def assert_made_of(found: dict[str, Any], fields: tuple[set[str], set[str]]) -> None:
    required, optional = fields
    assert required <= set(found) <= required | optional


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def resolved(reference: str) -> Any:
    """What a reference leads to: into the document, or to a file beside it."""
    if not reference.startswith("#/"):
        return json.loads((SCHEMAS / reference).read_bytes())
    found: Any = DOCUMENT
    for step in reference[2:].split("/"):
        found = found[step]
    return found


def test_the_text_reads_back_as_the_document():
    assert asyncapi() == DOCUMENT


def test_the_document_has_the_parts_of_asyncapi_3():
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert_made_of(DOCUMENT, ROOT)
    assert_made_of(DOCUMENT["info"], INFO)
    for server in DOCUMENT["servers"].values():
        assert_made_of(server, SERVER)
        assert server["protocol"] == "kafka"


@pytest.mark.parametrize("reference", sorted(set(references(DOCUMENT))))
def test_a_reference_leads_somewhere(reference):
    assert resolved(reference)


def test_every_topic_is_a_channel_and_nothing_else_is():
    assert [channel["address"] for channel in asyncapi()["channels"].values()] == [t.name for t in TOPICS]


@channels
def test_a_channel_has_the_parts_of_asyncapi_3(channel):
    assert_made_of(channel, CHANNEL)
    assert_made_of(channel["bindings"]["kafka"], TOPIC_BINDING)
    assert channel["bindings"]["kafka"]["bindingVersion"] == "0.5.0"
    assert channel["messages"]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_channel_tells_the_settings_that_the_topic_is_made_with(topic):
    told = CHANNELS[CHANNEL_IDS[topic.name]]["bindings"]["kafka"]["topicConfiguration"]
    written = {
        name: ",".join(value) if isinstance(value, list) else str(value) for name, value in told.items()
    }
    assert written == {"cleanup.policy": "delete"} | topic.settings  # delete is Kafka's default


@channels
def test_somebody_sends_and_somebody_receives_on_a_channel(channel):
    name = next(name for name, one in CHANNELS.items() if one is channel)
    actions = {
        operation["action"]
        for operation in OPERATIONS.values()
        if operation["channel"]["$ref"] == f"#/channels/{name}"
    }
    assert actions == {"send", "receive"}


@operations
def test_an_operation_has_the_parts_of_asyncapi_3(operation):
    assert_made_of(operation, OPERATION)
    assert operation["action"] in {"send", "receive"}


@operations
def test_an_operation_speaks_of_its_own_channels_messages(operation):
    channel = operation["channel"]["$ref"]
    for message in operation["messages"]:
        assert message["$ref"].startswith(f"{channel}/messages/")


@operations
def test_an_operation_is_tagged_with_a_service_that_exists(operation):
    (tag,) = operation["tags"]
    assert (SERVICES / tag["name"]).is_dir()


def test_the_loader_receives_what_it_has_tables_for():
    told = {
        resolved(operation["channel"]["$ref"])["address"]
        for operation in OPERATIONS.values()
        if operation["tags"] == [{"name": "loader"}] and operation["action"] == "receive"
    }
    assert told == {table.topic for table in TABLES}


@messages
def test_a_message_has_the_parts_of_asyncapi_3_and_tells_its_key(message):
    assert_made_of(message, MESSAGE)
    assert_made_of(message["bindings"]["kafka"], MESSAGE_BINDING)
    assert message["bindings"]["kafka"]["key"]["description"]


@messages
def test_a_message_is_referred_to_by_one_channel(message):
    name = next(name for name, one in MESSAGES.items() if one is message)
    assert sum(name in channel["messages"] for channel in CHANNELS.values()) == 1


@pytest.mark.parametrize("kind", [*EVENT_KINDS, *(kind for kinds in ROWS_ON.values() for kind in kinds)])
def test_a_payload_is_the_schema_of_that_name_in_its_dialect(kind):
    payload = MESSAGES[kind]["payload"]
    schema = resolved(payload["schema"]["$ref"])
    assert schema["$id"].endswith(f":{kind}")
    assert payload["schemaFormat"].endswith("version=2020-12")
    assert "2020-12" in schema["$schema"]


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_the_example_of_an_event_meets_its_payloads_schema(kind):
    (example,) = MESSAGES[kind]["examples"]
    schema = resolved(MESSAGES[kind]["payload"]["schema"]["$ref"])
    Draft202012Validator(schema).validate(example["payload"])


def test_only_what_is_internal_has_messages_without_a_schema():
    without = {name for name, message in MESSAGES.items() if "payload" not in message}
    assert without == {"state", "internal"}
    assert set(CHANNELS[CHANNEL_IDS[topics.STATE]]["messages"]) == {"state"}
