"""WhatsApp Cloud: the seldom seen types, hidden numbers, groups, settings, and what must not count."""

import json

import pytest
from tests.gateway.sources.whatsapp_bodies import (
    ADA,
    METADATA,
    NUMBER,
    PLATFORM,
    at,
    change,
    delivery,
    echo,
    message,
    messages,
    name,
    status,
)

from attesa.gateway.sources import Ignored, Unmapped


@pytest.fixture
def told(adapt):
    def run(*changes):
        return adapt(PLATFORM, delivery(*changes))

    return run


def ignored(adapted):
    assert (adapted.events, adapted.unmapped, adapted.invalid) == ((), (), ())
    return [each.native for each in adapted.ignored]


def media(sort, **more):
    return {"type": sort, sort: {"id": "1", "mime_type": "x/y", "sha256": "z"} | more}


@pytest.mark.parametrize(
    ("content", "kind", "length"),
    [
        (media("audio", voice=True), "voice", 0),
        (media("audio", voice=False), "audio", 0),
        (media("audio"), "voice", 0),
        (media("video", caption="Ecco 👇🏽"), "video", 7),
        (media("document", filename="a.pdf", caption=None), "document", 0),
        (media("sticker", animated=True), "sticker", 0),
        ({"type": "location", "location": {"latitude": 45.4, "longitude": 9.2}}, "location", 0),
        ({"type": "contacts", "contacts": [{"name": {"formatted_name": "B"}}]}, "contacts", 0),
        ({"type": "unsupported", "unsupported": {"type": "poll_creation"}, "errors": []}, "unsupported", 0),
        ({"type": "unknown", "errors": [{"code": 131051}]}, "unsupported", 0),
        (
            {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"title": "Sì"}}},
            "button",
            2,
        ),
    ],
)
def test_each_type_of_message_has_its_kind(told, content, kind, length):
    data = told(messages(message(1, 0, **content))).events[1]["data"]
    assert (data["author"], data["kind"], data["length"]) == ("customer", kind, length)


@pytest.mark.parametrize(
    "content",
    [
        {"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "👍"}},
        {"type": "reaction", "reaction": {"message_id": "wamid.1"}},
        {"type": "edit", "edit": {"original_message_id": "wamid.1", "message": {"type": "text"}}},
        {"type": "revoke", "revoke": {"original_message_id": "wamid.1"}},
        {"type": "request_welcome"},
        {"type": "interactive", "interactive": {"type": "call_permission_reply"}},
        {"type": "system", "system": {"type": "customer_identity_changed", "identity": "x"}},
        {"type": "system", "system": {"type": "user_changed_user_id"}},
    ],
)
def test_what_asks_for_nothing_opens_nothing(told, content):
    assert ignored(told(messages(message(1, 0, **content))))


@pytest.mark.parametrize(
    "system",
    [
        {"type": "user_changed_number", "wa_id": "393337654321"},
        {"type": "customer_changed_number", "new_wa_id": "393337654321", "customer": NUMBER},
    ],
)
def test_a_new_number_is_linked_in_the_old_and_in_the_new_notation(told, system):
    (linked,) = told(messages(message(1, 0, type="system", system=system))).events
    assert (linked["type"], linked["subject"] != linked["data"]["same_as"]) == (
        "attesa.customer.linked",
        True,
    )


def test_a_new_id_of_a_customer_with_a_hidden_number_is_linked_to_the_old_one(told):
    system = {"type": "user_changed_user_id", "user_id": "IT.2", "previous_user_id": "IT.1"}
    moved = message(1, 0, type="system", system=system)
    del moved["from"]
    (linked,) = told(messages(moved)).events
    without = moved | {"from_user_id": "IT.1", "system": {"type": "user_changed_user_id", "user_id": "IT.2"}}
    assert told(messages(without)).events == (linked,)
    after = message(2, 1) | {"from_user_id": "IT.2"}
    del after["from"]
    assert linked["data"]["same_as"] == told(messages(after)).events[0]["data"]["customer"]
    assert "IT." not in json.dumps(linked)


def test_a_hidden_number_is_told_by_the_contact_beside_the_message(told):
    contact = {
        "profile": {"name": "Ada", "username": "@ada"},
        "user_id": "IT.1",
        "parent_user_id": "IT.ENT.1",
    }
    hidden = message(1, 0)
    del hidden["from"]
    (began, said) = told(change("messages", {"contacts": [contact], "messages": [hidden]})).events
    by_id = message(1, 0) | {"from_user_id": "IT.1"}
    del by_id["from"]
    assert told(messages(by_id)).events == (began, said)
    assert began["data"]["phone_country"] == "IT"


def test_two_contacts_beside_a_message_without_a_sender_are_not_guessed_between(told):
    hidden = message(1, 0)
    del hidden["from"]
    adapted = told(change("messages", {"contacts": [ADA, ADA | {"user_id": "IT.2"}], "messages": [hidden]}))
    assert [wrong.path for wrong in adapted.invalid] == ["entry.0.changes.0.value.messages.0.from"]


def test_the_statuses_of_a_hidden_number_belong_to_its_conversation(told):
    template = status(4, 0, "sent", "marketing")
    recipient = template["value"]["statuses"][0]
    del recipient["recipient_id"]
    recipient |= {"recipient_user_id": "IT.1", "recipient_parent_user_id": "IT.ENT.1"}
    reply = message(5, 1) | {"from_user_id": "IT.1"}
    del reply["from"]
    sent, began, _ = told(template, messages(reply)).events
    assert sent["subject"] == began["subject"]


def test_members_of_a_group_write_into_one_conversation_whose_id_is_not_told(told):
    said = [message(1, 0) | {"group_id": "Y2FwaV9ncm91cDo"}, message(2, 1) | {"group_id": "Y2FwaV9ncm91cDo"}]
    said[1]["from"] = "393339999999"
    events = told(messages(*said)).events
    assert len({event["subject"] for event in events}) == 1
    assert len({event["data"].get("customer") for event in events} - {None}) == 2
    assert "Y2Fw" not in json.dumps(events)


@pytest.mark.parametrize(
    ("category", "counts"),
    [
        ("marketing", True),
        ("marketing_lite", True),
        ("utility", True),
        ("authentication", True),
        ("authentication-international", True),
        ("service", False),
        ("referral_conversion", False),
    ],
)
def test_only_templates_begin_conversations_whatever_the_pricing_model(told, category, counts):
    per_message = status(4, 0, "sent", category)
    sent = per_message["value"]["statuses"][0]
    del sent["conversation"]
    sent["pricing"] |= {"billable": True, "pricing_model": "PMP", "type": "regular"}
    assert bool(told(per_message).events) is counts


def test_a_status_without_pricing_is_a_delivery_report(told):
    bare = status(4, 0, "sent", "x")
    del bare["value"]["statuses"][0]["pricing"], bare["value"]["statuses"][0]["conversation"]
    assert ignored(told(bare)) == ["statuses.sent"]


@pytest.mark.parametrize("state", ["sent", "delivered", "read", "played", "failed"])
def test_every_status_of_an_answer_is_a_delivery_report(told, state):
    report = status(4, 0, state, "service")
    report["value"]["statuses"][0] |= {"errors": [{"code": 131026}], "biz_opaque_callback_data": "x"}
    assert ignored(told(report)) == [f"statuses.{state}"]


def test_a_payment_is_the_shops_to_tell(told):
    paid = status(4, 0, "captured", "service")
    paid["value"]["statuses"][0] |= {"type": "payment", "payment": {"reference_id": "7", "currency": "INR"}}
    assert ignored(told(paid)) == ["statuses.captured"]
    assert told(status(4, 0, "sung", "service")).unmapped == (Unmapped("statuses.sung"),)


def test_a_template_sent_to_a_group_is_nobodys_campaign(told):
    group = status(4, 0, "sent", "marketing")
    group["value"]["statuses"][0] |= {"recipient_type": "group", "recipient_id": "Y2FwaV9ncm91cDo"}
    assert ignored(told(group)) == ["statuses.sent"]


@pytest.mark.parametrize(
    "field",
    [
        *("account_update", "message_template_status_update", "flows", "user_preferences", "calls"),
        *("history", "smb_app_state_sync", "automatic_events", "tracking_events", "partner_solutions"),
        *("group_participants_update", "payment_configuration_update"),
    ],
)
def test_fields_without_a_conversation_are_ignored_whatever_is_in_them(told, field):
    assert ignored(told({"field": field, "value": None})) == [field]


@pytest.mark.parametrize("sort", ["edit", "revoke", "reaction"])
def test_an_echo_that_changes_a_message_is_no_reply(told, sort):
    assert ignored(told(echo(3, 0, type=sort))) == [f"message_echoes.{sort}"]


def test_an_echo_to_a_hidden_number_is_a_reply_in_its_conversation(told):
    hidden = echo(3, 0)
    said = hidden["value"]["message_echoes"][0]
    del said["to"]
    said["to_user_id"] = "IT.1"
    asked = message(1, 0) | {"from_user_id": "IT.1"}
    del asked["from"]
    reply, began, _ = told(hidden, messages(asked)).events
    assert reply["subject"] == began["subject"]


def test_messages_statuses_and_errors_of_one_change_each_have_an_outcome(told):
    value = {
        "contacts": [ADA],
        "messages": [message(1, 0), message(2, 1, type="song"), {"id": "x"}],
        "statuses": status(4, 0, "read", "service")["value"]["statuses"],
        "errors": [{"code": 130429, "title": "Rate limit hit"}],
        "hologram": {},
    }
    adapted = told(change("messages", value))
    assert len(adapted.events) == 2
    assert adapted.unmapped == (Unmapped("messages.song"),)
    assert [wrong.path for wrong in adapted.invalid] == ["entry.0.changes.0.value.messages.2.type"]
    assert {each.native for each in adapted.ignored} == {"statuses.read", "errors"}


@pytest.mark.parametrize("body", [{"entry": []}, {"entry": [{"id": "1", "changes": []}]}])
def test_an_empty_delivery_says_that_it_is_empty(adapt, body):
    adapted = adapt(PLATFORM, body | {"object": "whatsapp_business_account"})
    assert adapted.ignored == (Ignored("", "there is nothing in it"),)


def test_the_sample_that_the_console_sends_is_read(adapt):
    said = {"from": "16315551181", "id": "ABGGFlA5Fpa", "timestamp": "1504902988", "type": "text"}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "16505551111", "phone_number_id": "123456123"},
        "contacts": [{"profile": {"name": "test user name"}, "wa_id": "16315551181"}],
        "messages": [said | {"text": {"body": "this is a text message"}}],
    }
    body = {"object": "whatsapp_business_account", "entry": [{"id": "0", "time": 1504902988, "changes": []}]}
    body["entry"][0]["changes"] = [{"field": "messages", "value": value}]
    began, _ = adapt(PLATFORM, body).events
    assert (began["time"], began["data"]["phone_country"]) == ("2017-09-08T20:36:28.000Z", "US")


def test_a_time_written_as_a_number_is_the_same_time(told):
    as_text, as_number = message(1, 0), message(1, 0) | {"timestamp": int(at(0))}
    assert told(messages(as_text)).events == told(messages(as_number)).events


def test_a_message_told_twice_in_one_delivery_is_told_once(told):
    assert len(told(messages(message(1, 0)), messages(message(1, 0))).events) == 2


def test_quantities_and_prices_of_a_cart_may_be_text(told):
    items = [
        {"quantity": "3", "item_price": "0.10", "currency": "EUR"},
        {"quantity": 0, "item_price": 5, "currency": "EUR"},
    ]
    order = {"catalog_id": "1", "text": "", "product_items": items}
    purchase = told(messages(message(1, 0, type="order", order=order))).events[2]
    assert purchase["data"]["value"] == "0.30"
    assert purchase["data"]["conversation"].startswith(
        f"whatsapp_cloud/main/{METADATA['phone_number_id']}/c-"
    )
    assert name(1) not in json.dumps(purchase)


def test_what_stands_in_the_field_of_echoes_is_never_the_customers(told):
    said = echo(3, 0)["value"]["message_echoes"]
    other = change("smb_message_echoes", {"messages": said})
    assert told(other).events == told(echo(3, 0)).events


def test_a_number_that_is_hidden_is_written_as_an_empty_text_too(told):
    contact = {"profile": {"username": "@ada", "country_code": "IT"}, "wa_id": "", "user_id": "IT.1"}
    hidden = message(1, 0) | {"from": "", "from_user_id": "IT.1"}
    began, _ = told(change("messages", {"contacts": [contact], "messages": [hidden]})).events
    reply = echo(3, 5)
    reply["value"]["message_echoes"][0] |= {"to": "", "to_user_id": "IT.1"}
    (answer,) = told(reply).events
    assert answer["subject"] == began["subject"]


def test_a_number_without_digits_is_nobodys_and_not_everybodys(told):
    placeholder = message(1, 0) | {"from": "<WHATSAPP_USER_PHONE_NUMBER>"}
    known = told(messages(placeholder | {"from_user_id": "IT.1"})).events
    assert known[0]["data"]["phone_country"] == "IT"
    adapted = told(change("messages", {"messages": [placeholder]}))
    assert [wrong.detail for wrong in adapted.invalid] == ["a number has digits"]
