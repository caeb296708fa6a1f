"""What the customers processor takes, refuses and counts, message by message."""

import json

import msgspec
import pytest
from tests.core import making
from tests.core.customer_making import (
    CELL,
    HOUR,
    PARTITIONS,
    bought,
    caught_up,
    feed,
    linked,
    message,
    processor,
    reasons,
    refunded,
    story,
    stub,
    take,
    times,
)
from tests.core.making import DEFINITIONS
from tests.oracle import stories
from tests.oracle.stories import HISTORY, LIVE, ms

from attesa.core import topics
from attesa.core.customers import Customers
from attesa.core.customers.wire import LINKED, MADE, REFUNDED, decode
from attesa.core.events.intake import Refused
from attesa.core.events.wire import Decoded
from attesa.core.rows import encode
from attesa.core.sessions.stubs import TimeMessage

CHAT = stub("c/1", 0, 100, reply=10)


def raw(event: making.Event) -> bytes:
    return json.dumps(event).encode()


@pytest.mark.parametrize(
    ("event", "rank", "body"),
    [
        (bought(5, value="1.5", conversation="c"), MADE, ("o", 150, "EUR", "c", False)),
        (bought(5, test=True), MADE, ("o", 1000, "EUR", None, True)),
        (refunded(5, currency="JPY", value="7"), REFUNDED, ("o", 7, "JPY")),
        (linked(5, "z"), LINKED, ("z",)),
    ],
)
def test_an_event_is_read_fast_and_slowly_alike(event: making.Event, rank: int, body: tuple[object]) -> None:
    found = decode(raw(event))
    slowly = decode(raw(event | {"spare": 1}))
    assert isinstance(found, Decoded)
    assert isinstance(slowly, Decoded)
    assert (found.at, found.dropped_fields, slowly.dropped_fields) == (ms(5), 0, 1)
    assert found.event is not None
    assert (found.event[1], found.event[3]) == (rank, body)
    assert slowly.event == found.event


@pytest.mark.parametrize(
    ("value", "reason", "path"),
    [
        (b"{", "undecodable", ""),
        (b"[]", "invalid", ""),
        (raw(bought(5, value="1.234")), "invalid", "data.value"),
        (raw(bought(5, value="1.0", currency="JPY")), "invalid", "data.value"),
        (raw(bought(5, value="1,5")), "invalid", "data.value"),
        (raw(bought(5, value="1.5\n")), "invalid", "data.value"),
        (raw(bought(5, currency="eur")), "invalid", "data.currency"),
        (raw(bought(5, currency="EUR\n")), "invalid", "data.currency"),
        (raw(bought(5) | {"tenant": "Acme"}), "invalid", "tenant"),
        (raw(bought(5) | {"time": "1989-12-31T00:00:00Z"}), "too_old", "time"),
        (raw(stories.customer(5)), "unknown_type", "type"),
        (raw(bought(5) | {"type": "com.example.click"}), "unknown_type", "type"),
        (b'{"type": "attesa.session.stub", "stub": {}}', "invalid", ""),
        (b'{"type": "attesa.sessions.time", "tenant": "a"}', "invalid", ""),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason_and_the_field(
    value: bytes, reason: str, path: str
) -> None:
    found = decode(value)
    assert isinstance(found, Refused)
    assert (found.reason, found.path) == (reason, path)


def test_a_field_that_a_newer_worker_tells_of_a_session_is_passed_over() -> None:
    body = msgspec.to_builtins(CHAT)
    body["stub"]["mood"] = "good"
    assert decode(json.dumps(body).encode()) == CHAT


def test_an_event_of_a_conversation_is_counted_and_no_dead_letter() -> None:
    taken = story(stories.customer(5))
    assert taken.dead == []
    assert taken.clocks[""].reasons == {"unknown_type": 1}


@pytest.mark.parametrize("key", [None, b"", b"k", b"history:other", b"live:k"])
def test_a_key_that_is_not_the_customers_is_a_dead_letter(key: bytes | None) -> None:
    customers = processor()
    customers.apply([message(bought(5), 0)._replace(key=key)], making.LATER_MS)
    assert reasons(take(customers).dead) == ["key_mismatch"]


def test_a_partition_key_that_says_otherwise_is_a_dead_letter() -> None:
    assert reasons(story(bought(5) | {"partitionkey": "history:z"}).dead) == ["key_mismatch"]
    assert reasons(story(bought(5) | {"partitionkey": "history:k"}).dead) == []


def test_a_purchase_in_another_partition_is_a_dead_letter_and_a_stub_is_trusted() -> None:
    customers = Customers(5, DEFINITIONS, 1, lambda _key: False, None, PARTITIONS)
    feed(customers, bought(5), CHAT)
    taken = take(customers)
    assert reasons(taken.dead) == ["wrong_partition"]
    assert set(taken.sessions) == {"c/1"}


def test_a_purchase_dated_more_than_an_hour_ahead_is_a_dead_letter() -> None:
    customers = processor()
    feed(customers, bought(HOUR + 0.001), now_ms=ms(0))
    feed(customers, bought(HOUR), now_ms=ms(0))
    taken = take(customers)
    assert reasons(taken.dead) == ["future"]
    assert set(taken.orders) == {"o"}


def test_the_same_event_again_is_a_duplicate_and_with_other_contents_the_smaller_wins() -> None:
    one, other = bought(5, value="1.00"), bought(5, value="2.00")
    other["id"] = one["id"]
    taken = story(one, one, other)
    assert taken.clocks[HISTORY].reasons == {"unknown_customer": 1, "duplicate": 1, "conflicting": 1}
    assert taken.orders == story(other, one).orders


def test_unknown_fields_are_counted() -> None:
    reasons = story(bought(5, colour="red")).clocks[HISTORY].reasons
    assert reasons == {"unknown_field": 1, "unknown_customer": 1}


def test_a_higher_version_of_a_stub_replaces_and_a_lower_does_not() -> None:
    taken = story(stub("c/1", 0, 100, 2, resolved=True), stub("c/1", 0, 100, 1))
    assert taken.sessions["c/1"].first_contact_resolution is True


def test_of_two_stubs_of_one_version_the_later_holds() -> None:
    taken = story(stub("c/1", 0, 100, resolved=True), stub("c/1", 0, 100))
    assert taken.sessions["c/1"].first_contact_resolution is None


def test_an_older_stub_does_not_bring_a_vanished_session_back() -> None:
    vanished = msgspec.structs.replace(CHAT, stub=msgspec.structs.replace(CHAT.stub, version=2, deleted=True))
    assert story(CHAT, vanished, CHAT).sessions == {}
    back = msgspec.structs.replace(CHAT, stub=msgspec.structs.replace(CHAT.stub, version=3))
    assert set(story(CHAT, vanished, back).sessions) == {"c/1"}
    assert story(vanished).sessions == {}


def test_two_tenants_with_a_customer_of_one_name_stay_apart() -> None:
    told = story(CHAT, bought(20) | {"tenant": LIVE})
    assert told.orders["o"].last_touch is None


def test_a_link_is_told_once_with_its_first_instant() -> None:
    customers = processor()
    feed(customers, linked(50, "z"), linked(60, "z"), linked(60, "y"))
    assert sorted((row.same_as, row.at) for row in take(customers).links) == [("y", ms(60)), ("z", ms(50))]
    feed(customers, linked(70, "z"))
    assert take(customers).links == []
    feed(customers, linked(40, "z"))
    assert [(row.customer, row.same_as, row.at) for row in take(customers).links] == [("k", "z", ms(40))]


def test_data_time_is_where_the_last_partition_of_events_stands() -> None:
    customers = processor()
    feed(customers, CHAT, TimeMessage(HISTORY, 0, ms(500)))
    assert take(customers).clocks[HISTORY].clock is None
    feed(customers, TimeMessage(HISTORY, 1, ms(300)), TimeMessage(HISTORY, 1, ms(200)))
    assert take(customers).clocks[HISTORY].clock == ms(300)
    feed(customers, TimeMessage(HISTORY, 1, ms(900)))
    taken = take(customers)
    assert (taken.clocks[HISTORY].clock, taken.clocks[HISTORY].mode) == (ms(500), "data")


def test_a_tenant_outside_the_configuration_lives_in_data_time_once_that_is_told() -> None:
    customers = processor()
    feed(customers, message_of("past", CHAT))
    caught_up(customers, making.LATER_MS)
    feed(customers, *times(500, "past"))
    clock = take(customers).clocks["past"]
    assert (clock.mode, clock.clock) == ("data", ms(500))


def message_of(tenant: str, told: object) -> bytes:
    body = msgspec.to_builtins(told)
    body["stub"]["tenant"] = tenant
    return encode(body)


def test_a_tenant_in_wall_time_follows_the_wall_and_behind_it_the_newest_news() -> None:
    customers = processor()
    feed(customers, bought(50) | {"tenant": LIVE}, now_ms=ms(100))
    making_behind(customers, ms(100))
    assert take(customers).clocks[LIVE].clock == ms(50)
    caught_up(customers, ms(100))
    taken = take(customers)
    assert taken.clocks[LIVE].clock == ms(98)
    assert taken.clocks[LIVE].sources == {"desk": ms(50)}
    feed(customers, *times(5_000, LIVE))
    assert take(customers).clocks[LIVE].clock == ms(98)


def making_behind(customers: Customers, now_ms: int) -> None:
    at = customers.next_offset
    customers.tick(now_ms, customers.progress.__class__(at, at + 1, caught_up=False))


def test_rows_carry_partition_epoch_and_the_keys_of_outcomes() -> None:
    customers = processor(epoch=7)
    feed(customers, CHAT, bought(20), linked(30, "z"))
    taken = take(customers)
    assert (taken.sessions["c/1"].partition, taken.orders["o"].epoch, taken.links[0].epoch) == (5, 7, 7)
    assert set(taken.rows[topics.OUTCOMES]) == {
        b'["history","session","c/1","k"]', b'["history","order","o","k"]', b'["history","link","k","z"]',
    }  # fmt: skip
    assert taken.totals[CELL]["orders"] == 1
