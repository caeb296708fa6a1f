"""The AsyncAPI 3.0 document of the topics: what lies on them, their keys, who sends and who receives."""

from typing import Any

from attesa.core import topics
from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE, EVENTS_BY_TYPE
from attesa.core.schemas.examples import EVENTS as EXAMPLES
from attesa.core.topics import TOPICS, Topic

VERSION = "1.0.0"  # of the contracts: the second number grows with a new field, the first with a break
BINDING = {"bindingVersion": "0.5.0"}
SCHEMA_FORMAT = "application/schema+json;version=2020-12"
CLOUD_EVENT = "application/cloudevents+json"

Document = dict[str, Any]

CHANNEL_IDS = {
    topics.EVENTS: "events",
    topics.CUSTOMERS: "customers",
    topics.SESSIONS: "sessions",
    topics.OUTCOMES: "outcomes",
    topics.PANES: "panes",
    topics.TOTALS: "totals",
    topics.STATE: "state",
    topics.DEAD_LETTERS: "deadLetters",
}

# Which rows lie on a topic.
ROWS_ON = {
    topics.SESSIONS: ("session",),
    topics.OUTCOMES: ("outcome-session", "outcome-order", "outcome-link"),
    topics.PANES: ("pane",),
    topics.TOTALS: ("total", "clock"),
    topics.DEAD_LETTERS: ("dead-letter",),
}

KEYS = {
    "event": "tenant:subject, and the partition is murmur2 of it; attesa.progress and heartbeats "
    "have no key and name their partition",
    "customer-event": "tenant:subject, the customer's pseudonym, and the partition is murmur2 of it",
    "internal": "tenant:customer; of data time none, each names its partition",
    "session": "tenant:conversation/n",
    "outcome-session": 'JSON array [tenant, "session", session]',
    "outcome-order": 'JSON array [tenant, "order", order_id]',
    "outcome-link": 'JSON array [tenant, "link", customer, same_as]',
    "pane": "JSON array [tenant, channel, queue, country, width_seconds, start, processor, partition]",
    "total": 'JSON array ["cell", tenant, channel, queue, country, processor, partition]',
    "clock": 'JSON array ["clock", tenant, processor, partition]',
    "dead-letter": "any: a row is identified by topic, partition, offset and origin",
    "state": "packed: the kind of row, then its name",
}

SUMMARIES = {
    "session": "One session's facts.",
    "outcome-session": "What became of a session afterwards.",
    "outcome-order": "One order, and to which sessions it is credited.",
    "outcome-link": "Two pseudonyms are one customer.",
    "pane": "What was decided in one pane of one cell.",
    "total": "Running totals of one cell in one partition.",
    "clock": "How far one tenant's time has come in one partition.",
    "dead-letter": "What could not be used, and why.",
}

# Service, action, topic and what for.
TRAFFIC = (
    ("gateway", "send", topics.EVENTS, "events that came by HTTP"),
    ("replay", "send", topics.EVENTS, "events from files, simulated ones, and the progress of data time"),
    ("gateway", "send", topics.CUSTOMERS, "purchases and links that came by HTTP"),
    ("replay", "send", topics.CUSTOMERS, "purchases and links from files, and simulated ones"),
    ("stream", "receive", topics.EVENTS, "folds events into facts and counts"),
    ("stream", "send", topics.CUSTOMERS, "stubs of sessions, and how far data time has come"),
    ("stream", "receive", topics.CUSTOMERS, "follows customers: recontact, purchases"),
    ("stream", "send", topics.OUTCOMES, "outcomes, each time that they change"),
    ("stream", "send", topics.SESSIONS, "facts, each time that they change"),
    ("stream", "send", topics.PANES, "panes, each time that they change"),
    ("stream", "send", topics.TOTALS, "totals as they change, clocks at least once a second"),
    ("stream", "send", topics.STATE, "what the next owner of the partition restores"),
    ("stream", "receive", topics.STATE, "restores a partition"),
    ("gateway", "send", topics.DEAD_LETTERS, "what chat platforms deliver and no adapter can read"),
    ("stream", "send", topics.DEAD_LETTERS, "events that cannot be used"),
    ("replay", "send", topics.DEAD_LETTERS, "rows of files that cannot be used"),
    ("replay", "receive", topics.TOTALS, "asks how far a tenant's time has come"),
    ("loader", "receive", topics.SESSIONS, "into ClickHouse"),
    ("loader", "receive", topics.OUTCOMES, "into ClickHouse"),
    ("loader", "receive", topics.PANES, "into ClickHouse"),
    ("loader", "receive", topics.DEAD_LETTERS, "into ClickHouse"),
    ("loader", "send", topics.DEAD_LETTERS, "rows that ClickHouse refuses"),
    ("exporter", "receive", topics.PANES, "rolling windows"),
    ("exporter", "receive", topics.TOTALS, "counters and live gauges"),
)

ABOUT = (
    "Events of customer conversations in, facts and counts out. All topics have the same number of "
    "partitions (ATTESA_PARTITIONS, 12 unless set), fixed when they are made; rows caused by an event stay "
    "in the event's partition. All that the workers write is transactional: read with "
    "isolation.level=read_committed. Every row replaces the earlier ones with its key; the version is "
    "epoch << 48 | offset."
)


def asyncapi() -> Document:
    """The document; `$ref`s lead to the schema files beside it."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "attesa",
            "version": VERSION,
            "description": ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "localhost:9092",
                "protocol": "kafka",
                "description": "Your brokers (ATTESA_KAFKA).",
            },
        },
        "channels": {CHANNEL_IDS[topic.name]: _channel(topic) for topic in TOPICS},
        "operations": dict(_operation(*traffic) for traffic in TRAFFIC),
        "components": {"messages": _messages()},
    }


def message_names(topic: str) -> tuple[str, ...]:
    """What lies on a topic: types of events, or kinds of rows."""
    if topic == topics.EVENTS:
        return tuple(EVENTS_BY_TYPE)
    if topic == topics.CUSTOMERS:
        return (*CUSTOMER_EVENTS_BY_TYPE, "internal")
    return ROWS_ON.get(topic, ("state",))


def _channel(topic: Topic) -> Document:
    return {
        "address": topic.name,
        "description": topic.about[0].upper() + topic.about[1:] + ".",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in message_names(topic.name)},
        "bindings": {"kafka": BINDING | {"topicConfiguration": _configuration(topic)}},
    }


def _configuration(topic: Topic) -> Document:
    """The topic's settings, typed as the Kafka binding wants them."""
    found: Document = {"cleanup.policy": ["delete"]}
    for name, value in topic.settings.items():
        found[name] = value.split(",") if name == "cleanup.policy" else int(value)
    return found


def _operation(service: str, action: str, topic: str, about: str) -> tuple[str, Document]:
    channel = CHANNEL_IDS[topic]
    return f"{service}-{action}-{channel}", {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": f"{service}: {about}.",
        "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in message_names(topic)],
        "tags": [{"name": service}],
    }


def _messages() -> Document:
    found = {name: _event(name, model, "event") for name, model in EVENTS_BY_TYPE.items()}
    found |= {name: _event(name, model, "customer-event") for name, model in CUSTOMER_EVENTS_BY_TYPE.items()}
    found |= {name: _row(name, summary) for name, summary in SUMMARIES.items()}
    for name, content_type in (("internal", "application/json"), ("state", "application/vnd.msgpack")):
        found[name] = {
            "name": name,
            "summary": "Internal, without a contract: it may change with every version.",
            "contentType": content_type,
            "bindings": _key(name),
        }
    return found


def _event(name: str, model: type, key: str) -> Document:
    return {
        "name": name,
        "summary": model.__doc__,
        "contentType": CLOUD_EVENT,
        "headers": {
            "type": "object",
            "properties": {"content-type": {"type": "string", "const": CLOUD_EVENT}},
        },
        "payload": _payload(f"events/{name}"),
        "bindings": _key(key),
        "examples": [{"name": "example", "payload": EXAMPLES[name]}],
    }


def _row(name: str, summary: str) -> Document:
    return {
        "name": name,
        "summary": summary,
        "contentType": "application/json",
        "payload": _payload(f"rows/{name}"),
        "bindings": _key(name),
    }


def _payload(path: str) -> Document:
    return {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"./{path}.schema.json"}}


def _key(of: str) -> Document:
    return {"kafka": BINDING | {"key": {"type": "string", "description": KEYS[of]}}}
