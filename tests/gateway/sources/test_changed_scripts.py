"""Written conversations with anything changed in them: always an outcome, and still nobody is named."""

import copy
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gateway.sources import connect_making, livechat_making
from tests.gateway.sources.conftest import NOW
from tests.gateway.sources.test_amazon_connect_conversations import conversation as connect
from tests.gateway.sources.test_livechat_conversations import conversation as livechat

from attesa.core.events.intake import Usable, examine
from attesa.gateway.sources import REGISTRY, Context, Delivery

SCRIPTS = {
    "amazon_connect": [*connect(), connect_making.presence(), connect_making.presence("LOGOUT")],
    "livechat": [body for body, _ in livechat()],
}
SECRETS = {
    "amazon_connect": ("ann-7", "bob-8", "Ada", "Good morning", "p-CUSTOMER"),
    "livechat": (livechat_making.ADA, "Ada", "@shop.example", "@home.example", "Good morning", "Very good"),
}
CONTEXTS = {name: Context("default", name, "main", b"a key of the tests") for name in SCRIPTS}
ODD = (
    None, True, 0, -1, 0.5, 2**63, 10**400, "", " ", "\ud800", "x" * 5_000, "1970-01-01T00:00:00.001Z",
    "2026-11-25T11:00:00Z", "2026-11-25T11:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", [],
    {}, [[]], [{}], {"": None}, "[" * 2_000, '{"Type": "Notification", "Message": "{}"}',
)  # fmt: skip
GONE = object()
MANY = {"amazon_connect": 500_000, "livechat": 1_500_000}  # five minutes of one core


def changed(name, chance):
    """A delivery in which up to three places have something else, or nothing, in them."""
    body = copy.deepcopy(chance.choice(SCRIPTS[name]))
    inner = "Message" in body and chance.random() < 0.5
    target = json.loads(body["Message"]) if inner else body
    for _ in range(chance.randint(1, 3)):
        places = list(_places(target))
        if not places:
            break
        holder, key = chance.choice(places)
        other = chance.choice((GONE, *ODD))
        if other is not GONE:
            holder[key] = copy.deepcopy(other)
        elif isinstance(holder, dict):
            del holder[key]
    return json.dumps(body | {"Message": json.dumps(target)} if inner else body).encode()


def _places(value):
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield value, key
        yield from _places(member)


def is_told_without_names(name, raw):
    adapted = REGISTRY[name].adapt(Delivery(raw, NOW), CONTEXTS[name])
    assert any((adapted.events, adapted.unmapped, adapted.invalid, adapted.ignored))
    for event in adapted.events:
        assert isinstance(examine(event), Usable), event
    ids = [event["id"] for event in adapted.events]
    assert len(ids) == len(set(ids))
    told = json.dumps([adapted.events, [wrong.detail for wrong in adapted.invalid]])
    assert not [secret for secret in SECRETS[name] if secret in told]


@pytest.mark.parametrize("name", SCRIPTS)
@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_changed_delivery_is_told_or_says_why_not(name, seed):
    is_told_without_names(name, changed(name, random.Random(seed)))


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SCRIPTS)
def test_many_more_changed_deliveries_are_told_or_say_why_not(name):
    for seed in range(MANY[name]):
        is_told_without_names(name, changed(name, random.Random(seed)))
