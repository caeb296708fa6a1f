"""Standard Webhooks: the id in a header, the fields of attesa's events under the team's own ids."""

import pytest

from attesa.gateway.sources import Unmapped

MESSAGE = {
    "type": "attesa.message.sent",
    "timestamp": "2026-11-25T11:59:00.344522Z",
    "data": {"conversation": "chat-42", "author": "agent", "agent": "ann", "length": 48},
}
ID = {"webhook-id": "msg_1"}


def sent(adapt, body=MESSAGE, headers=ID, **data):
    return adapt("standard_webhooks", body | {"data": body["data"] | data}, headers=headers)


def test_a_message_is_an_event_whose_id_is_the_webhooks(adapt):
    (event,) = sent(adapt).events
    assert (event["id"], event["subject"]) == (
        "standard_webhooks/main/chat-42/msg_1",
        "standard_webhooks/main/chat-42",
    )
    assert event["time"] == "2026-11-25T11:59:00.344522Z"
    assert event["data"]["agent"].startswith("a-")
    assert "ann" not in str(event)
    assert "conversation" not in event["data"]


def test_a_delivery_sent_again_is_the_same_fact(adapt):
    assert sent(adapt).events == sent(adapt, headers=ID | {"webhook-timestamp": "1795607999"}).events


def test_the_data_may_name_the_fact_where_a_file_has_no_headers(adapt):
    (event,) = sent(adapt, headers={}, id="m-1").events
    assert event["id"].endswith("chat-42/m-1")
    assert [wrong.path for wrong in sent(adapt, headers={}).invalid] == ["webhook-id"]


def test_customers_of_sessions_purchases_and_links_are_one_pseudonym(adapt):
    at = {"timestamp": MESSAGE["timestamp"]}
    started = at | {"type": "attesa.session.started", "data": {"conversation": "chat-42", "customer": "ada"}}
    order = {
        "customer": "ada",
        "order_id": "o",
        "value": "1.00",
        "currency": "EUR",
        "conversation": "chat-42",
    }
    link = at | {"type": "attesa.customer.linked", "data": {"customer": "ada", "same_as": "old"}}
    (start,) = sent(adapt, started).events
    (bought,) = sent(adapt, at | {"type": "attesa.purchase.made", "data": order}).events
    (linked,) = sent(adapt, link).events
    assert start["data"]["customer"] == bought["subject"] == linked["subject"]
    assert bought["data"]["conversation"] == start["subject"]
    assert "ada" not in str((start, bought, linked))


def test_an_agents_presence_is_about_the_agent(adapt):
    here = MESSAGE | {"type": "attesa.agent.presence", "data": {"agent": "ann", "status": "available"}}
    (event,) = sent(adapt, here).events
    assert event["subject"].startswith("a-")
    assert event["data"] == {"status": "available"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"text": "Hello"}, "data.text"),
        ({"author": "nobody"}, "data.author"),
        ({"conversation": None}, "data.conversation"),
        ({"agent": True}, "data.agent"),
    ],
)
def test_a_broken_field_is_told_by_its_path(adapt, change, path):
    adapted = sent(adapt, **change)
    assert not adapted.events
    assert [wrong.path for wrong in adapted.invalid] == [path]


def test_a_time_too_far_ahead_is_told_by_its_path(adapt):
    later = MESSAGE | {"timestamp": "2026-11-25T14:00:00Z"}
    assert [wrong.path for wrong in sent(adapt, later).invalid] == ["timestamp"]


@pytest.mark.parametrize("kind", ["contact.created", "attesa.progress", "attesa.source.heartbeat"])
def test_types_that_are_not_ours_to_take_are_unmapped(adapt, kind):
    assert sent(adapt, MESSAGE | {"type": kind}).unmapped == (Unmapped(kind),)


def test_the_documented_example_is_of_a_type_that_is_not_ours(adapt, payload):
    adapted = adapt("standard_webhooks", payload("standard_webhooks", "example.full.json"), headers=ID)
    assert adapted.unmapped == (Unmapped("contact.created"),)


def test_fields_that_are_null_are_not_told(adapt):
    (event,) = sent(adapt, agent=None, length=None, mood=None).events
    assert event["data"] == {"author": "agent"}


def test_ids_are_the_same_as_numbers_and_as_text(adapt):
    assert sent(adapt, conversation=42, agent=7).events == sent(adapt, conversation="42", agent="7").events


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"timestamp": None}, "timestamp"),
        ({"timestamp": 1_795_607_940}, "timestamp"),
        ({"timestamp": "2026-11-25"}, "timestamp"),
        ({"type": None}, "type"),
        ({"data": None}, "data"),
        ({"data": []}, "data"),
    ],
)
def test_a_broken_envelope_is_told_by_its_path(adapt, change, path):
    adapted = adapt("standard_webhooks", MESSAGE | change, headers=ID)
    assert [wrong.path for wrong in adapted.invalid] == [path]


def test_what_is_new_in_a_payload_is_dropped(adapt):
    more = MESSAGE | {"api_version": "2", "metadata": {}, "data": MESSAGE["data"] | {"mood": "good"}}
    assert adapt("standard_webhooks", more, headers=ID).events == sent(adapt).events


def test_a_purchase_without_its_customer_is_nobodys_and_invalid(adapt):
    order = {"order_id": "o", "value": "1.00", "currency": "EUR"}
    bought = MESSAGE | {"type": "attesa.purchase.made", "data": order}
    assert [w.path for w in adapt("standard_webhooks", bought, headers=ID).invalid] == ["data.customer"]


@pytest.mark.parametrize("name", ["text", "body", "content"])
def test_the_text_of_a_message_never_passes_under_any_of_its_names(adapt, name):
    message = MESSAGE | {"data": MESSAGE["data"] | {name: "Hello"}}
    assert [wrong.path for wrong in sent(adapt, message).invalid] == [f"data.{name}"]


def test_a_number_beside_the_data_is_the_events_sequence(adapt):
    (event,) = sent(adapt, MESSAGE | {"sequence": 42}).events
    assert event["sequence"] == "42"
