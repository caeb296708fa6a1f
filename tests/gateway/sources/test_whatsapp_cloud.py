"""WhatsApp Cloud: what a customer's message is, what an echo is, and that no number leaves."""

import base64
import json

import pytest
from tests.gateway.sources.whatsapp_bodies import (
    BEGAN_S,
    NUMBER,
    PLATFORM,
    change,
    delivery,
    echo,
    message,
    messages,
    name,
    status,
)

from attesa.gateway.sources import Ignored, Invalid, Unmapped


@pytest.fixture
def told(adapt):
    """The short types and data of what one message tells."""

    def run(said):
        adapted = adapt(PLATFORM, delivery(messages(said)))
        assert (adapted.unmapped, adapted.invalid, adapted.ignored) == ((), (), ())
        return [(event["type"].removeprefix("attesa."), event["data"]) for event in adapted.events]

    return run


def test_a_message_says_who_writes_from_which_country_and_that_it_may_begin_a_session(told):
    (began, started), (said, data) = told(message(1, 0))
    assert (began, said) == ("session.started", "message.sent")
    assert (started["channel"], started["phone_country"]) == ("chat", "IT")
    assert started["customer"].startswith("c-")
    assert (data["author"], data["length"], data["questions"]) == ("customer", 6, 1)


@pytest.mark.trap(1, "whatsapp_cloud")
def test_the_time_is_in_seconds_though_it_is_text(adapt):
    for event in adapt(PLATFORM, delivery(messages(message(1, 7)))).events:
        assert event["time"] == "2026-11-25T09:46:47.000Z"
    wrong = delivery(messages(message(1, 0) | {"timestamp": str(BEGAN_S * 1000)}))
    assert adapt(PLATFORM, wrong).invalid[0].path == "entry.0.changes.0.value.messages.0.timestamp"


def test_no_number_leaves_neither_in_clear_nor_inside_a_messages_id(adapt):
    bodies = [
        messages(message(1, 0), message(2, 1, type="order", order=CART)),
        echo(3, 2),
        status(4, 3, "sent", "marketing"),
    ]
    events = adapt(PLATFORM, delivery(*bodies)).events
    assert len(events) == 7
    assert base64.b64encode(NUMBER.encode()).decode().rstrip("=") in name(1)
    for event in events:
        written = json.dumps(event)
        assert NUMBER not in written
        assert "wamid" not in written
        assert name(1)[6:26] not in written


def test_the_customer_of_a_number_is_the_same_in_every_source(adapt):
    body = delivery(messages(message(1, 0)))
    event = adapt(PLATFORM, body).events[0]
    again = adapt(PLATFORM, json.dumps(body).replace("106540352242922", "2").encode()).events[0]
    assert event["data"]["customer"] == again["data"]["customer"]
    assert event["subject"] != again["subject"]


def test_a_customer_who_hides_the_number_is_known_by_the_platforms_id(told):
    hidden = message(1, 0) | {"from_user_id": "US.1"}
    del hidden["from"]
    started = told(hidden)[0][1]
    assert started["customer"].startswith("c-")
    assert started["phone_country"] == "US"
    assert told(hidden | {"from": ""}) == told(hidden | {"from": None}) == told(hidden)


def test_who_comes_by_an_advertisement_says_so(told):
    assert told(message(1, 0, referral={"source_type": "ad", "ctwa_clid": "x"}))[0][1]["entry_point"] == "ad"


@pytest.mark.parametrize(
    ("content", "kind", "length"),
    [
        ({"type": "audio", "audio": {"voice": True}}, "voice", 0),
        ({"type": "image", "image": {"caption": "This"}}, "image", 4),
        ({"type": "button", "button": {"payload": "x", "text": "Yes"}}, "button", 3),
        ({"type": "interactive", "interactive": {"list_reply": {"title": "Sizes"}}}, "button", 5),
        (
            {"type": "interactive", "interactive": {"nfm_reply": {"response_json": '{"size": "4"}'}}},
            "form",
            0,
        ),
        ({"type": "unsupported", "errors": [{"code": 131051}]}, "unsupported", 0),
    ],
)
def test_what_is_no_text_has_a_kind(told, content, kind, length):
    data = told(message(1, 0, **content))[1][1]
    assert (data["kind"], data["length"]) == (kind, length)


CART = {
    "catalog_id": "5",
    "text": "please",
    "product_items": [
        {"product_retailer_id": "a", "quantity": 2, "item_price": 9.95, "currency": "EUR"},
        {"product_retailer_id": "b", "quantity": 1, "item_price": "5", "currency": "EUR"},
    ],
}


def test_an_order_is_a_message_and_a_purchase_of_its_total(told):
    (_, _), (_, said), (kind, purchase) = told(message(1, 0, type="order", order=CART))
    assert (said["kind"], kind) == ("order", "purchase.made")
    assert (purchase["value"], purchase["currency"]) == ("24.90", "EUR")
    assert purchase["order_id"] == said["message_id"]


@pytest.mark.parametrize(
    ("change_", "path"),
    [
        ({"item_price": "cheap"}, "order.product_items.0.item_price"),
        ({"item_price": -1}, "order.product_items.0.item_price"),
        ({"quantity": 10**9}, "order.product_items.0.quantity"),
        ({"currency": "USD"}, "order.product_items"),
    ],
)
def test_an_order_whose_total_cannot_be_told_is_told_in_no_part(adapt, change_, path):
    items = [CART["product_items"][0] | change_, CART["product_items"][1]]
    adapted = adapt(PLATFORM, delivery(messages(message(1, 0, type="order", order={"product_items": items}))))
    assert adapted.events == ()
    assert adapted.invalid[0].path == f"entry.0.changes.0.value.messages.0.{path}"


def test_a_flow_that_names_a_question_is_an_answer_and_asks_for_nobody(told):
    fields = {"nps": "9", "csat": 4, "influence": "very", "comment": "nice", "flow_token": "x"}
    flow = {"nfm_reply": {"response_json": json.dumps(fields), "name": "flow"}}
    assert told(message(1, 0, type="interactive", interactive=flow)) == [
        ("survey.answered", {"question": "nps", "scale": "0-10", "value": 9}),
        ("survey.answered", {"question": "csat", "scale": "1-5", "value": 4}),
        ("survey.answered", {"question": "influence", "scale": "1-5"}),
    ]


def test_a_flow_that_is_no_json_is_invalid(adapt):
    flow = {"nfm_reply": {"response_json": "{"}}
    adapted = adapt(PLATFORM, delivery(messages(message(1, 0, type="interactive", interactive=flow))))
    assert adapted.invalid[0].path.endswith("interactive.nfm_reply.response_json")


def test_what_a_person_writes_in_the_business_app_is_a_reply(adapt):
    (event,) = adapt(PLATFORM, delivery(echo(3, 60))).events
    asked = adapt(PLATFORM, delivery(messages(message(1, 0)))).events
    assert event["subject"] == asked[0]["subject"]
    assert event["data"]["author"] == "agent"
    assert "kind" not in event["data"]


def test_the_echo_of_a_template_is_a_campaign(adapt):
    (event,) = adapt(PLATFORM, delivery(echo(3, 60, type="template"))).events
    assert event["data"]["kind"] == "campaign"


@pytest.mark.trap(4, "whatsapp_cloud")
def test_four_statuses_of_one_message_are_at_most_one_fact(adapt):
    states = [
        status(4, at, state, "marketing") for at, state in enumerate(["read", "sent", "delivered", "sent"])
    ]
    adapted = adapt(PLATFORM, delivery(states[1], states[0], states[2]))
    (event,) = adapted.events
    assert (event["data"]["author"], event["data"]["kind"]) == ("agent", "campaign")
    assert [ignored.native for ignored in adapted.ignored] == ["statuses.read", "statuses.delivered"]


def test_the_status_of_a_reply_says_nothing_that_counts(adapt):
    adapted = adapt(PLATFORM, delivery(status(4, 0, "sent", "service")))
    assert adapted.ignored == (Ignored("statuses.sent", "a delivery report"),)


def test_a_customer_who_changed_the_number_is_linked_to_the_new_one(adapt):
    system = {"body": "changed", "wa_id": "393337654321", "type": "user_changed_number"}
    moved = adapt(PLATFORM, delivery(messages(message(1, 0, type="system", system=system))))
    (linked,) = moved.events
    after = messages(message(2, 5) | {"from": "393337654321"})
    assert linked["data"]["same_as"] == adapt(PLATFORM, delivery(after)).events[0]["data"]["customer"]
    assert "39333" not in str(linked)


@pytest.mark.parametrize("kind", ["reaction", "edit", "revoke"])
def test_what_changes_a_message_or_reacts_to_it_asks_for_nothing(adapt, kind):
    adapted = adapt(PLATFORM, delivery(messages(message(1, 0, type=kind))))
    assert [ignored.native for ignored in adapted.ignored] == [f"messages.{kind}"]
    assert not adapted.events


def test_every_entry_every_change_and_every_message_is_read_and_a_broken_one_stays_alone(adapt):
    broken = {key: value for key, value in message(2, 1).items() if key != "from"}
    first = delivery(messages(message(1, 0), broken), messages(message(3, 2)), change("account_update", {}))
    second = delivery(messages(message(4, 3)), change("songs", {}))
    body = first | {"entry": [*first["entry"], *second["entry"]]}
    body["entry"][0]["changes"][0]["value"]["contacts"] = []
    adapted = adapt(PLATFORM, body)
    assert len(adapted.events) == 6
    assert adapted.invalid == (Invalid("entry.0.changes.0.value.messages.1.from", "the field is missing"),)
    assert adapted.unmapped == (Unmapped("songs"),)
    assert adapted.ignored == (Ignored("account_update", "settings"),)


def test_a_type_of_message_that_is_new_is_unmapped(adapt):
    assert adapt(PLATFORM, delivery(messages(message(1, 0, type="song")))).unmapped == (
        Unmapped("messages.song"),
    )
    assert adapt(PLATFORM, b'{"object": "page"}').unmapped == (Unmapped("page"),)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"object": "whatsapp_business_account"}'])
def test_any_other_bytes_are_invalid(adapt, body):
    assert len(adapt(PLATFORM, body).invalid) == 1
