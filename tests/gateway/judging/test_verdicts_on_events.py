"""What the gateway refuses inside a request, and that a batch is taken whole or not at all."""

import pytest

BATCH = "application/cloudevents-batch+json"
TAKEN = 503  # there is no Kafka here: an event that is fit to be sent comes as far as this


def reasons(body):
    return [(error["index"], error["reason"], error["path"]) for error in body["errors"]]


@pytest.mark.parametrize(
    ("change", "reason", "path"),
    [
        ({"type": "shop.order"}, "unknown_type", "type"),
        ({"type": 7}, "invalid", "type"),
        ({"specversion": "0.3"}, "invalid", "specversion"),
        ({"time": "yesterday"}, "invalid", "time"),
        ({"time": "1989-12-31T23:59:59Z"}, "too_old", "time"),
        ({"time": "2026-01-31T13:00:01Z"}, "future", "time"),
        ({"time": "9999-12-31T23:59:59-23:00"}, "future", "time"),
        ({"subject": ""}, "invalid", "subject"),
        ({"data": {"queue": "orders", "text": "hello"}}, "invalid", "data.text"),
        ({"data": []}, "invalid", "data"),
        ({"partitionkey": "chat-42"}, "invalid", "partitionkey"),
        ({"tenant": 7}, "invalid", "tenant"),
        ({"type": "attesa.progress", "data": {}}, "progress", "type"),
    ],
)
def test_an_unusable_event_is_422_with_reason_and_path(ask, refused, event, change, reason, path):
    body = refused(ask(event | change), 422, "events-refused")
    assert reasons(body) == [(0, reason, path)]


def test_an_unknown_type_is_named(ask, refused, event):
    body = refused(ask(event | {"type": "shop.order"}), 422, "events-refused")
    assert "shop.order" in body["detail"]


def test_an_event_of_another_tenant_is_403(ask, refused, event):
    body = refused(ask(event | {"tenant": "acme"}), 403, "other-tenant")
    assert reasons(body) == [(0, "other_tenant", "tenant")]
    assert ask(event | {"tenant": "acme"}, token="other").status_code == TAKEN


def test_an_event_up_to_an_hour_ahead_of_the_clock_passes(ask, event):
    assert ask(event | {"time": "2026-01-31T13:00:00Z"}).status_code == TAKEN


def test_an_event_larger_than_64_kib_is_refused(ask, refused, event):
    flags = ["a" * 100] * 1000
    large = event | {"type": "attesa.message.sent", "data": {"author": "agent", "flags": flags}}
    assert reasons(refused(ask(large), 422, "events-refused")) == [(0, "too_large", "")]


def test_of_a_batch_all_errors_are_told_with_their_index(ask, refused, event):
    batch = [event, event | {"type": "x"}, 5, event | {"time": "1989-01-01T00:00:00Z"}]
    body = refused(ask(batch, BATCH), 422, "events-refused")
    assert reasons(body) == [(1, "unknown_type", "type"), (2, "invalid", ""), (3, "too_old", "time")]
    assert body["errors_total"] == 3


def test_a_batch_with_an_event_of_another_tenant_is_403_first_of_all(ask, refused, event):
    body = refused(ask([event | {"type": "x"}, event | {"tenant": "acme"}], BATCH), 403, "other-tenant")
    assert len(body["errors"]) == 2


def test_of_very_many_errors_the_first_hundred_are_told_and_all_counted(ask, refused):
    body = refused(ask([{}] * 1000, BATCH), 422, "events-refused")
    assert (len(body["errors"]), body["errors_total"]) == (100, 1000)


def test_plain_json_may_be_one_event_or_many(ask, event):
    assert ask(event, "application/json").status_code == TAKEN
    assert ask([event, event], "application/json; charset=utf-8").status_code == TAKEN


def test_presence_of_an_agent_is_taken(ask, event):
    presence = event | {"type": "attesa.agent.presence", "subject": "anna", "data": {"status": "away"}}
    assert ask(presence).status_code == TAKEN


def test_binary_mode_takes_the_attributes_from_headers(ask, refused, event):
    headers = {f"ce-{name}": value for name, value in event.items() if name != "data"}
    assert ask(event["data"], "application/json", headers=headers).status_code == TAKEN
    body = refused(
        ask({"text": "hello"}, "application/json", headers=headers | {"ce-subject": "caf%C3%A9"}),
        422,
        "events-refused",
    )
    assert reasons(body) == [(0, "invalid", "data.text")]


def test_refusals_are_counted_by_reason_and_requests_by_outcome(ask, event):
    ask([event | {"type": "x"}, {}], BATCH)
    ask(event, token="wrong")
    page = ask(method="GET", path="/metrics").text
    assert 'attesa_gateway_events_refused_total{reason="unknown_type"} 1.0' in page
    assert 'attesa_gateway_events_refused_total{reason="invalid"} 1.0' in page
    assert 'attesa_gateway_requests_total{outcome="events-refused"} 1.0' in page
    assert 'attesa_gateway_requests_total{outcome="unauthorized"} 1.0' in page
    assert "attesa_gateway_kafka_connected 0.0" in page
