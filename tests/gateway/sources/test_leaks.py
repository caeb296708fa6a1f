"""Every text and number of a delivery, one by one, is replaced by a mark: few marks may show in records."""

import json
import re

import pytest
from tests.gateway.sources.conftest import NOW
from tests.gateway.sources.corpus import ADAPTERS, Body, real, written
from tests.gateway.sources.test_every_adapter import places, replaced

from attesa.gateway.dead_letters.burying import bury
from attesa.gateway.judging.taking import take
from attesa.gateway.sources import Context, Delivery

TEXT, NUMBER = "canary-5c0e", 987_654_321_012_345
# What the events are about (conversations, messages, orders, queues, scores) and native types. No person.
MAY_SHOW = {
    "amazon_connect": r"Id|InitialContactId|ContactId|(detail\.)?(contactId|(initial|previous)ContactId)"
    r"|(detail\.)?queueInfo\.queueArn|Type|detail-type|(detail\.)?eventType|EventId|EventType"
    r"|CurrentAgentSnapshot\.Configuration\.RoutingProfile\.InboundQueues\.\*\.ARN",
    "chatwoot": r"event|id|conversation\.id|meta\.team\.name"
    r"|content_attributes\.submitted_values\.csat_survey_response\.rating",
    "cloudevents": r"(\*\.)?(id|source|subject|type)",
    "intercom": r"topic|data\.item\.(id|source\.id|conversation_message\.id|team_ids\.\*)"
    r"|data\.item\.conversation_parts\.conversation_parts\.\*\.(id|assigned_to\.id)"
    r"|data\.item\.conversation_rating\.rating"
    r"|data\.item\.(ticket\.id|ticket\.ticket_parts\.ticket_parts\.\*\.id|ticket_part\.id)",
    "livechat": r"action|payload\.(chat\.thread\.(id|access\.group_ids\.\*)|thread_id)"
    r"|payload\.(chat\.thread\.events\.\*|event)\.(id|type)"
    r"|payload\.(reason|properties\.rating\.score|transferred_to\.group_ids\.\*)",
    "raw_events": r"type|subject|time|data\.(?!agent$|customer$|same_as$|text$).*",  # whatever a schema knows
    "rocketchat": r"_id|type|departmentId|messages\.\*\._id",
    "segment": r"messageId|(\*\.)?(type|properties\.order_id)",
    "shopify": r"id|order_id|refunds\.\*\.id",
    "standard_webhooks": r"type|data\.conversation",
    "sunshine_conversations": r"events\.\*\.(id|type)|events\.\*\.payload\.(conversation\.id|creationReason)"
    r"|events\.\*\.payload\.message\.(id|content\.type)",
    "whatsapp_cloud": r"object|entry\.\*\.changes\.\*\.(field|value\.metadata\.phone_number_id)"
    r"|entry\.\*\.changes\.\*\.value\.(statuses\.\*\.status|(messages|message_echoes)\.\*\.(type|referral\.source_type))",
}
platforms = pytest.mark.parametrize("name", ADAPTERS)


def records_of(name, found):
    """All that leaves the gateway for this delivery."""
    delivery = Delivery(json.dumps(found.body).encode(), NOW, found.headers)
    adapted = ADAPTERS[name].adapt(delivery, Context("default", name, "main", b"a key of the tests"))
    taken = take(adapted, "default", NOW)
    dead = bury(name, "default", delivery, taken.refused, None)
    return b"".join((record.key or b"") + record.value for record in [*taken.records, *dead])


def at(body, way):
    return at(body[way[0]], way[1:]) if way else body


def written_as_path(way):
    """With stars for the places of lists."""
    return ".".join("*" if isinstance(step, int) else step for step in way)


def shown(name, found):
    """The places of a delivery whose mark comes out."""
    for way in places(found.body):
        value = at(found.body, way)
        if isinstance(value, bool) or not isinstance(value, str | int):
            continue
        mark = NUMBER if isinstance(value, int) else TEXT + ("@shop.example" if "@" in value else "")
        out = records_of(name, Body(replaced(found.body, way, mark), found.headers))
        if str(NUMBER if isinstance(value, int) else TEXT).encode() in out:
            yield written_as_path(way)


def is_discreet(name, bodies):
    told = {path for found in bodies for path in shown(name, found)}
    assert {path for path in told if not re.fullmatch(MAY_SHOW[name], path)} == set()
    return told


@platforms
def test_of_a_written_delivery_nothing_shows_but_what_it_is_about(name):
    assert is_discreet(name, written(name)), "the marks are not looked for rightly: none was found"


@platforms
def test_of_a_real_payload_nothing_shows_but_what_it_is_about(name, shared):
    is_discreet(name, real(name, shared / "payloads"))
