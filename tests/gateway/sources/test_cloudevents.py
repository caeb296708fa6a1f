"""CloudEvents over HTTP in their three modes: attesa's own events, as a team's software writes them."""

import base64
import json
import re

import pytest

from attesa.gateway.sources import Unmapped

EVENT = {
    "specversion": "1.0",
    "id": "chat-42/m1",
    "source": "shop.example/chat",
    "type": "attesa.message.sent",
    "time": "2026-11-25T11:59:00Z",
    "subject": "chat-42",
    "data": {"author": "agent", "length": 48},
}
TOLD = EVENT | {"tenant": "default"}


def binary(event, **more):
    return {f"ce-{name}": value for name, value in event.items() if name != "data"} | more


def test_an_event_is_passed_on_as_its_producer_wrote_it(adapt):
    assert adapt("cloudevents", EVENT).events == (TOLD,)


def test_a_batch_is_told_one_by_one_and_a_broken_one_does_not_undo_the_others(adapt):
    broken = EVENT | {"data": {"author": "nobody"}}
    adapted = adapt("cloudevents", [EVENT, broken, EVENT | {"id": "chat-42/m2"}])
    assert [event["id"] for event in adapted.events] == ["chat-42/m1", "chat-42/m2"]
    assert [wrong.path for wrong in adapted.invalid] == ["1.data.author"]


def test_in_binary_mode_the_attributes_stand_in_headers_and_the_body_is_the_data(adapt):
    headers = binary(EVENT, **{"content-type": "application/json"})
    (told,) = adapt("cloudevents", EVENT["data"], headers=headers).events
    assert told == TOLD | {"datacontenttype": "application/json"}


def test_headers_are_percent_encoded(adapt):
    headers = binary(EVENT | {"subject": "caff%C3%A8%201"})
    (told,) = adapt("cloudevents", EVENT["data"], headers=headers).events
    assert told["subject"] == "caffè 1"


def test_a_structured_event_is_read_of_the_body_whatever_headers_stand_beside_it(adapt):
    headers = binary(
        EVENT | {"subject": "other"}, **{"content-type": "application/cloudevents+json; charset=utf-8"}
    )
    assert adapt("cloudevents", EVENT, headers=headers).events == (TOLD,)


def test_what_no_schema_knows_is_dropped(adapt):
    more = EVENT | {"traceparent": "00-1", "data": EVENT["data"] | {"mood": "good"}}
    assert adapt("cloudevents", more).events == (TOLD,)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"data": {"author": "agent", "text": "Hello"}}, "data.text"),
        ({"tenant": "acme"}, "tenant"),
        ({"time": "2026-11-25T14:00:00Z"}, "time"),
        ({"time": "1989-12-31T00:00:00Z"}, "time"),
        ({"subject": None}, "subject"),
        ({"data": None}, "data"),
        ({"type": 7}, "type"),
    ],
)
def test_a_broken_field_is_told_by_its_path(adapt, change, path):
    adapted = adapt("cloudevents", EVENT | change)
    assert not adapted.events
    assert [wrong.path for wrong in adapted.invalid] == [path]


@pytest.mark.parametrize("kind", ["com.example.someevent", "attesa.progress", "attesa.session.sung"])
def test_types_that_are_not_ours_to_take_are_unmapped(adapt, kind):
    assert adapt("cloudevents", EVENT | {"type": kind}).unmapped == (Unmapped(kind),)


def test_the_documented_binary_event_is_of_a_type_that_is_not_ours(adapt, payload):
    text = payload("cloudevents", "kafka_binary.example.txt").decode()
    headers = {f"ce-{name}": value for name, value in re.findall(r'^ce_(\w+): "(.*)"$', text, re.MULTILINE)}
    assert len(headers) == 5
    assert adapt("cloudevents", {}, headers=headers).unmapped == (Unmapped("com.example.someevent"),)
    ours = headers | {"ce-type": EVENT["type"], "ce-subject": "chat-42"}
    assert adapt("cloudevents", EVENT["data"], headers=ours).events[0]["id"] == "1234-1234-1234"


def test_the_documented_structured_event_is_of_a_type_that_is_not_ours(adapt, payload):
    text = payload("cloudevents", "kafka_structured.example.txt").decode()
    attributes = dict(re.findall(r'"(\w+)" : "(.*)"', text))
    assert adapt("cloudevents", json.dumps(attributes).encode()).unmapped == (
        Unmapped("com.example.someevent"),
    )


def test_every_optional_attribute_and_extension_may_stand_there_and_changes_nothing(adapt):
    more = {
        "datacontenttype": "application/json",
        "dataschema": "https://shop.example/schema",
        "partitionkey": "default:chat-42",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "sequence": "7",
        "sampledrate": 10,
        "comexampleextension": {"x": [1]},
    }
    (told,) = adapt("cloudevents", EVENT | more).events
    assert told.items() >= TOLD.items()
    assert not told.keys() & {"traceparent", "sampledrate", "comexampleextension"}


@pytest.mark.parametrize(
    "name", ["datacontenttype", "dataschema", "partitionkey", "traceparent", "timesource"]
)
def test_an_attribute_that_is_null_is_absent(adapt, name):
    assert adapt("cloudevents", EVENT | {name: None}).events == (TOLD,)


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "text/json", "application/vnd.shop+json"]
)
def test_json_has_several_media_types(adapt, kind):
    (told,) = adapt("cloudevents", EVENT | {"datacontenttype": kind}).events
    assert told == TOLD | {"datacontenttype": "application/json"}


def test_data_that_a_library_wrote_as_bytes_are_read(adapt):
    coded = {name: value for name, value in EVENT.items() if name != "data"}
    coded["data_base64"] = base64.b64encode(json.dumps(EVENT["data"]).encode()).decode()
    assert adapt("cloudevents", coded).events == (TOLD,)


@pytest.mark.parametrize("coded", ["%", "AAAA", "e30", 7, ""])
def test_bytes_that_are_no_json_are_missing_data(adapt, coded):
    bare = {name: value for name, value in EVENT.items() if name != "data"}
    assert [wrong.path for wrong in adapt("cloudevents", bare | {"data_base64": coded}).invalid] == ["data"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"datacontenttype": "application/xml", "data": "<a/>"}, "datacontenttype"),
        ({"specversion": "0.3"}, "specversion"),
        ({"specversion": 1.0}, "specversion"),
        ({"id": ""}, "id"),
        ({"id": 7}, "id"),
        ({"source": None}, "source"),
        ({"time": None}, "time"),
        ({"time": "2026-11-25T11:59:00"}, "time"),
        ({"time": 1_795_607_940}, "time"),
        ({"data": '{"author": "agent"}'}, "data"),
        ({"data": []}, "data"),
        ({"data": {"author": "agent", "length": None}}, "data.length"),
    ],
)
def test_what_the_format_allows_and_a_number_cannot_be_made_of_is_invalid(adapt, change, path):
    assert [wrong.path for wrong in adapt("cloudevents", EVENT | change).invalid] == [path]


def test_a_binary_event_without_a_body_has_no_data_to_tell(adapt):
    queued = EVENT | {"type": "attesa.session.queued"}
    (told,) = adapt("cloudevents", b"", headers=binary(queued)).events
    assert told["data"] == {}
    assert adapt("cloudevents", b"", headers={"content-type": "application/cloudevents+json"}).invalid


def test_a_binary_event_that_is_no_json_is_invalid(adapt):
    headers = binary(EVENT, **{"content-type": "application/avro"})
    assert [wrong.detail[:8] for wrong in adapt("cloudevents", b"\x00Obj", headers=headers).invalid] == [
        "not JSON"
    ]


def test_an_empty_batch_says_that_it_is_empty(adapt):
    assert adapt("cloudevents", []).ignored[0].why == "there is nothing in it"


def test_a_heartbeat_of_a_team_is_taken(adapt):
    beat = EVENT | {"type": "attesa.source.heartbeat", "data": {"every_seconds": 60}}
    assert adapt("cloudevents", beat).events == (beat | {"tenant": "default"},)


def test_the_number_of_an_event_goes_on(adapt):
    (structured,) = adapt("cloudevents", EVENT | {"sequence": "0042"}).events
    headers = binary(EVENT | {"sequence": "0042"}, **{"content-type": "application/json"})
    (from_headers,) = adapt("cloudevents", EVENT["data"], headers=headers).events
    assert structured["sequence"] == from_headers["sequence"] == "0042"
