"""A team's events with ids in clear: what goes on of them, and what is said of those that do not."""

import json
import re

import pytest
from tests.gateway.sources.conftest import NOW

from attesa.core.events.intake import Usable, examine
from attesa.gateway.sources import Context, Delivery, Unmapped, raw_events

CONTEXT = Context("shop", "shop-chat", "", b"a key of the tests")
EVENT = {
    "specversion": "1.0",
    "id": "778899/chat-42/m1",
    "source": "crm/ann",
    "type": "attesa.message.sent",
    "time": "2026-11-25T12:59:00+01:00",
    "subject": "chat-42",
    "data": {"author": "agent", "agent": "ann"},
}
JSON = {"content-type": "application/json"}


def adapted(body, headers=None):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    found = raw_events.ADAPTER.adapt(Delivery(raw, NOW, headers or {}), CONTEXT)
    for event in found.events:
        seen = examine(event)
        assert isinstance(seen, Usable), seen
        assert not seen.dropped_fields
    return found


def told(body, headers=None):
    found = adapted(body, headers)
    assert len(found.events) == 1, found
    return found.events[0]


def of(kind, subject, **data):
    return EVENT | {"type": f"attesa.{kind}", "subject": subject, "data": data}


def binary(event):
    return {f"ce_{name}": value for name, value in event.items() if name != "data"} | JSON


def test_ids_become_pseudonyms_and_the_source_is_the_configured_one():
    assert told(EVENT) == {
        "specversion": "1.0",
        "id": CONTEXT.pseudonym("e", "778899/chat-42/m1"),
        "source": "shop-chat",
        "type": "attesa.message.sent",
        "time": "2026-11-25T11:59:00.000Z",
        "tenant": "shop",
        "subject": "chat-42",
        "data": {"author": "agent", "agent": CONTEXT.agent("ann")},
    }


def test_a_customer_has_one_pseudonym_wherever_it_is_named():
    started = told(of("session.started", "chat-42", customer=778899))
    bought = told(of("purchase.made", "778899", order_id="9", value="1", currency="EUR"))
    linked = told(of("customer.linked", "crm-1", same_as="778899"))
    assert started["data"]["customer"] == bought["subject"] == linked["data"]["same_as"]
    assert bought["subject"] == CONTEXT.customer("778899")


def test_an_agent_of_a_presence_is_the_one_of_the_replies():
    presence = told(of("agent.presence", "ann", status="available"))
    assert presence["subject"] == told(EVENT)["data"]["agent"]


def test_a_conversation_that_led_to_a_purchase_keeps_its_name():
    bought = told(of("purchase.made", "7", order_id="9", value="1", currency="EUR", conversation="chat-42"))
    assert bought["data"]["conversation"] == told(EVENT)["subject"]


@pytest.mark.parametrize("field", ["text", "body", "content"])
def test_a_text_becomes_length_questions_and_flags(field):
    data = told(EVENT | {"data": {"author": "agent", field: "Hello, may I help you?"}})["data"]
    assert data == {"author": "agent", "length": 22, "questions": 1, "flags": ["greeting"]}


def test_what_the_team_counted_itself_comes_before_what_is_seen_in_the_text():
    data = told(EVENT | {"data": {"author": "customer", "length": 3, "text": "Hello?"}})["data"]
    assert data == {"author": "customer", "length": 3, "questions": 1}


def test_a_text_elsewhere_is_dropped():
    answered = of("survey.answered", "chat-42", question="nps", value=9, text="It was Ann's fault")
    assert told(answered)["data"] == {"question": "nps", "value": 9}


def test_what_no_schema_knows_is_dropped_and_null_is_not_told():
    more = EVENT | {"customername": "Ada", "data": EVENT["data"] | {"mail": "ada@example.org", "team": None}}
    assert told(more) == told(EVENT)


def test_the_partition_key_of_the_team_says_nothing():
    assert "partitionkey" not in told(EVENT | {"partitionkey": "778899"})


def test_binary_and_structured_records_are_the_same_event():
    plain = told(EVENT, {"content-type": "application/cloudevents+json; charset=UTF-8"})
    assert told(EVENT["data"], binary(EVENT)) == told(EVENT) == plain


def test_headers_are_not_percent_encoded():
    event = EVENT | {"subject": "100%25 caffè"}
    assert told(event["data"], binary(event))["subject"] == "100%25 caffè"


def test_a_structured_record_is_read_of_the_value_whatever_headers_stand_beside_it():
    headers = binary(EVENT | {"subject": "another"}) | {"content-type": "application/cloudevents+json"}
    assert told(EVENT, headers)["subject"] == "chat-42"


def test_a_heartbeat_is_of_the_configured_source():
    beat = EVENT | {"type": "attesa.source.heartbeat", "data": {"every_seconds": 60}}
    assert (told(beat)["subject"], told(beat)["source"]) == ("shop-chat", "shop-chat")
    del beat["subject"]
    assert told(beat)["data"] == {"every_seconds": 60}


@pytest.mark.parametrize(
    ("body", "headers", "path"),
    [
        (b"Obj\x01", binary(EVENT) | {"content-type": "application/avro"}, "content-type"),
        ([EVENT], {"content-type": "application/cloudevents-batch+json"}, "content-type"),
        (EVENT, {"content-type": "application/cloudevents+avro"}, "content-type"),
        (EVENT, {"content-type": "text/plain"}, "content-type"),
        ([EVENT], {}, ""),
        (b"\xff", {}, ""),
        (b"null", {}, ""),
        (EVENT | {"id": None}, {}, "id"),
        (EVENT | {"subject": ["chat-42"]}, {}, "subject"),
        (EVENT | {"tenant": "other"}, {}, "tenant"),
        (EVENT | {"time": "2026-11-25T14:00:00Z"}, {}, "time"),
        (EVENT | {"data": {"author": "agent", "agent": {"id": 1}}}, {}, "data.agent"),
        (EVENT | {"data": {"author": "agent", "text": ["Hello"]}}, {}, "data.text"),
        (EVENT | {"data": {"author": "nobody"}}, {}, "data.author"),
        (b"[]", binary(EVENT), "data"),
    ],
)
def test_a_broken_record_is_told_by_the_path_to_its_field(body, headers, path):
    found = adapted(body, headers)
    assert not found.events
    assert [wrong.path for wrong in found.invalid] == [path]


@pytest.mark.parametrize("kind", ["com.example.someevent", "attesa.progress"])
def test_types_that_are_not_ours_to_take_are_unmapped(kind):
    assert adapted(EVENT | {"type": kind}).unmapped == (Unmapped(kind),)


def test_the_documented_binary_record_is_read(shared):
    text = (shared / "payloads" / "cloudevents" / "kafka_binary.example.txt").read_text()
    headers = dict(re.findall(r'^(ce_\w+): "(.*)"$', text, re.MULTILINE)) | JSON
    assert len(headers) == 6
    assert adapted({}, headers).unmapped == (Unmapped("com.example.someevent"),)
    ours = headers | {"ce_type": EVENT["type"], "ce_subject": "chat-42"}
    assert told(EVENT["data"], ours)["time"] == "2018-04-05T03:56:24.000Z"
    (wrong,) = adapted(b"Obj\x01", headers | {"content-type": "application/avro"}).invalid
    assert wrong.path == "content-type"


def test_the_documented_structured_record_is_read(shared):
    text = (shared / "payloads" / "cloudevents" / "kafka_structured.example.txt").read_text()
    attributes = dict(re.findall(r'"(\w+)" : "(.*)"', text))
    headers = dict(re.findall(r"^(content-type): (.*)$", text, re.MULTILINE))
    assert headers == {"content-type": "application/cloudevents+json; charset=UTF-8"}
    assert adapted(attributes, headers).unmapped == (Unmapped("com.example.someevent"),)
    ours = attributes | {"type": EVENT["type"], "subject": "chat-42", "data": EVENT["data"]}
    assert told(ours, headers)["subject"] == "chat-42"


def test_the_number_of_an_event_goes_on_in_both_modes():
    numbered = EVENT | {"sequence": "0042", "sequencetype": "Integer"}
    for found in (told(numbered), told(numbered["data"], binary(numbered))):
        assert (found["sequence"], found["sequencetype"]) == ("0042", "Integer")
