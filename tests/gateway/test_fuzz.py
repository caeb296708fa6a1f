"""Whatever the body: an answer with a reason, never a failure of ours."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MEDIA_TYPES = ("application/json", "application/cloudevents+json", "application/cloudevents-batch+json")
FIELDS = ("specversion", "id", "source", "type", "time", "subject", "tenant", "partitionkey", "data", "extra")

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
changes = st.dictionaries(st.sampled_from(FIELDS), values, max_size=3)
times = st.datetimes().map(lambda t: {"time": f"{t.isoformat()}+14:00"})
unhurried = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def answered_with_a_reason(answer):
    assert answer.status_code in {202, 400, 403, 413, 415, 422, 503}, answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["detail"]


@unhurried
@given(body=st.binary(max_size=300), media_type=st.sampled_from(MEDIA_TYPES))
def test_any_bytes_are_answered_with_a_reason(ask, body, media_type):
    answered_with_a_reason(ask(body, media_type))


@unhurried
@given(body=values, media_type=st.sampled_from(MEDIA_TYPES))
def test_any_json_is_answered_with_a_reason(ask, body, media_type):
    answered_with_a_reason(ask(json.dumps(body).encode(), media_type))


@unhurried
@given(change=changes | times)
def test_an_event_with_anything_wrong_in_it_is_answered_with_a_reason(ask, event, change):
    answered_with_a_reason(ask(json.dumps(event | change).encode()))


@unhurried
@given(headers=st.dictionaries(st.sampled_from(FIELDS), st.binary(max_size=20), max_size=4))
def test_binary_mode_with_any_headers_is_answered_with_a_reason(ask, headers):
    printable = {f"ce-{name}": bytes(b for b in value if b >= 32) for name, value in headers.items()}
    answered_with_a_reason(ask({}, "application/json", headers={"ce-specversion": "1.0", **printable}))
