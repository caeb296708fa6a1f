"""Mutated deliveries, for minutes with --long: values replaced, bytes cut and swapped."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gateway.sources import (
    connect_making,
    intercom_bodies,
    test_amazon_connect_conversations,
    test_intercom_whole,
    test_livechat_conversations,
    test_sunshine_whole,
    test_whatsapp_whole,
    whatsapp_bodies,
)
from tests.gateway.sources.test_every_adapter import adapted, places, platforms, real, replaced, values

EXTREMES = st.sampled_from(
    [
        "", "0", "-1", "9" * 400, "NaN", "\ud800", "é" * 300, "<p>" * 50, "a/b", "1970-01-01T00:00:00Z",
        0, -1, 2**63, 10**400, 1e308, True, [], {}, [[]], None,
    ]
)  # fmt: skip
CART = {"text": "x", "product_items": [{"quantity": 1, "item_price": 9.95, "currency": "EUR"}]}
ORDER = whatsapp_bodies.messages(whatsapp_bodies.message(1, 0, type="order", order=CART))
MOVED = {"wa_id": "393337654321", "type": "user_changed_number"}
TICKET = intercom_bodies.ticket(intercom_bodies.ticket_part("p1", 60, "close", body="Yes"))
SENT = {"connect:Subtype": {"valueString": "connect:SMS"}, "connect:Direction": {"valueString": "OUTBOUND"}}
RECORDS = [{"data": "e30="}, {"body": "{}"}, {"Sns": connect_making.notified({})}]
WRITTEN = {
    "amazon_connect": [
        *test_amazon_connect_conversations.conversation(),
        connect_making.contact("QUEUED", **connect_making.queue(20), segmentAttributes=SENT),
        connect_making.presence(),
        {"records": RECORDS},
    ],
    "intercom": [
        *(intercom_bodies.notification(f"ticket.{topic}", TICKET) for topic in ("closed", "admin.replied")),
        *test_intercom_whole.story(),
        *test_intercom_whole.story(test_intercom_whole.conversation_of_v1),
    ],
    "livechat": [body for body, _ in test_livechat_conversations.conversation()],
    "sunshine_conversations": test_sunshine_whole.conversation(),
    "whatsapp_cloud": [
        *test_whatsapp_whole.story(),
        whatsapp_bodies.delivery(ORDER, whatsapp_bodies.status(4, 0, "sent", "marketing")),
        whatsapp_bodies.delivery(
            whatsapp_bodies.messages(whatsapp_bodies.message(1, 0, type="system", system=MOVED))
        ),
    ],
}
written = pytest.mark.parametrize("name", WRITTEN)
brief = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
patient = settings(deadline=None, max_examples=2_000, suppress_health_check=list(HealthCheck))


def changed(name, data, bodies):
    """A delivery with up to four of its values replaced by others of any kind."""
    body = data.draw(st.sampled_from(bodies))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.sampled_from(list(places(body))))
        body = replaced(body, at, data.draw(EXTREMES | values))
    adapted(name, json.dumps(body).encode())


def payloads(shared, name):
    found = [path.read_bytes() for path in real(shared, name)]
    return found or pytest.skip(f"no payloads of {name}")


@written
@brief
@given(data=st.data())
def test_a_written_delivery_with_anything_changed_in_it_gives_an_outcome(name, data):
    changed(name, data, WRITTEN[name])


@pytest.mark.long
@written
@patient
@given(data=st.data())
def test_written_deliveries_for_a_minute(name, data):
    changed(name, data, WRITTEN[name])


@pytest.mark.long
@platforms
@patient
@given(data=st.data())
def test_real_payloads_for_a_minute(name, data, shared):
    changed(name, data, [json.loads(raw) for raw in payloads(shared, name)])


@pytest.mark.long
@platforms
@patient
@given(data=st.data())
def test_the_bytes_of_a_real_payload_cut_and_swapped_give_an_outcome(name, data, shared):
    raw = bytearray(data.draw(st.sampled_from(payloads(shared, name))))
    for at in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=5)):
        raw[at] = data.draw(st.integers(0, 255))
    adapted(name, bytes(raw[: data.draw(st.integers(0, len(raw)))]))
