"""What becomes of a record on a team's topic: events, nothing, or a dead letter that names its place."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from attesa.core.definitions import Definitions
from attesa.core.events.intake import Refused
from attesa.core.rows import dead_letter_decoder
from attesa.core.topics import CUSTOMERS, DEAD_LETTERS, EVENTS
from attesa.gateway.configured import topic_sources
from attesa.gateway.dead_letters.burying import Place, bury, delivery_of, opened
from attesa.gateway.dead_letters.reviving import revive
from attesa.gateway.sources import Delivery
from attesa.gateway.topics.records import pass_on

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
POLICY = {"tenant": "shop", "topics": ["shop.chat.raw"]}
EVENT = {
    "specversion": "1.0",
    "id": "m1",
    "source": "crm",
    "type": "attesa.session.started",
    "time": "2026-11-25T11:59:00Z",
    "subject": "chat-42",
    "data": {"customer": "778899"},
}


class Lying(NamedTuple):
    value: bytes | None
    headers: Sequence = ()
    topic: str = "shop.chat.raw"
    partition: int = 3
    offset: int = 17


def secrets(names):
    return tuple("a key of the tests" for _ in names)


def definitions(**sources):
    return Definitions.model_validate({"tenants": {"shop": {"pseudonym_key": "KEY"}}, "sources": sources})


def passed(value, headers=(), seal=None, max_bytes=10_000):
    (source,) = topic_sources(definitions(**{"shop-chat": POLICY}), secrets)
    raw = value if value is None or isinstance(value, bytes) else json.dumps(value).encode()
    return pass_on(source, Lying(raw, list(headers)), NOW, max_bytes, seal)


def letter(found):
    (record,) = found.records
    assert (found.outcome, record.topic) == ("dead", DEAD_LETTERS)
    return dead_letter_decoder.decode(record.value)


def test_an_event_is_one_record_with_attesas_key():
    found = passed(EVENT)
    (record,) = found.records
    assert (found.outcome, record.topic, record.key) == ("taken", EVENTS, b"shop:chat-42")
    assert b"778899" not in record.value


def test_an_order_goes_to_the_customers_topic():
    order = EVENT | {"type": "attesa.purchase.made", "subject": "778899"}
    (record,) = passed(order | {"data": {"order_id": "9", "value": "1", "currency": "EUR"}}).records
    assert record.topic == CUSTOMERS
    assert record.key.startswith(b"shop:c-")


@pytest.mark.parametrize("value", [None, b""])
def test_a_tombstone_says_nothing(value):
    found = passed(value, [("ce_type", b"attesa.session.ended"), ("ce_id", b"1")])
    assert (found.outcome, found.records) == ("ignored", ())


def test_what_cannot_be_used_is_one_dead_letter_with_its_place():
    found = letter(passed(EVENT | {"time": "yesterday"}))
    assert (found.tenant, found.reason, found.path) == ("shop", "invalid", "time")
    assert (found.topic, found.partition, found.offset) == ("shop.chat.raw", 3, 17)
    assert found.origin == "sources/shop-chat/shop.chat.raw:3:17/0"
    assert delivery_of(found.origin) == ("shop-chat", "sources/shop-chat/shop.chat.raw:3:17")


def test_a_record_that_is_too_large_is_not_even_read():
    found = passed(b"x" * 10_001, seal=lambda raw: raw.decode())
    assert (found.reason, letter(found).size_bytes) == ("too_large", 10_001)


def test_headers_are_kept_only_where_they_are_of_cloud_events():
    kept = []
    headers = [("ce_id", b"1"), ("CE_Type", b"x"), ("authorization", b"secret"), ("ce_time", None)]
    passed(b"{}", headers, seal=lambda raw: kept.append(raw) or "sealed")
    assert opened(kept[0]).headers == {"ce_id": "1", "ce_type": "x", "ce_time": ""}


def buried(value):
    """As an earlier version did with what it could not use: the letter, and what it holds."""
    kept = []
    delivery, place = Delivery(json.dumps(value).encode(), NOW), Place("shop.chat.raw", 3, 17)
    refused = [Refused("unmapped", "", "")]
    (record,) = bury("shop-chat", "shop", delivery, refused, lambda raw: kept.append(raw) or "sealed", place)
    return dead_letter_decoder.decode(record.value), kept[0]


def test_sent_again_it_is_the_event_that_the_record_would_have_been():
    found = revive(*buried(EVENT), definitions(**{"shop-chat": POLICY}), secrets, NOW)
    assert found.records == passed(EVENT).records


@pytest.mark.parametrize("sources", [{}, {"shop-chat": {"tenant": "shop"}}])
def test_where_the_source_reads_no_topic_any_more_it_is_not_sent(sources):
    """Another door of that name might leave its ids in clear."""
    found = revive(*buried(EVENT), definitions(**sources), secrets, NOW)
    assert not found.records
    assert "names no topics any more" in found.refused[0].detail
