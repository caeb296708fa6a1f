import json

import pytest

from attesa.core.errors import InputError
from attesa.replay.deliveries import BrokenRow, Delivery, event
from attesa.replay.jsonl import PassedOver, read_events

END = event(
    "session.ended",
    1_000_000_000_000,
    identity="1",
    source="test",
    tenant="shop",
    subject="c-1",
    data={"by": "customer"},
)


def line(**changes: object) -> bytes:
    return json.dumps({**END, **changes}).encode() + b"\n"


def test_a_line_is_an_event_with_its_key_and_time() -> None:
    (one,) = read_events([line()], "e.jsonl", "shop")

    assert isinstance(one, Delivery)
    assert (one.key, one.time_ms, one.position_ms) == (b"shop:c-1", 1_000_000_000_000, 1_000_000_000_000)


def test_another_tenant_takes_the_event_with_its_key() -> None:
    (one,) = read_events([line()], "e.jsonl", "history")

    assert isinstance(one, Delivery)
    assert one.key == b"history:c-1"
    assert json.loads(one.value) == {**END, "tenant": "history", "partitionkey": "history:c-1"}


def test_a_purchase_goes_to_the_customers_topic_under_the_tenant_given() -> None:
    order = {"order_id": "o-1", "value": "9.90", "currency": "EUR"}
    bought = line(type="attesa.purchase.made", subject="u-1", partitionkey="shop:u-1", data=order)

    (one,) = read_events([bought], "e.jsonl", "history")

    assert isinstance(one, Delivery)
    assert (one.topic, one.key, one.time_ms) == ("attesa.customers", b"history:u-1", 1_000_000_000_000)
    assert json.loads(one.value)["partitionkey"] == "history:u-1"
    (same,) = read_events([bought], "e.jsonl", "shop")
    assert isinstance(same, Delivery)
    assert same.value == bought.strip()


def test_what_has_not_happened_yet_is_a_broken_line() -> None:
    now_ms = 1_000_000_000_000 - 3_600_001
    order = {"order_id": "o-1", "value": "9.90", "currency": "EUR"}
    bought = line(type="attesa.purchase.made", subject="u-1", partitionkey="shop:u-1", data=order)

    for told in (line(), bought):
        (broken,) = read_events([told], "e.jsonl", "shop", now_ms)
        assert isinstance(broken, BrokenRow)
        assert str(broken) == "e.jsonl, line 1, time: more than an hour ahead of now"
        (taken,) = read_events([told], "e.jsonl", "shop", now_ms + 1)
        assert isinstance(taken, Delivery)


def test_a_broken_purchase_is_a_broken_line() -> None:
    (broken,) = read_events([line(type="attesa.purchase.made", data={"order_id": ""})], "e.jsonl", "shop")

    assert isinstance(broken, BrokenRow)
    assert broken.column == "data.order_id"


def test_the_channel_of_a_beginning_is_told() -> None:
    began = line(type="attesa.session.started", data={"channel": "email"})

    assert [one.channel for one in read_events([began, line(id="2")], "e.jsonl", "shop")] == ["email", None]


def test_a_line_that_cannot_be_used_names_the_line_and_the_field() -> None:
    _, broken = read_events([line(), b"\n", line(data={"by": "nobody"})][::2], "e.jsonl", "shop")

    assert isinstance(broken, BrokenRow)
    assert str(broken).startswith("e.jsonl, line 2, data.by: ")


def test_a_line_that_is_not_json_is_broken_while_others_are_events() -> None:
    broken, one = read_events([b"oops\n", line()], "e.jsonl", "shop")

    assert isinstance(broken, BrokenRow)
    assert isinstance(one, Delivery)


def test_types_that_sessions_are_not_made_of_are_counted_and_progress_is_skipped() -> None:
    lines = [line(type="shop.closed"), line(type="attesa.progress", data={}), b"\n", line()]

    first, second = read_events(lines, "e.jsonl", "shop")

    assert first == PassedOver(1)
    assert isinstance(second, Delivery)


def test_a_file_without_any_json_object_is_one_clear_error() -> None:
    with pytest.raises(InputError, match=r"month\.tsv, line 1, column 1: not a JSON object"):
        list(read_events([b"vru+line\tcall_id\n", b"AA0101\t1\n"], "month.tsv", "shop"))
